/** The event-stream store: each order has a stream of its own, and its saga reserves the stock, charges the card, and writes down what came of it. */

import { describe, expect, it } from 'vitest';
import { ledger } from '../participants/simulated/ledgers.ts';
import { callsTo, movements } from '../order/cases/alone.ts';
import { allPublished, expectPublished } from '../order/published.ts';
import { atRest, cancel, ledgersOf, newOrderId, place, request, setFault, TOTAL } from '../order/shop.ts';
import { historyOf } from '../order/signed.ts';
import { hold, inAWord, moved, NOTHING_MOVED, refusing, review, routesOf, statusAt } from './stories.ts';

const placed = (id: string, more: Readonly<Record<string, unknown>> = {}, headers: Readonly<Record<string, string>> = {}) =>
  place(id, headers, { saga: 'reserve_and_pay', ...more });

const time: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

describe.concurrent('event-stream store: an order', () => {
  it('is reserved, then paid, and that is all', async () => {
    const id = newOrderId('stream-happy');
    expect((await placed(id)).status).toBe(202);
    const view = await atRest(id);
    expect(view).toMatchObject({ status: 'completed', completed_steps: ['reserve_inventory', 'process_payment'], error: null });
    expect(await routesOf(id)).toEqual(['/reservations', '/charges']);
    expect(await moved(id)).toEqual({ charged: TOTAL, refunded: '0.00', taken: [1, 2] });
    const { shipments, messages } = await ledgersOf(id);
    expect([shipments.live, messages]).toEqual([0, []]);
    const { reservation_id, payment_id } = view;
    const { items } = request(id);
    const events = await expectPublished(id, ['OrderPlaced', 'InventoryReserved', 'PaymentProcessed', 'OrderPaid']);
    const order = { order_id: id, customer_id: 'c-1', total_amount: TOTAL, items };
    expect(events.map(({ data }) => data)).toMatchObject([
      order,
      { ...order, reservation_id, reserved_at: time },
      { ...order, payment_id, amount: TOTAL, processed_at: time },
      { ...order, payment_id, amount: TOTAL, payment_method: 'credit_card', paid_at: time },
    ]);
    for (const { data } of events) expect(Object.values(data)).toContain(data['occurred_at']);
  });

  it('has one stream, which nobody else’s events are in, and which tells the same as its history', async () => {
    const [one, two] = [newOrderId('stream-one'), newOrderId('stream-two')];
    await Promise.all([placed(one), placed(two)]);
    for (const id of [one, two]) {
      await atRest(id);
      for (const event of await allPublished(id)) expect(event).toMatchObject({ subject: id, source: `/tenants/local/orders/${id}` });
      const history = await historyOf(id);
      expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
      expect(history.map((event) => event.id)).toEqual(history.map(({ seq }) => `${id}-${seq}`));
    }
  });

  it('that comes twice is the same, and has one stream', async () => {
    const id = newOrderId('stream-twice');
    const answers = await Promise.all([placed(id, {}, { 'idempotency-key': id }), placed(id, {}, { 'idempotency-key': id })]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    await atRest(id);
    expect(await movements(id)).toEqual({ charges: 1, refunds: 0 });
    await expectPublished(id, ['OrderPlaced', 'InventoryReserved', 'PaymentProcessed', 'OrderPaid']);
  });
});

describe.concurrent('event-stream store: an order that is cancelled by the system', () => {
  it('for want of stock says of what, was never charged, and has nothing to release', async () => {
    const id = newOrderId('stream-stock');
    await ledger('inventory').setStock('STREAM-RARE', 1);
    const rare = { sku: 'STREAM-RARE', name: 'Rare', quantity: 3, unit_price: '10.00' };
    await placed(id, { items: [rare, { ...rare, sku: 'STREAM-COMMON' }] });
    expect(await atRest(id)).toMatchObject({ saga_status: 'compensated', error: { step: 'reserve_inventory', code: 'out_of_stock' } });
    expect(await routesOf(id)).toEqual(['/reservations']);
    expect(await moved(id)).toEqual(NOTHING_MOVED);
    const [, unavailable, cancelled] = (await expectPublished(id, ['OrderPlaced', 'InventoryUnavailable', 'OrderCancelled'])).map(
      ({ data }) => data,
    );
    const unavailable_items = [{ sku: 'STREAM-RARE', requested: 3, available: 1 }];
    expect(unavailable).toMatchObject({ order_id: id, unavailable_items, notified_at: time });
    expect(cancelled).toMatchObject({
      order_id: id,
      cancelled_by: 'System',
      reason: 'Inventory unavailable',
      refund_issued: false,
      cancelled_at: time,
    });
  });

  it('for a payment that failed has its stock released, and no refund', async () => {
    const id = newOrderId('stream-declined');
    await setFault('payment', id, { route: '/charges', fault: refusing('card_declined', 'Insufficient funds') });
    await placed(id);
    const view = await atRest(id);
    expect(view).toMatchObject({ saga_status: 'compensated', compensated_steps: ['reserve_inventory'], error: { code: 'card_declined' } });
    expect(await routesOf(id)).toEqual(['/reservations', '/charges', '/reservations/release']);
    expect(await moved(id)).toEqual({ charged: '0', refunded: '0', taken: [0, 0] });
    const events = await expectPublished(id, ['OrderPlaced', 'InventoryReserved', 'PaymentFailed', 'OrderCancelled']);
    const [, reserved, failed, cancelled] = events.map(({ data }) => data);
    expect(reserved).toMatchObject({ reservation_id: view.reservation_id });
    expect(failed).toMatchObject({ order_id: id, reason: 'Insufficient funds', failed_at: time });
    const why = { reason: 'Payment failed', error_message: 'Insufficient funds' };
    expect(cancelled).toMatchObject({ order_id: id, cancelled_by: 'System', ...why, refund_issued: false, cancelled_at: time });
  });
});

/** What is neither done nor refused, for each of the two steps. */
const TROUBLE = [
  ['reserve_inventory', 'inventory', '/reservations'],
  ['process_payment', 'payment', '/charges'],
] as const;

describe.concurrent('event-stream store: an order whose fulfillment failed', () => {
  it.each(TROUBLE)('because %s is never answered says so, with the error, and keeps nothing', async (step, service, route) => {
    const id = newOrderId(`stream-lost-${step}`);
    await setFault(service, id, { route, fault: { kind: 'lose_answer' } });
    await setFault(service, id, { route: 'GET /operations', fault: { kind: 'no_probe' } });
    await placed(id);
    expect(await atRest(id)).toMatchObject({ saga_status: 'compensated', error: { step, code: 'timed_out' } });
    const { charged, refunded, taken } = await moved(id);
    expect(refunded).toBe(charged);
    expect(taken).toEqual([0, 0]);
    const failed = (await allPublished(id)).find(({ type }) => type === 'OrderFulfillmentFailed');
    expect(failed?.data).toMatchObject({ order_id: id, step, error_message: expect.stringMatching(/^No answer within/), failed_at: time });
  });

  it.each(TROUBLE)('because %s breaks says so, and keeps nothing', async (step, service, route) => {
    const id = newOrderId(`stream-broken-${step}`);
    await setFault(service, id, { route, fault: { kind: 'fail', status: 500, code: 'broken' } });
    await placed(id);
    expect(await atRest(id)).toMatchObject({ saga_status: 'compensated', error: { step, code: 'broken' } });
    expect((await moved(id)).charged).toBe('0');
    expect((await moved(id)).taken.every((net) => net === 0)).toBe(true);
    const reserved = step === 'process_payment' ? ['InventoryReserved'] : [];
    await expectPublished(id, ['OrderPlaced', ...reserved, 'OrderFulfillmentFailed', 'OrderCancelled']);
  });

  it('because the stock can not be released says so, and waits for a person', async () => {
    const id = newOrderId('stream-unreleased');
    await setFault('payment', id, { route: '/charges', fault: refusing('card_declined') });
    await setFault('inventory', id, { route: '/reservations/release', fault: refusing('closed', 'We are closed') });
    await placed(id);
    const view = await atRest(id);
    const outstanding = { kind: 'stock', reference: view.reservation_id };
    expect(view).toMatchObject({ status: 'needs_review', review: { items: [{ step: 'reserve_inventory', outstanding }] } });
    const before = ['OrderPlaced', 'InventoryReserved', 'PaymentFailed', 'OrderFulfillmentFailed'];
    const events = await expectPublished(id, before);
    expect(events[3]?.data).toMatchObject({ step: 'reserve_inventory', error_message: 'We are closed', failed_at: time });
    expect((await review(id, 'resolve', 'reserve_inventory')).status).toBe(200);
    await expectPublished(id, [...before, 'OrderCancelled']);
  });
});

describe.concurrent('event-stream store: a customer', () => {
  it('who cancels in time gets everything back, and it is not the system that cancelled', async () => {
    const id = newOrderId('stream-cancel');
    await hold(id, 'payment', '/charges');
    await placed(id);
    expect(await statusAt(id, '/charges')).toMatchObject({ completed_steps: ['reserve_inventory'], current_step: 'process_payment' });
    expect((await cancel(id)).status).toBe(202);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled' });
    const { charged, refunded, taken } = await moved(id);
    expect([refunded, taken]).toEqual([charged, [0, 0]]);
    const cancelled = (await allPublished(id)).at(-1);
    expect(cancelled).toMatchObject({ type: 'OrderCancelled', data: { cancelled_by: 'Customer', reason: 'Cancelled on request' } });
  });

  it('who cancels what is paid gets it back', async () => {
    const id = newOrderId('stream-paid-cancel');
    await placed(id);
    await atRest(id);
    expect((await cancel(id)).status).toBe(202);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', compensated_steps: ['process_payment', 'reserve_inventory'] });
    expect(await moved(id)).toEqual({ charged: TOTAL, refunded: TOTAL, taken: [0, 0] });
    expect(await callsTo(id, '/refunds')).toHaveLength(1);
    expect((await allPublished(id)).at(-1)).toMatchObject({ type: 'OrderCancelled', data: { refund_issued: true } });
    expect(await inAWord(await cancel(id))).toEqual([200, 'cancelled']);
  });
});
