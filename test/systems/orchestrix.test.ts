/** Orchestrix: payment, then inventory, then confirmation, with an order state machine of its own. */

import { describe, expect, it } from 'vitest';
import { ledger } from '../participants/simulated/ledgers.ts';
import { deliver, message } from '../queues/delivery.ts';
import { callsTo, keysTo, movements, recorded } from '../order/cases/alone.ts';
import { allPublished, expectPublished } from '../order/published.ts';
import { atRest, cancel, configure, ledgersOf, newOrderId, place, received, request, setFault, TOTAL } from '../order/shop.ts';
import { callBack, historyOf, reportShipment } from '../order/signed.ts';
import { decide, hold, inAWord, letGo, moved, NOTHING_MOVED, refusing, review, routesOf, statusAt } from './stories.ts';

const placed = (id: string, more: Readonly<Record<string, unknown>> = {}, headers: Readonly<Record<string, string>> = {}) =>
  place(id, headers, { saga: 'payment_first', ...more });

async function confirmed(name: string): Promise<string> {
  const id = newOrderId(name);
  await placed(id);
  expect(await atRest(id)).toMatchObject({ status: 'confirmed', saga_status: 'completed' });
  return id;
}

const CONFIRMED = ['OrderCreated', 'PaymentProcessing', 'PaymentCompleted', 'InventoryReserved', 'OrderConfirmed'];
const REFUNDED = { charged: TOTAL, refunded: TOTAL, taken: [] };
const KEPT = { charged: TOTAL, refunded: '0.00', taken: [1, 2] };

describe.concurrent('orchestrix: an order', () => {
  it('is charged, reserved and confirmed, with the ids of both', async () => {
    const id = newOrderId('orchestrix-happy');
    expect(await inAWord(await placed(id))).toEqual([202, 'payment_processing']);
    const { items, shipping_address } = request(id);
    const view = await atRest(id);
    expect(view).toMatchObject({ status: 'confirmed', total: TOTAL, items, shipping_address, payment_method: 'credit_card' });
    expect(await routesOf(id)).toEqual(['/charges', '/reservations', '/notifications']);
    expect(await moved(id)).toEqual(KEPT);
    expect((await ledgersOf(id)).messages).toEqual([{ channel: 'email', template: 'order_confirmed' }]);
    const { payment_id, reservation_id } = view;
    const [created, processing, paid, reserved, last] = (await expectPublished(id, CONFIRMED)).map(({ data }) => data);
    const order = { order_id: id, customer_id: 'c-1', items, total_amount: TOTAL, payment_method: 'credit_card' };
    expect(created).toMatchObject(order);
    expect(created).not.toHaveProperty('payment_id');
    expect(processing).toMatchObject({ ...order, amount: TOTAL });
    expect(paid).toMatchObject({ ...order, payment_id, amount: TOTAL });
    expect(reserved).toMatchObject({ ...order, payment_id, reservation_id });
    expect(last).toMatchObject({ ...order, payment_id, reservation_id });
  });

  it('shows each state of its machine for as long as it is in it', async () => {
    const id = newOrderId('orchestrix-states');
    await configure(id, { TIME_SCALE: '0.2' });
    await hold(id, 'payment', '/charges');
    await hold(id, 'inventory', '/reservations');
    await setFault('notification', id, { route: '/notifications', fault: { kind: 'hang' } });
    await placed(id);
    expect(await statusAt(id, '/charges')).toMatchObject({ status: 'payment_processing', current_step: 'process_payment' });
    await letGo(id, 'process_payment', { payment_id: 'pay_1' });
    expect(await statusAt(id, '/reservations')).toMatchObject({ status: 'payment_completed', current_step: 'reserve_inventory' });
    await letGo(id, 'reserve_inventory', { reservation_id: 'res_1' });
    expect(await statusAt(id, '/notifications')).toMatchObject({ status: 'inventory_reserved', current_step: 'send_confirmation' });
    await ledger('notification').clearFaults(id);
    expect(await atRest(id)).toMatchObject({ status: 'confirmed', payment_id: 'pay_1', reservation_id: 'res_1' });
  });

  it.each([
    ['payment_processing', 'payment', '/charges'],
    ['payment_completed', 'inventory', '/reservations'],
    ['inventory_reserved', 'notification', '/notifications'],
  ] as const)('can be cancelled while it is %s', async (status, service, route) => {
    const id = newOrderId(`orchestrix-cancel-${status}`);
    await configure(id, { TIME_SCALE: '0.1' });
    await setFault(service, id, { route, times: 1, fault: { kind: 'lose_answer' } });
    await placed(id);
    expect(await statusAt(id, route)).toMatchObject({ status });
    expect((await cancel(id)).status).toBe(202);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' } });
    expect(await moved(id)).toMatchObject({ charged: TOTAL, refunded: TOTAL });
    expect((await moved(id)).taken.every((net) => net === 0)).toBe(true);
    expect((await allPublished(id)).at(-1)).toMatchObject({ type: 'OrderCancelled', data: { refund_issued: true } });
  });

  it('makes no transition that its machine does not have: what asks for one is refused', async () => {
    const id = await confirmed('orchestrix-invalid');
    expect(await inAWord(await cancel(id))).toEqual([409, 'cannot_cancel']);
    expect(await inAWord(await decide(id, 'approve'))).toEqual([409, 'not_waiting']);
    expect(await inAWord(await review(id, 'retry', 'process_payment'))).toEqual([409, 'not_in_review']);
    expect(await inAWord(await callBack(id, 'process_payment.undo', { outcome: 'succeeded', output: {} }))).toEqual([409, 'wrong_key']);
    expect(await inAWord(await placed(id, { customer_id: 'c-2' }))).toEqual([409, 'order_exists']);
    const declined = { outcome: 'refused', error: { code: 'card_declined', message: 'After all' } };
    expect(await inAWord(await callBack(id, 'process_payment.do', declined))).toEqual([200, 'confirmed']);
    expect(await moved(id)).toEqual(KEPT);
    await expectPublished(id, CONFIRMED);
  });

  it('is shipped once it is confirmed, and not before', async () => {
    const id = newOrderId('orchestrix-shipped');
    await hold(id, 'payment', '/charges');
    await placed(id);
    await received(id, '/charges');
    expect(await inAWord(await reportShipment(id, 'shipped'))).toEqual([409, 'not_completed']);
    await letGo(id, 'process_payment', { payment_id: 'pay_1' });
    await atRest(id);
    expect(await inAWord(await reportShipment(id, 'shipped', { tracking_number: 'T-1' }))).toEqual([200, 'shipped']);
    await expectPublished(id, [...CONFIRMED, 'OrderShipped']);
  });

  it('is confirmed though nobody can be told: the notification is not waited for, and undoes nothing', async () => {
    const id = newOrderId('orchestrix-no-mail');
    await setFault('notification', id, { route: '/notifications', fault: refusing('no_such_user') });
    await placed(id);
    expect(await atRest(id)).toMatchObject({ status: 'confirmed', error: null });
    expect(await moved(id)).toEqual(KEPT);
  });
});

describe.concurrent('orchestrix: compensation', () => {
  it('of a refused payment has nothing to give back, and nothing was reserved', async () => {
    const id = newOrderId('orchestrix-declined');
    await setFault('payment', id, { route: '/charges', fault: refusing('card_declined', 'Insufficient funds') });
    const answer = await placed(id, {}, { prefer: 'wait=20' });
    expect(await inAWord(answer)).toEqual([422, 'order_failed']);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', error: { step: 'process_payment', message: 'Insufficient funds' } });
    expect(await routesOf(id)).toEqual(['/charges']);
    expect(await moved(id)).toEqual(NOTHING_MOVED);
    const events = await expectPublished(id, ['OrderCreated', 'PaymentProcessing', 'PaymentFailed', 'OrderCancelled']);
    expect(events[2]?.data).toMatchObject({ code: 'card_declined', reason: 'Insufficient funds' });
    expect(events[3]?.data).toMatchObject({ reason: 'Payment failed', error_message: 'Insufficient funds', refund_issued: false });
  });

  it('of too little stock gives the money back', async () => {
    const id = newOrderId('orchestrix-stock');
    await ledger('inventory').setStock('RARE', 1);
    await placed(id, { items: [{ sku: 'RARE', name: 'Rare', quantity: 2, unit_price: '10.00' }] });
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', compensated_steps: ['process_payment'] });
    expect(await moved(id)).toEqual({ charged: '20.00', refunded: '20.00', taken: [] });
    expect(await routesOf(id)).toEqual(['/charges', '/reservations', '/refunds']);
    const types = [
      'OrderCreated',
      'PaymentProcessing',
      'PaymentCompleted',
      'InventoryReservationFailed',
      'PaymentRefunded',
      'OrderCancelled',
    ];
    const events = await expectPublished(id, types);
    expect(events[3]?.data).toMatchObject({ unavailable_items: [{ sku: 'RARE', requested: 2, available: 1 }] });
    expect(events[4]?.data).toMatchObject({ amount: '20.00', payment_id: events[2]?.data['payment_id'] });
    expect(events[5]?.data).toMatchObject({ reason: 'Inventory unavailable', refund_issued: true });
  });

  it('of a reservation that may have been made releases it too', async () => {
    const id = newOrderId('orchestrix-in-doubt');
    await setFault('inventory', id, { route: '/reservations', fault: { kind: 'lose_answer' } });
    await setFault('inventory', id, { route: 'GET /operations', fault: { kind: 'no_probe' } });
    await placed(id);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', compensated_steps: ['reserve_inventory', 'process_payment'] });
    expect(await moved(id)).toEqual({ charged: TOTAL, refunded: TOTAL, taken: [0, 0] });
    const undone = ['InventoryReleased', 'PaymentRefunded', 'OrderCancelled'];
    await expectPublished(id, ['OrderCreated', 'PaymentProcessing', 'PaymentCompleted', ...undone]);
  });

  it('of a gateway that breaks leaves no charge behind', async () => {
    const id = newOrderId('orchestrix-gateway');
    await setFault('payment', id, { route: '/charges', fault: { kind: 'fail_after', status: 500 } });
    await setFault('payment', id, { route: 'GET /operations', fault: { kind: 'no_probe' } });
    await placed(id);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', error: { step: 'process_payment', code: 'http_500' } });
    expect(await moved(id)).toEqual(REFUNDED);
    expect(await callsTo(id, '/reservations')).toEqual([]);
  });
});

describe.concurrent('orchestrix: limits', () => {
  /** Out of stock, and so many refunds fail. */
  async function refundFailing(name: string, times: number | null): Promise<string> {
    const id = newOrderId(name);
    await setFault('inventory', id, { route: '/reservations', fault: refusing('out_of_stock') });
    await setFault('payment', id, { route: '/refunds', times, fault: { kind: 'fail', status: 503 } });
    await placed(id);
    return id;
  }

  it('a compensation succeeds at its third try', async () => {
    const id = await refundFailing('orchestrix-third', 2);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', review: null });
    expect((await callsTo(id, '/refunds')).map(({ status }) => status)).toEqual([503, 503, 200]);
    expect(await moved(id)).toEqual(REFUNDED);
  });

  it('a compensation has three tries, 2^n seconds apart at the longest, then a person has it', async () => {
    const id = await refundFailing('orchestrix-three', null);
    const view = await atRest(id);
    const outstanding = { kind: 'money', amount: TOTAL, currency: 'USD', reference: view.payment_id };
    expect(view).toMatchObject({ status: 'needs_review', review: { items: [{ attempts: 3, code: 'http_503', outstanding }] } });
    expect((await callsTo(id, '/refunds')).map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(await keysTo(id, '/refunds')).toHaveLength(1);
    const failures = (await historyOf(id)).filter(({ type }) => type === 'AttemptFailed');
    const pausesMs = failures.map(({ at, data }) => Date.parse(String(Object(data)['retry_at'])) - Date.parse(at));
    expect(pausesMs).toHaveLength(2);
    for (const [index, pauseMs] of pausesMs.entries()) expect(pauseMs).toBeLessThanOrEqual(2 ** (index + 1) * 20);
    await ledger('payment').clearFaults(id);
    expect((await review(id, 'retry', 'process_payment')).status).toBe(200);
    await received(id, '/refunds', 4);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', review: null });
    expect(await moved(id)).toEqual(REFUNDED);
  });

  it('a dead letter waits for a person, with its order, its reason and its time', async () => {
    const id = newOrderId('orchestrix-dead');
    await setFault('inventory', id, { route: '/reservations', fault: refusing('out_of_stock') });
    await setFault('payment', id, { route: '/refunds', fault: { kind: 'fail', status: 503, retry_after: '60' } });
    await placed(id);
    await recorded(id, 'AttemptFailed');
    await deliver('backstitch-compensations-dead', [message(id, 'process_payment', 'undo')]);
    const view = await atRest(id);
    expect(view).toMatchObject({ order_id: id, status: 'needs_review', review: { items: [{ code: 'dead_letter' }] } });
    expect(Date.parse(view.review?.since ?? '')).toBeGreaterThanOrEqual(Date.parse(view.created_at));
  });

  it('the whole order has ten minutes, and then it is cancelled', async () => {
    const id = newOrderId('orchestrix-time');
    await hold(id, 'payment', '/charges');
    await placed(id);
    const view = await atRest(id);
    expect(Date.parse(view.deadline_at) - Date.parse(view.created_at)).toBe(600_000 * 0.02);
    expect(view).toMatchObject({ status: 'cancelled', error: { code: 'deadline_exceeded' } });
    expect(Date.parse(view.updated_at)).toBeGreaterThanOrEqual(Date.parse(view.deadline_at));
    const { type, data } = (await allPublished(id)).at(-1) ?? {};
    expect([type, data]).toMatchObject(['OrderCancelled', { reason: 'Timeout', cancelled_by: 'System' }]);
    expect((await moved(id)).charged).toBe((await moved(id)).refunded);
  });

  it('the same command has its effect once, however often it comes', async () => {
    const id = newOrderId('orchestrix-twice');
    const key = { 'idempotency-key': id };
    const answers = await Promise.all(Array.from({ length: 20 }, () => placed(id, {}, key)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(19);
    expect(await inAWord(await placed(id, { customer_id: 'c-2' }, key))).toEqual([422, 'idempotency_key_reused']);
    await atRest(id);
    await deliver(
      'backstitch-notifications',
      Array.from({ length: 5 }, () => message(id, 'send_confirmation', 'do')),
    );
    expect(await movements(id)).toEqual({ charges: 1, refunds: 0 });
    expect(await routesOf(id)).toEqual(['/charges', '/reservations', '/notifications']);
    await expectPublished(id, CONFIRMED);
  });

  it('the counters of a monitor follow from what is published: created, confirmed, cancelled, failures, durations', async () => {
    const ids = ['well', 'declined', 'short'].map((name) => newOrderId(`orchestrix-count-${name}`));
    const [, declined = '', short = ''] = ids;
    await setFault('payment', declined, { route: '/charges', fault: refusing('card_declined') });
    await setFault('inventory', short, { route: '/reservations', fault: refusing('out_of_stock') });
    const finished = async (id: string) => {
      await placed(id);
      await atRest(id);
      return allPublished(id);
    };
    const events = (await Promise.all(ids.map(finished))).flat();
    const count = (name: string) => events.filter(({ type }) => type === name).length;
    expect([count('OrderCreated'), count('OrderConfirmed'), count('OrderCancelled')]).toEqual([3, 1, 2]);
    expect([count('PaymentFailed'), count('InventoryReservationFailed')]).toEqual([1, 1]);
    for (const id of ids) {
      const times = events.filter(({ data }) => data['order_id'] === id).map(({ data }) => Date.parse(String(data['occurred_at'])));
      expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(0);
    }
  });
});
