import { abortAllDurableObjects, evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { History } from '../../src/order/orders-port.ts';
import type { OrderSaga } from '../../src/order/order-saga.ts';
import { Watching } from './event-stream.ts';
import { atRest, call, cancel, newOrderId, objectOf, place, setFault } from './shop.ts';

const operator = { authorization: 'Bearer local-operator' };

const YACHT = { items: [{ sku: 'YACHT', name: 'Yacht', quantity: 1, unit_price: '10000.00' }] };

const approve = (id: string) => call('POST', `/api/v1/orders/${id}/approval`, { decision: 'approve', by: 'ann' }, operator);

const historyOf = async (id: string): Promise<History> => (await call('GET', `/api/v1/orders/${id}/events`)).json();

/** The stream of the same events that the history has. */
const streamOf = ({ events }: History) => events.map((event) => ({ id: String(event.seq), event: event.type, data: event }));

/** How often the object reads its journal from now on, and writes to it. */
const usesOfJournal = (id: string): Promise<{ reads: number; writes: number }> =>
  runInDurableObject<OrderSaga, { reads: number; writes: number }>(objectOf(id), (_, { storage }) => {
    const counted = { reads: 0, writes: 0 };
    const exec = storage.sql.exec.bind(storage.sql);
    Object.assign(storage.sql, {
      exec: (query: string, ...bindings: SqlStorageValue[]) => {
        if (query.includes('FROM journal')) counted.reads += 1;
        if (query.includes('INTO journal')) counted.writes += 1;
        return exec(query, ...bindings);
      },
    });
    return counted;
  });

const atApproval = async (id: string): Promise<void> => {
  await place(id, {}, YACHT);
  const watching = await Watching.start(id);
  expect(await watching.until('ApprovalRequested')).toBe(true);
  await watching.leave();
};

describe('an order that is watched', () => {
  it('is told to fifty as it happens, each event once and in order, to its end', async () => {
    const id = newOrderId('fifty');
    await atApproval(id);
    const watchers = await Promise.all(Array.from({ length: 50 }, () => Watching.start(id)));
    await Promise.all(watchers.map((watcher) => watcher.until('ApprovalRequested')));
    expect((await approve(id)).status).toBe(200);
    const told = await Promise.all(watchers.map((watcher) => watcher.toItsEnd()));
    const expected = streamOf(await historyOf(id));
    expect(expected.at(-1)).toMatchObject({ event: 'OrderCompleted' });
    for (const events of told) expect(events).toEqual(expected);
  });

  it.each([1, 50])('reads its journal not once for %d: it knows what it wrote', async (watchers) => {
    const id = newOrderId(`read-by-${watchers}`);
    await atApproval(id);
    const watching = await Promise.all(Array.from({ length: watchers }, () => Watching.start(id)));
    const counted = await usesOfJournal(id);
    await approve(id);
    await Promise.all(watching.map((watcher) => watcher.toItsEnd()));
    expect(counted.writes).toBeGreaterThan(0);
    expect(counted.reads).toBe(0);
  });

  it('does not wait for one who does not read, or has gone; who reads late misses nothing', async () => {
    const id = newOrderId('slow-watcher');
    await atApproval(id);
    const slow = await Watching.start(id);
    const gone = await Watching.start(id);
    const quick = await Watching.start(id);
    await gone.until('OrderPlaced');
    await gone.leave();
    await approve(id);
    const all = await quick.toItsEnd();
    expect(all.at(-1)).toMatchObject({ event: 'OrderCompleted' });
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    expect(await slow.toItsEnd()).toEqual(all);
  });

  it('is watched from where one has left off', async () => {
    const id = newOrderId('resumed');
    await atApproval(id);
    const [byHeader, byQuery, byBoth] = await Promise.all([
      Watching.start(id, { 'last-event-id': '2' }),
      Watching.start(id, {}, '?after=2'),
      Watching.start(id, { 'last-event-id': '2' }, '?after=1'),
    ]);
    await approve(id);
    const told = await Promise.all([byHeader, byQuery, byBoth].map((watcher) => watcher.toItsEnd()));
    const expected = streamOf(await historyOf(id)).slice(2);
    for (const events of told) expect(events).toEqual(expected);
  });

  it('is told whole, and nothing twice, to one who comes back after its object was aborted', async () => {
    const id = newOrderId('aborted');
    await atApproval(id);
    const before = await Watching.start(id);
    await before.until('ApprovalRequested');
    await abortAllDurableObjects();
    await expect(before.toItsEnd()).rejects.toThrow();
    await expectTheRest(id, before);
  });

  it('keeps its object no longer than it is watched, and is told whole to one who comes back', async () => {
    const id = newOrderId('evicted');
    await atApproval(id);
    const before = await Watching.start(id);
    await before.until('ApprovalRequested');
    await before.leave();
    await evictDurableObject(objectOf(id));
    await expectTheRest(id, before);
  });

  it('stays open where it waits for a person, and ends when it is settled', async () => {
    const id = newOrderId('watched-in-review');
    const refusal = { kind: 'refuse', status: 422, code: 'account_closed', message: 'The account is closed' } as const;
    await setFault('shipping', id, { route: '/shipments', fault: refusal });
    await setFault('payment', id, { route: '/refunds', fault: refusal });
    await place(id);
    const watching = await Watching.start(id);
    expect(await watching.until('ReviewRequested')).toBe(true);
    const settled = { action: 'resolve', step: 'process_payment', by: 'ann', note: 'By hand' };
    expect((await call('POST', `/api/v1/orders/${id}/review`, settled, operator)).status).toBe(200);
    expect((await watching.toItsEnd()).map(({ event }) => event).slice(-2)).toEqual(['OperationResolved', 'OrderCompensated']);
  });
});

async function expectTheRest(id: string, before: Watching): Promise<void> {
  const after = await Watching.start(id, { 'last-event-id': before.events.at(-1)?.id ?? '' });
  await approve(id);
  const rest = await after.toItsEnd();
  expect([...before.events, ...rest]).toEqual(streamOf(await historyOf(id)));
}

describe('an order at rest for good', () => {
  it('is told to its end, and then there is nothing to come back for', async () => {
    const id = newOrderId('watched-late');
    await place(id);
    await atRest(id);
    const events = await (await Watching.start(id)).toItsEnd();
    expect(events).toEqual(streamOf(await historyOf(id)));
    const again = { accept: 'text/event-stream', 'last-event-id': events.at(-1)?.id ?? '' };
    expect((await call('GET', `/api/v1/orders/${id}/events`, undefined, again)).status).toBe(204);
  });

  it('and cancelled after all can be watched again', async () => {
    const id = newOrderId('watched-again');
    await place(id);
    const seen = await (await Watching.start(id)).toItsEnd();
    await setFault('payment', id, { route: '/refunds', times: 1, fault: { kind: 'slow', delay_ms: 100 } });
    await cancel(id);
    const events = await (await Watching.start(id, { 'last-event-id': seen.at(-1)?.id ?? '' })).toItsEnd();
    expect(events.at(0)).toMatchObject({ event: 'RollbackStarted' });
    expect(events.at(-1)).toMatchObject({ event: 'OrderCompensated' });
  });
});
