/** The saga orchestrator: order_fulfillment with its time-outs, its idempotency, its API, and the figures that its dashboard shows. */

import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { ledger } from '../participants/simulated/ledgers.ts';
import { callsTo, confirmed, keysTo, recorded, released } from '../order/cases/alone.ts';
import { allPublished } from '../order/published.ts';
import {
  atRest,
  call,
  cancel,
  expectServed,
  expectUndone,
  ledgersOf,
  newOrderId,
  objectOf,
  place,
  received,
  setFault,
} from '../order/shop.ts';
import { historyOf } from '../order/signed.ts';
import { hold, inAWord, letGo, moved, NOTHING_MOVED, refusing, routesOf, statusAt } from './stories.ts';

const WAIT = { prefer: 'wait=20' };

const widgets = { items: [{ sku: 'SKU-001', name: 'Widget', quantity: 2, unit_price: '29.99' }] };

describe.concurrent('saga orchestrator: the business flow', () => {
  it('ends with a completed order, its tracking number, and one call for each step', async () => {
    const id = newOrderId('orchestrator-happy');
    const answer = await place(id, WAIT, widgets);
    expect(answer.status).toBe(201);
    const view = await atRest(id);
    expect(await answer.json()).toEqual(view);
    expect(view).toMatchObject({ order_id: id, status: 'completed', saga: 'order_fulfillment', total: '59.98', currency: 'USD' });
    for (const given of [view.reservation_id, view.payment_id, view.shipment_id, view.tracking_number]) expect(given).not.toBeNull();
    expect(await routesOf(id)).toEqual(['/availability', '/reservations', '/charges', '/shipments', '/notifications', '/notifications']);
    expect(await moved(id)).toEqual({ charged: '59.98', refunded: '0.00', taken: [2] });
    expect((await ledgersOf(id)).shipments).toMatchObject({ live: 1 });
  });

  it.each([
    ['reserve_inventory', 'inventory', '/reservations', []],
    ['process_payment', 'payment', '/charges', ['/reservations/release']],
    ['create_shipment', 'shipping', '/shipments', ['/refunds', '/reservations/release']],
    ['send_confirmation', 'notification', '/notifications', ['/shipments/cancel', '/refunds', '/reservations/release']],
  ] as const)('that fails at %s undoes what was done before it, and no more', async (step, service, route, undone) => {
    const id = newOrderId(`orchestrator-${step}`);
    await setFault(service, id, { route, times: route === '/notifications' ? 2 : 1, fault: refusing('no', 'Insufficient funds') });
    const answer = await place(id, WAIT);
    const problem: unknown = await answer.json();
    expect([answer.status, problem]).toMatchObject([422, { code: 'order_failed', detail: expect.stringContaining('Insufficient funds') }]);
    expect(await atRest(id)).toMatchObject({
      status: 'failed',
      saga_status: 'compensated',
      error: { step, message: 'Insufficient funds' },
    });
    const routes = await routesOf(id);
    expect(routes.slice(routes.lastIndexOf(route) + 1)).toEqual(undone);
    await expectUndone(id);
    if (step === 'reserve_inventory') expect(await moved(id)).toEqual(NOTHING_MOVED);
  });

  it('cancels a shipment, and has one returned that was dispatched already', async () => {
    const id = newOrderId('orchestrator-dispatched');
    await place(id);
    await atRest(id);
    expect(await ledger('shipping').dispatch('local', id)).toBe(1);
    await cancel(id);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled' });
    expect((await ledgersOf(id)).shipments).toMatchObject({ live: 0, cancelled: 0, returned: 1 });
    expect((await callsTo(id, '/shipments/cancel')).map(({ status }) => status)).toEqual([409]);
    await expectUndone(id);
  });

  it('tells a customer who was told of the order that it is cancelled', async () => {
    const id = newOrderId('orchestrator-told');
    await place(id);
    await atRest(id);
    await cancel(id);
    await atRest(id);
    expect((await ledgersOf(id)).messages).toContainEqual({ channel: 'email', template: 'order_cancelled' });
    await expectUndone(id);
  });
});

describe.concurrent('saga orchestrator: the statuses', () => {
  it('pending, processing and completed come one after the other, and the short form says at which step', async () => {
    const id = newOrderId('orchestrator-statuses');
    await hold(id, 'inventory', '/reservations');
    expect(await inAWord(await place(id))).toEqual([202, 'pending']);
    const done = ['validate_order'];
    expect(await statusAt(id, '/reservations')).toEqual({
      order_id: id,
      status: 'processing',
      saga_status: expect.stringMatching(/^(running|waiting)$/),
      current_step: 'reserve_inventory',
      completed_steps: done,
      error: null,
    });
    await letGo(id, 'reserve_inventory', { reservation_id: 'res_1' });
    const { status, completed_steps } = await atRest(id);
    expect([status, completed_steps]).toEqual([
      'completed',
      [...done, 'reserve_inventory', 'process_payment', 'create_shipment', 'send_confirmation'],
    ]);
  });

  it('failed says with what error, cancelled that somebody wanted it', async () => {
    const [failed, cancelled] = [newOrderId('orchestrator-failed'), newOrderId('orchestrator-cancelled')];
    await setFault('payment', failed, { route: '/charges', fault: refusing('card_declined', 'Insufficient funds') });
    await setFault('payment', cancelled, { route: '/charges', times: 1, fault: { kind: 'slow', delay_ms: 300 } });
    await Promise.all([place(failed), place(cancelled)]);
    await received(cancelled, '/charges');
    await cancel(cancelled);
    await Promise.all([atRest(failed), atRest(cancelled)]);
    const error = { step: 'process_payment', code: 'card_declined', message: 'Insufficient funds' };
    expect(await statusAt(failed, '/charges')).toMatchObject({ status: 'failed', saga_status: 'compensated', current_step: null, error });
    expect(await statusAt(cancelled, '/charges')).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' } });
  });

  it('of an order that nobody placed is not found', async () => {
    expect(await inAWord(await call('GET', '/api/v1/orders/orchestrator-nobody/status'))).toEqual([404, 'order_not_found']);
  });
});

describe.concurrent('saga orchestrator: the time-outs', () => {
  it.each([
    ['reserve_inventory', 'inventory', '/reservations', 30],
    ['process_payment', 'payment', '/charges', 60],
    ['create_shipment', 'shipping', '/shipments', 30],
    ['send_confirmation', 'notification', '/notifications', 15],
  ] as const)('%s has its own for one attempt, and the next has the same key', async (step, service, route, seconds) => {
    const id = newOrderId(`orchestrator-slow-${step}`);
    await setFault(service, id, { route, times: 1, fault: { kind: 'hang' } });
    await place(id);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    const timedOut = (await historyOf(id)).filter(({ type }) => type === 'AttemptFailed');
    expect(timedOut).toMatchObject([{ step, data: { code: 'timed_out', message: `No answer within ${seconds * 20} ms` } }]);
    expect(await keysTo(id, route)).toHaveLength(route === '/notifications' ? 2 : 1);
    await expectServed(id);
  });

  it('the whole saga has thirty minutes, and then goes back', async () => {
    const id = newOrderId('orchestrator-deadline');
    await hold(id, 'payment', '/charges');
    await place(id);
    const view = await atRest(id, 55_000);
    expect(Date.parse(view.deadline_at) - Date.parse(view.created_at)).toBe(30 * 60_000 * 0.02);
    expect(view).toMatchObject({ status: 'cancelled', error: { step: 'process_payment', code: 'deadline_exceeded' } });
    await expectUndone(id);
  }, 70_000);
});

describe.concurrent('saga orchestrator: idempotency', () => {
  it('the charge and the refund of an order have a key each, the same at every attempt', async () => {
    const id = newOrderId('orchestrator-keys');
    await setFault('payment', id, { route: '/charges', times: 2, fault: { kind: 'fail_after', status: 503 } });
    await setFault('payment', id, { route: '/refunds', times: 1, fault: { kind: 'fail_after', status: 503 } });
    await setFault('shipping', id, { route: '/shipments', fault: refusing('no_carrier') });
    await place(id);
    await released(id);
    await atRest(id);
    expect(await callsTo(id, '/charges')).toHaveLength(3);
    expect(await callsTo(id, '/refunds')).toHaveLength(2);
    expect(await keysTo(id, '/charges')).toEqual([`local.${id}.process_payment.do`]);
    expect(await keysTo(id, '/refunds')).toEqual([`local.${id}.process_payment.undo`]);
    await expectUndone(id);
  });

  it('a step that was done before a crash is not done again, and what it gave is known', async () => {
    const id = newOrderId('orchestrator-crash');
    await setFault('payment', id, { route: '/charges', times: 1, fault: { kind: 'hang' } });
    await place(id);
    await received(id, '/charges');
    const { reservation_id } = await (await call('GET', `/api/v1/orders/${id}`)).json<{ reservation_id: string }>();
    await evictDurableObject(objectOf(id));
    await confirmed(id);
    expect(await atRest(id)).toMatchObject({ status: 'completed', reservation_id });
    expect(await callsTo(id, '/reservations')).toHaveLength(1);
    await expectServed(id);
  });

  it('a payment that was refused is never refunded', async () => {
    const id = newOrderId('orchestrator-no-refund');
    await setFault('payment', id, { route: '/charges', fault: refusing('card_declined') });
    await place(id);
    expect(await atRest(id)).toMatchObject({ saga_status: 'compensated' });
    expect(await callsTo(id, '/reservations/release')).toHaveLength(1);
    expect(await callsTo(id, '/refunds')).toEqual([]);
  });
});

describe.concurrent('saga orchestrator: its dashboard', () => {
  it('has completions, durations and failures by step in what is published', async () => {
    const [well, declined] = [newOrderId('orchestrator-count-well'), newOrderId('orchestrator-count-declined')];
    await setFault('payment', declined, { route: '/charges', fault: refusing('card_declined') });
    await Promise.all([place(well), place(declined)]);
    await Promise.all([atRest(well), atRest(declined)]);
    const [completed, failed] = await Promise.all([allPublished(well), allPublished(declined)]);
    const millis = (at: unknown) => Date.parse(String(at));
    for (const events of [completed, failed])
      expect(millis(events.at(-1)?.data['occurred_at'])).toBeGreaterThan(millis(events[0]?.data['occurred_at']));
    expect([completed.at(-1)?.type, failed.at(-1)?.type]).toEqual(['OrderConfirmed', 'OrderCancelled']);
    expect(failed.find(({ type }) => type === 'PaymentFailed')?.data).toMatchObject({ step: 'process_payment' });
  });

  it('has active compensations in the status, for as long as they are', async () => {
    const id = newOrderId('orchestrator-active');
    await setFault('payment', id, { route: '/refunds', times: 1, fault: { kind: 'fail', status: 503, retry_after: '2' } });
    await setFault('shipping', id, { route: '/shipments', fault: refusing('no_carrier') });
    await place(id);
    await recorded(id, 'AttemptFailed');
    expect(await statusAt(id, '/refunds')).toMatchObject({ saga_status: 'compensating', current_step: 'process_payment' });
    expect(await atRest(id)).toMatchObject({ saga_status: 'compensated' });
  });
});
