/** The definition, to the letter: what its answers give, its times, its turns, what is left when it can't be undone. */

import { describe, expect, it } from 'vitest';
import { requestOf } from '../../src/saga/request.ts';
import { orderFulfillment } from '../../src/sagas/order-fulfillment.ts';
import { newestSaga, sagaVersion } from '../../src/sagas/registry.ts';
import { Scenario } from '../saga/scenario.ts';
import { allKnown, JPY, operations, quantities, steps, USD } from './fulfillments.ts';

describe('what an answer gives', () => {
  const read = (operation: string, body: unknown, order = USD) => requestOf(orderFulfillment, allKnown(order), operation).read(body);

  it.each([
    ['reserve_inventory.do', { reservation_id: 'res_1' }],
    ['process_payment.do', { payment_id: 'pay_1' }],
    ['create_shipment.do', { shipment_id: 'shp_1', tracking_number: 'TRACK1' }],
  ])('%s needs every one of its fields', (operation, output) => {
    expect(read(operation, { ...output, other: 1 })).toEqual({ type: 'succeeded', output });
    for (const field of Object.keys(output)) {
      for (const wrong of [undefined, null, '', 7, {}]) expect(read(operation, { ...output, [field]: wrong })).toBeNull();
    }
  });

  it('the items are available, or they are not, or nobody knows', () => {
    expect(read('validate_order.do', { available: true })).toEqual({ type: 'succeeded', output: {} });
    expect(read('validate_order.do', { available: false })).toMatchObject({ type: 'refused', code: 'not_available' });
    const unavailable_items = [{ sku: 'MOUSE', requested: 3 }, 'LAPTOP-X1', 7, null];
    expect(read('validate_order.do', { available: false, unavailable_items })).toMatchObject({
      code: 'not_available',
      message: 'Not available: MOUSE, LAPTOP-X1',
    });
    for (const body of [{}, { available: 'true' }, { available: 1 }, null, [], 'true']) expect(read('validate_order.do', body)).toBeNull();
  });

  it.each([
    [USD, '1300.29', true],
    [USD, 1300.29, true],
    [USD, '1300.30', false],
    [USD, '1300.290', false],
    [USD, '130029', false],
    [USD, 1300, false],
    [USD, '', false],
    [USD, null, false],
    [USD, {}, false],
    [USD, -1300.29, false],
    [JPY, '1500', true],
    [JPY, 1500, true],
    [JPY, '1500.00', false],
    [JPY, '15.00', false],
  ])('a charge that answers with another amount than the total is unknown', (order, amount, isTheTotal) => {
    const charged = { type: 'succeeded', output: { payment_id: 'pay_1' } };
    expect(read('process_payment.do', { payment_id: 'pay_1', amount }, order)).toEqual(isTheTotal ? charged : null);
  });

  it.each(operations.filter((operation) => operation.includes('.undo') || operation.startsWith('send_')))(
    '%s needs nothing',
    (operation) => {
      for (const body of [undefined, null, {}, [], 'OK']) expect(read(operation, body)).toEqual({ type: 'succeeded', output: {} });
    },
  );
});

describe('the definition', () => {
  it('is the default, and has every version that was published', () => {
    expect(newestSaga('order_fulfillment')).toBe(orderFulfillment);
    expect(sagaVersion('order_fulfillment', 1)).toBe(orderFulfillment);
    expect(sagaVersion('order_fulfillment', 99)).toBeUndefined();
    expect(newestSaga('no_such_saga')).toBeUndefined();
  });

  it('gives each attempt its time, and the order half an hour', () => {
    expect(orderFulfillment.deadlineMs).toBe(30 * 60_000);
    expect(Object.fromEntries(steps.map(({ name, timeoutMs }) => [name, timeoutMs / 1_000]))).toEqual({
      validate_order: 30,
      reserve_inventory: 30,
      process_payment: 60,
      create_shipment: 30,
      send_confirmation: 15,
    });
  });

  it('tries a call five times at most, and an undo for an hour and a half', () => {
    for (const { retry, undo } of steps) {
      expect(retry).toMatchObject({ attempts: 5, firstDelayMs: 1_000, maxDelayMs: 30_000 });
      if (!undo) continue;
      expect(undo.retry.maxDelayMs).toBe(5 * 60_000);
      expect(undo.retry.withinMs).toBeGreaterThanOrEqual(10 * 60_000);
      expect(undo.retry.withinMs).toBeLessThanOrEqual(100 * 60_000);
    }
  });

  it('asks a person where the configuration says so, right after the validation', () => {
    expect(orderFulfillment.steps.map(({ name }) => name)).toEqual([
      'validate_order',
      'approval',
      'reserve_inventory',
      'process_payment',
      'create_shipment',
      'send_confirmation',
    ]);
    expect(afterValidation(true)).toEqual(['OperationSucceeded validate_order.do', 'ApprovalRequested']);
    expect(afterValidation(false)).toEqual([
      'OperationSucceeded validate_order.do',
      'StepSkipped',
      'OperationStarted reserve_inventory.do',
    ]);
  });

  it('only the confirmation may fail, where the configuration lets it', () => {
    expect(stepsThatMayFail('complete')).toEqual(['send_confirmation']);
    expect(stepsThatMayFail('compensate')).toEqual([]);
  });

  it('returns a shipment that can no longer be cancelled', () => {
    expect(steps.map(({ undo }) => undo?.otherwise).filter(Boolean)).toEqual([
      { whenRefused: 'already_dispatched', channel: 'return', path: '/shipments/return' },
    ]);
  });

  it.each([
    ['validate_order', null, { kind: 'none' }],
    ['reserve_inventory', { reservation_id: 'res_1' }, { kind: 'stock', items: quantities.USD, reference: 'res_1' }],
    ['reserve_inventory', null, { kind: 'stock', items: quantities.USD }],
    ['process_payment', { payment_id: 'pay_1' }, { kind: 'money', amount: '1300.29', currency: 'USD', reference: 'pay_1' }],
    ['process_payment', null, { kind: 'money', amount: '1300.29', currency: 'USD' }],
    ['create_shipment', { shipment_id: 'shp_1', tracking_number: 'T' }, { kind: 'shipment', items: quantities.USD, reference: 'shp_1' }],
    ['send_confirmation', {}, { kind: 'message' }],
  ])('says of %s with %j what is outstanding while it can not be undone', (name, output, outstanding) => {
    expect(steps.find((step) => step.name === name)?.outstanding(USD, output)).toEqual(outstanding);
  });
});

function afterValidation(needsApproval: boolean): readonly string[] {
  const scenario = new Scenario();
  scenario.place({ needsApproval });
  return scenario.succeed('validate_order.do');
}

const stepsThatMayFail = (confirmationFailure: 'compensate' | 'complete'): readonly string[] =>
  steps
    .filter(({ whenFailed }) => whenFailed({ deadlineMs: 1, timeScale: 1, needsApproval: false, confirmationFailure }) === 'go_on')
    .map(({ name }) => name);
