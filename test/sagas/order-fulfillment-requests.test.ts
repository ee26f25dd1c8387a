/** What each participant is sent, to the letter, and under which key. */

import { describe, expect, it } from 'vitest';
import { idempotencyKey, operationId } from '../../src/saga/operation.ts';
import { requestOf } from '../../src/saga/request.ts';
import type { SagaState } from '../../src/saga/state.ts';
import { orderFulfillment } from '../../src/sagas/order-fulfillment.ts';
import { containing } from '../participants/answers.ts';
import { Scenario } from '../saga/scenario.ts';
import { allKnown, JPY, nothingKnown, operations, quantities, stateOf, USD } from './fulfillments.ts';

const sent = (state: SagaState, operation: string): unknown => JSON.parse(requestOf(orderFulfillment, state, operation).body);

const parcel = {
  USD: [
    { sku: 'LAPTOP-X1', quantity: 1, name: 'Laptop' },
    { sku: 'MOUSE', quantity: 3, name: 'Mouse' },
  ],
  JPY: [{ sku: '茶', quantity: 2, name: 'お茶' }],
};

const address = { street: '123 Main St', city: 'Anytown', state: 'CA', postal_code: '12345', country: 'US' };

const undoing = (step: string, channel = '') => ({ reason: 'cancelled', undoes: `acme.4711.${operationId(step, 'do', channel)}` });

describe.each([
  { order: USD, amount: '1300.29', currency: 'USD' as const, payment_method: 'credit_card' },
  { order: JPY, amount: '1500', currency: 'JPY' as const, payment_method: 'konbini' },
])('an order in $currency', ({ order, amount, currency, payment_method }) => {
  it.each<[string, string, unknown]>([
    ['validate_order.do', '/availability', { order_id: '4711', items: quantities[currency], payment_method }],
    ['reserve_inventory.do', '/reservations', { order_id: '4711', items: quantities[currency], expires_in_minutes: 30 }],
    ['process_payment.do', '/charges', { order_id: '4711', customer_id: 'c-1', amount, currency, payment_method }],
    ['create_shipment.do', '/shipments', { order_id: '4711', address, items: parcel[currency] }],
  ])('%s is POST %s', (operation, path, body) => {
    expect(requestOf(orderFulfillment, nothingKnown(order), operation).path).toBe(path);
    expect(sent(nothingKnown(order), operation)).toEqual(body);
    expect(sent(allKnown(order), operation)).toEqual(body);
  });

  it.each([
    ['reserve_inventory.undo', '/reservations/release', 'reservation_id', 'res_1', {}],
    ['process_payment.undo', '/refunds', 'payment_id', 'pay_1', { amount, currency }],
    ['create_shipment.undo', '/shipments/cancel', 'shipment_id', 'shp_1', {}],
    ['create_shipment.undo.return', '/shipments/return', 'shipment_id', 'shp_1', {}],
  ])('%s is POST %s, with the %s where it is known, else null', (operation, path, field, id, also) => {
    const [step = ''] = operation.split('.');
    const body = { order_id: '4711', ...also, ...undoing(step) };
    expect(requestOf(orderFulfillment, allKnown(order), operation).path).toBe(path);
    expect(sent(allKnown(order), operation)).toEqual({ ...body, [field]: id });
    expect(sent(nothingKnown(order), operation)).toEqual({ ...body, [field]: null });
  });

  it.each(['email', 'push'])('the confirmation by %s tells of the items and the parcel', (channel) => {
    const request = requestOf(orderFulfillment, allKnown(order), `send_confirmation.do.${channel}`);
    expect(request).toMatchObject({ participant: 'notification', path: '/notifications', acceptedIsDone: true });
    const data = { order_id: '4711', items: parcel[currency].map(({ name }) => name), currency, tracking_number: 'TRACK1' };
    expect(JSON.parse(request.body)).toEqual({
      order_id: '4711',
      user_id: 'c-1',
      channel,
      template: 'order_confirmed',
      data: containing(data),
    });
  });

  it('a confirmation is taken back by one e-mail', () => {
    const request = requestOf(orderFulfillment, allKnown(order), 'send_confirmation.undo.email');
    expect(request).toMatchObject({ participant: 'notification', path: '/notifications', acceptedIsDone: true });
    const data = { order_id: '4711', reason: 'cancelled', total: amount, currency };
    const addressed = { order_id: '4711', user_id: 'c-1', channel: 'email', template: 'order_cancelled' };
    expect(JSON.parse(request.body)).toEqual({ ...addressed, data });
  });
});

describe('every operation', () => {
  it('is one of these', () => {
    expect(operations).toEqual([
      'validate_order.do',
      'reserve_inventory.do',
      'reserve_inventory.undo',
      'reserve_inventory.undo.late',
      'process_payment.do',
      'process_payment.undo',
      'process_payment.undo.late',
      'create_shipment.do',
      'create_shipment.undo',
      'create_shipment.undo.return',
      'create_shipment.undo.late',
      'create_shipment.undo.return_late',
      'send_confirmation.do.email',
      'send_confirmation.do.push',
      'send_confirmation.undo.email',
      'send_confirmation.undo.email_late',
    ]);
  });

  it.each(operations)('%s is asked of the service of its step, under a key of its own', (operation) => {
    const [step = '', direction] = operation.split('.');
    const request = requestOf(orderFulfillment, allKnown(USD), operation);
    expect(request).toMatchObject({ step, direction, idempotencyKey: `acme.4711.${operation}` });
    const services = {
      validate_order: 'inventory',
      reserve_inventory: 'inventory',
      process_payment: 'payment',
      create_shipment: 'shipping',
    };
    expect(request.participant).toBe({ ...services, send_confirmation: 'notification' }[step]);
  });

  it('has a key that no other has: no other operation, order or tenant', () => {
    const orders = [
      { tenant: 'acme', orderId: '4711' },
      { tenant: 'acme', orderId: '4712' },
      { tenant: 'acme-4711', orderId: '4711' },
      { tenant: '4711', orderId: 'acme' },
    ];
    const keys = orders.flatMap((order) => operations.map((operation) => idempotencyKey(order, operation)));
    expect(new Set(keys).size).toBe(orders.length * operations.length);
  });

  it.each(operations)('%s is the same request on every attempt, byte for byte', (operation) => {
    const scenario = new Scenario().until('send_confirmation.do.email');
    const asked = () => requestOf(orderFulfillment, stateOf(scenario), operation);
    const { body, idempotencyKey: key } = asked();
    scenario.later(60_000).answer('send_confirmation.do.push', { type: 'unanswered', code: 'x', message: 'x', mayHaveHappened: true });
    scenario.later(60_000).when({ type: 'deliver', step: 'send_confirmation', direction: 'do' });
    expect(asked()).toMatchObject({ body, idempotencyKey: key });
  });
});
