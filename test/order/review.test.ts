import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { History, OrderView } from '../../src/order/orders-port.ts';
import type { FaultSetting } from '../../src/participants/simulated/faults.ts';
import {
  atRest,
  call,
  cancel,
  configure,
  eventually,
  expectUndone,
  ledgersOf,
  losingQueue,
  newOrderId,
  objectOf,
  place,
  received,
  setFault,
} from './shop.ts';

const OPERATOR = { authorization: 'Bearer local-operator' };

const review = (id: string, action: 'retry' | 'resolve', step = 'process_payment', by = 'ann') =>
  call('POST', `/api/v1/orders/${id}/review`, { action, step, by, note: `${by} looked at it` }, OPERATOR);

const closed = { kind: 'refuse', status: 422, code: 'account_closed', message: 'The account is closed' } as const;
const ownFault = { kind: 'fail', status: 401 } as const;

/** A completed order that was cancelled, and whose refund failed for good. */
async function refundFailed(name: string, fault: FaultSetting['fault'], times: number | null = 1): Promise<string> {
  const id = newOrderId(name);
  await setFault('payment', id, { route: '/refunds', times, fault });
  await place(id);
  await atRest(id);
  await cancel(id);
  expect(await atRest(id)).toMatchObject({ status: 'needs_review' });
  return id;
}

async function historyOf(id: string): Promise<History['events']> {
  const { events }: History = await (await call('GET', `/api/v1/orders/${id}/events`)).json();
  return events;
}

describe.concurrent('an order in review', () => {
  it('is retried with the same key, and ends as if nothing had been wrong', async () => {
    const id = await refundFailed('retried', ownFault);
    expect((await review(id, 'retry')).status).toBe(200);
    await received(id, '/refunds', 2);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', saga_status: 'compensated', review: null });
    await expectUndone(id);
    const refunds = (await ledgersOf(id)).calls.filter(({ route }) => route === '/refunds');
    expect(new Set(refunds.map(({ idempotency_key }) => idempotency_key)).size).toBe(1);
    expect((await historyOf(id)).find(({ type }) => type === 'OperationRetried')).toMatchObject({
      step: 'process_payment',
      data: { operation: 'undo', by: 'ann', note: 'ann looked at it' },
    });
  });

  it('stays in review where the participant gives its stored refusal again', async () => {
    const id = await refundFailed('refused-again', closed);
    expect((await review(id, 'retry')).status).toBe(200);
    await received(id, '/refunds', 2);
    expect((await atRest(id)).review?.items).toMatchObject([{ code: 'account_closed', attempts: 2 }]);
  });

  it('is tried once when twenty people click at once', async () => {
    const id = await refundFailed('clicked', ownFault);
    const people = Array.from({ length: 20 }, (_, index) => `p${index}`);
    const statuses = (await Promise.all(people.map((by) => review(id, 'retry', 'process_payment', by)))).map(({ status }) => status);
    expect(statuses.toSorted((left, right) => left - right)).toEqual([200, ...Array.from({ length: 19 }, () => 409)]);
    expect(await atRest(id)).toMatchObject({ saga_status: 'compensated' });
    const { calls } = await ledgersOf(id);
    expect(calls.filter(({ route }) => route === '/refunds')).toHaveLength(2);
    await expectUndone(id);
    expect((await historyOf(id)).filter(({ type }) => type === 'OperationRetried')).toHaveLength(1);
  });

  it('that was settled by hand is at rest for good, and nothing is called any more', async () => {
    const id = await refundFailed('settled', closed);
    const answer = await review(id, 'resolve');
    expect(answer.status).toBe(200);
    const view: OrderView = await answer.json();
    expect(view).toMatchObject({ status: 'cancelled', saga_status: 'compensated', review: null });
    expect(view.compensated_steps).toContain('process_payment');
    expect((await ledgersOf(id)).calls.filter(({ route }) => route === '/refunds')).toHaveLength(1);
    expect((await historyOf(id)).slice(-2)).toMatchObject([
      { type: 'OperationResolved', step: 'process_payment', data: { operation: 'undo', by: 'ann', note: 'ann looked at it' } },
      { type: 'OrderCompensated' },
    ]);
  });

  it('tells the one who is late how the step stands instead', async () => {
    const id = await refundFailed('late', ownFault);
    await review(id, 'retry');
    await atRest(id);
    const late = await review(id, 'resolve', 'process_payment', 'bob');
    expect(late.status).toBe(409);
    expect(await late.json()).toMatchObject({ code: 'not_in_review', step: 'process_payment', stands: 'undone' });
    expect((await review(id, 'retry', 'reserve_inventory')).status).toBe(409);
    expect((await review(id, 'retry', 'nonsense')).status).toBe(409);
  });

  it('is for operators', async () => {
    const id = await refundFailed('client', closed);
    const body = { action: 'resolve', step: 'process_payment', by: 'eve', note: 'Mine' };
    expect((await call('POST', `/api/v1/orders/${id}/review`, body)).status).toBe(403);
  });

  it('past the lifetime of the key sends no refund any more, but finds one that was made', async () => {
    const id = newOrderId('key-over');
    await configure(id, { PARTICIPANTS: '{"payment": {"fences": true, "key_lifetime_seconds": 50}}' });
    await setFault('payment', id, { route: '/refunds', fault: { kind: 'fail_after', status: 503 } });
    await setFault('payment', id, { route: 'GET /operations', fault: { kind: 'fail', status: 503 } });
    await place(id);
    await atRest(id);
    await cancel(id);
    expect((await atRest(id)).review?.items).toMatchObject([{ step: 'process_payment', operation: 'undo' }]);
    const refunds = async () => (await ledgersOf(id)).calls.filter(({ route }) => route === '/refunds').length;
    const before = await refunds();
    await setFault('payment', id, { route: 'GET /operations', times: 1, fault: { kind: 'fail', status: 503 } });
    await scheduler.wait(1_000);
    await review(id, 'retry');
    expect(await atRest(id)).toMatchObject({ saga_status: 'compensated' });
    expect(await refunds()).toBe(before);
    await expectUndone(id);
  });

  it('is retried although the message is lost and the object was gone', async () => {
    const id = await refundFailed('retry-lost', ownFault);
    const lost: unknown[] = [];
    await configure(id, { COMPENSATIONS: losingQueue(lost) });
    await review(id, 'retry');
    await eventually(() => lost.length === 1, 'the message');
    await evictDurableObject(objectOf(id));
    await received(id, '/refunds', 2);
    expect(await atRest(id)).toMatchObject({ saga_status: 'compensated' });
    await expectUndone(id);
  });
});

describe.concurrent('a turned-away charge', () => {
  it('rolls the order back and publishes no failed payment: the customer did nothing wrong', async () => {
    const id = newOrderId('own-fault');
    await setFault('payment', id, { route: '/charges', fault: ownFault });
    await place(id);
    expect(await atRest(id)).toMatchObject({ status: 'failed', error: { step: 'process_payment', code: 'http_401' } });
    await expectUndone(id);
    const history = await historyOf(id);
    expect(history.find(({ type }) => type === 'OperationTurnedAway')).toMatchObject({
      step: 'process_payment',
      data: { code: 'http_401' },
    });
    expect(JSON.stringify(history)).not.toContain('PaymentFailed');
  });
});
