/** ShopFlow: an order answers at once, and other systems hear of it by events that are saved with the order and published in the end. */

import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { callsTo, confirmed, ENDS, ledgersShow } from '../order/cases/alone.ts';
import { allPublished, batchesOf, expectPublished, published, receivedBy, setAnswering } from '../order/published.ts';
import {
  atRest,
  call,
  cancel,
  eventually,
  expectServed,
  expectUndone,
  ledgersOf,
  newOrderId,
  objectOf,
  place,
  request,
  setFault,
  TOTAL,
} from '../order/shop.ts';
import { historyOf, reportShipment } from '../order/signed.ts';
import { hold, inAWord, refusing, routesOf } from './stories.ts';

const HAPPY = ['OrderCreated', 'InventoryReserved', 'PaymentCompleted', 'ShipmentCreated', 'OrderConfirmed'];

const order = (id: string) => ({ order_id: id, customer_id: 'c-1', currency: 'USD', total_amount: TOTAL, items: request(id).items });

describe.concurrent('shop flow: the events of an order', () => {
  it('are created, confirmed, shipped and delivered, each with the whole order', async () => {
    const id = newOrderId('flow-events');
    await place(id);
    await atRest(id);
    expect(await inAWord(await reportShipment(id, 'shipped'))).toEqual([200, 'shipped']);
    expect(await inAWord(await reportShipment(id, 'delivered'))).toEqual([200, 'delivered']);
    const events = await expectPublished(id, [...HAPPY, 'OrderShipped', 'OrderDelivered']);
    for (const { data } of events) expect(data).toMatchObject(order(id));
    expect(await inAWord(await cancel(id))).toEqual([409, 'cannot_cancel']);
    await expectServed(id);
  });

  it('tell of a cancellation with its reason', async () => {
    const id = newOrderId('flow-cancelled');
    await hold(id, 'payment', '/charges');
    await place(id);
    expect((await call('POST', `/api/v1/orders/${id}/cancel`, { reason: 'Found it cheaper' })).status).toBe(202);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled' });
    const cancelled = (await allPublished(id)).at(-1);
    expect(cancelled).toMatchObject({
      type: 'OrderCancelled',
      data: { ...order(id), reason: 'Found it cheaper', cancelled_by: 'Customer' },
    });
    await expectUndone(id);
  });

  it('have a shipped order cancelled by way of its parcel, which comes back', async () => {
    const id = newOrderId('flow-returned');
    await place(id);
    await atRest(id);
    await reportShipment(id, 'shipped');
    expect((await cancel(id)).status).toBe(202);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled' });
    const undone = ['ShipmentCancelled', 'PaymentRefunded', 'InventoryReleased', 'OrderCancelled'];
    await expectPublished(id, [...HAPPY, 'OrderShipped', ...undone]);
    await expectUndone(id);
  });

  it('have its customer told that it is confirmed, once', async () => {
    const id = newOrderId('flow-mail');
    await place(id);
    await atRest(id);
    const mails = (await ledgersOf(id)).messages.filter(({ channel }) => channel === 'email');
    expect(mails).toEqual([{ channel: 'email', template: 'order_confirmed' }]);
    expect((await callsTo(id, '/notifications')).every(({ attempt }) => attempt === 1)).toBe(true);
  });
});

describe.concurrent('shop flow: those who listen', () => {
  it('are not waited for: an order is saved, answered and completed while nobody takes its events', async () => {
    const id = newOrderId('flow-nobody');
    await setAnswering(id, { status: 503, times: 1_000 });
    await setFault('inventory', id, { route: '/availability', times: 1, fault: { kind: 'slow', delay_ms: 200 } });
    expect(await inAWord(await place(id))).toEqual([202, 'pending']);
    expect(await (await call('GET', `/api/v1/orders/${id}`)).json()).toMatchObject({ order_id: id, total: TOTAL });
    expect(await callsTo(id, '/reservations')).toEqual([]);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    expect(await batchesOf(id, 'webhook')).toEqual([]);
    await expectServed(id);
  });

  it('do not wait for each other: one hears everything while the other is away, and then the other, in order, once', async () => {
    const id = newOrderId('flow-one-away');
    await setAnswering(id, { status: 503, times: 3 });
    await place(id);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    expect((await published(id, 'queue', HAPPY.length)).map(({ type }) => type)).toEqual(HAPPY);
    expect(await batchesOf(id, 'webhook')).toEqual([]);
    await expectPublished(id, HAPPY);
    const { webhook } = await receivedBy(id);
    expect(webhook.slice(0, 3).map(({ answered }) => answered)).toEqual([503, 503, 503]);
  }, 90_000);

  it('are told nothing again once it was published', async () => {
    const id = newOrderId('flow-once');
    await place(id);
    await atRest(id);
    await expectPublished(id, HAPPY);
    await runDurableObjectAlarm(objectOf(id));
    await evictDurableObject(objectOf(id));
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await cancel(id);
    await atRest(id);
    await expectPublished(id, [...HAPPY, 'ShipmentCancelled', 'PaymentRefunded', 'InventoryReleased', 'OrderCancelled']);
  });
});

describe.concurrent.each(ENDS)('shop flow: a process $end', ({ end, strike }) => {
  it('as soon as the order is answered has saved its events with it, and publishes them unasked', async () => {
    const id = newOrderId(`flow-${end}-at-once`);
    await setAnswering(id, { status: 503, times: 1 });
    await place(id);
    await strike(id);
    await confirmed(id);
    for (const at of ['queue', 'webhook'] as const) {
      const events = await published(id, at, HAPPY.length);
      const first = events.filter((event, index) => events.findIndex((other) => other.id === event.id) === index);
      expect(first.map(({ type }) => type)).toEqual(HAPPY);
    }
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await expectServed(id);
  });
});

describe.concurrent('shop flow: the saga', () => {
  it('reserves, charges and schedules the shipment, and the order is fulfilled', async () => {
    const id = newOrderId('flow-saga');
    await place(id);
    expect(await atRest(id)).toMatchObject({ status: 'completed', error: null });
    expect((await routesOf(id)).slice(1, 4)).toEqual(['/reservations', '/charges', '/shipments']);
    await expectServed(id);
  });

  it.each([
    ['reserve_inventory', 'inventory', '/reservations', []],
    ['process_payment', 'payment', '/charges', ['/reservations/release']],
    ['create_shipment', 'shipping', '/shipments', ['/refunds', '/reservations/release']],
  ] as const)('compensates in reverse when %s throws, and the order has failed with its message', async (step, service, route, undone) => {
    const id = newOrderId(`flow-throws-${step}`);
    await setFault(service, id, { route, fault: { kind: 'refuse', status: 400, code: 'exception', message: 'Object reference not set' } });
    await place(id);
    expect(await atRest(id)).toMatchObject({ status: 'failed', error: { step, message: 'Object reference not set' } });
    expect((await routesOf(id)).slice(-undone.length - 1)).toEqual([route, ...undone]);
    await expectUndone(id);
    expect((await allPublished(id)).at(-1)).toMatchObject({ type: 'OrderCancelled', data: { reason: 'Object reference not set' } });
  });

  it('compensates all the same when nobody knows what became of the shipment: it is cancelled first', async () => {
    const id = newOrderId('flow-shipment-lost');
    await setFault('shipping', id, { route: '/shipments', fault: { kind: 'lose_answer' } });
    await setFault('shipping', id, { route: 'GET /operations', fault: { kind: 'no_probe' } });
    await place(id);
    expect(await atRest(id)).toMatchObject({ status: 'failed', error: { step: 'create_shipment' } });
    expect((await routesOf(id)).slice(-3)).toEqual(['/shipments/cancel', '/refunds', '/reservations/release']);
    await expectUndone(id);
  });

  it('goes on compensating when one compensation fails, and says what is left', async () => {
    const id = newOrderId('flow-one-parked');
    await setFault('shipping', id, { route: '/shipments', fault: refusing('no_carrier') });
    await setFault('payment', id, { route: '/refunds', fault: refusing('account_closed') });
    await place(id);
    await ledgersShow(id, ({ stock }) => Object.values(stock).every(({ net }) => net === 0));
    const outstanding = { kind: 'money', amount: TOTAL, currency: 'USD' };
    expect(await atRest(id)).toMatchObject({ status: 'needs_review', review: { items: [{ step: 'process_payment', outstanding }] } });
    expect((await historyOf(id)).at(-1)).toMatchObject({ type: 'ReviewRequested' });
    await eventually(async () => (await allPublished(id)).some(({ type }) => type === 'InventoryReleased'), 'the release is published');
  });
});
