import { describe, expect, it } from 'vitest';
import type { History } from '../../../src/order/orders-port.ts';
import { UNDOS } from '../points.ts';
import { atRest, call, cancel, expectUndone, newOrderId, place, received, setFault } from '../shop.ts';
import { callsTo, movements, released } from './alone.ts';

/** Seconds, on a machine that is not busy with other things as well. */
const HEAVY_MS = 180_000;

describe.concurrent('a cancel while the charge is in flight', () => {
  it.each([
    { answer: 'comes after the cancel', fault: { kind: 'slow', delay_ms: 700 } as const, endsAfterMs: 700 },
    { answer: 'is lost', fault: { kind: 'lose_answer' } as const, endsAfterMs: 1_000 },
  ])('whose answer $answer is waited for, and followed by one refund', async ({ fault, endsAfterMs }) => {
    const id = newOrderId('in-flight');
    await setFault('payment', id, { route: '/charges', times: 1, fault });
    await place(id);
    await received(id, '/charges');
    expect((await cancel(id)).status).toBe(202);
    await released(id);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', saga_status: 'compensated', review: null });
    expect(await movements(id)).toEqual({ charges: 1, refunds: 1 });
    const [charge, ...others] = await callsTo(id, '/charges');
    expect(others).toEqual([]);
    const [refund] = await callsTo(id, '/refunds');
    expect(Date.parse(refund?.at ?? '') - Date.parse(charge?.at ?? '')).toBeGreaterThanOrEqual(endsAfterMs);
    expect(await callsTo(id, '/shipments')).toEqual([]);
    await expectUndone(id);
  });
});

const historyOf = async (id: string): Promise<History['events']> => {
  const history: History = await (await call('GET', `/api/v1/orders/${id}/events`)).json();
  return history.events;
};

describe('twenty cancels at once', () => {
  it('are one roll-back and one refund', async () => {
    const id = newOrderId('twenty');
    await place(id);
    await atRest(id);
    const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await cancel(id)).status));
    expect(new Set(statuses)).toEqual(new Set([202]));
    await released(id);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled' });
    expect((await cancel(id)).status).toBe(200);
    expect((await historyOf(id)).filter(({ type }) => type === 'RollbackStarted')).toHaveLength(1);
    for (const { route } of UNDOS) expect(await callsTo(id, route)).toHaveLength(1);
    expect(await movements(id)).toEqual({ charges: 1, refunds: 1 });
    await expectUndone(id);
  });
});

const RACES = 200;

/** So many at once that they are quick, and so few that their times are much alike. */
const AT_ONCE = 10;

/** Timers here do not fire while there is something to do, so the services' answers take a timer too: what falls due first is first. */
async function placeSlowly(id: string): Promise<void> {
  await setFault('notification', id, { route: '/notifications', times: 2, fault: { kind: 'slow', delay_ms: 40 } });
  await place(id);
}

/** How long an order takes that nobody cancels. */
async function wholeMs(): Promise<number> {
  const id = newOrderId('alone');
  const start = performance.now();
  await placeSlowly(id);
  await place(id, { prefer: 'wait=10' });
  return performance.now() - start;
}

/** `after`: so many milliseconds, or when the order is at rest, however long a busy machine takes. */
async function race(id: string, after: number | 'rest'): Promise<void> {
  await placeSlowly(id);
  await (after === 'rest' ? atRest(id) : scheduler.wait(after));
  expect((await cancel(id)).status).toBe(202);
}

describe('a cancel racing completion', () => {
  it(
    'two hundred times, leaves each order undone whole, whichever was first',
    async () => {
      const alone = await Promise.all(Array.from({ length: AT_ONCE }, wholeMs));
      const stepMs = Math.max(...alone) / RACES;
      const ids = Array.from({ length: RACES }, () => newOrderId('race'));
      const waiting = [...ids.entries()];
      const racers = Array.from({ length: AT_ONCE }, async () => {
        for (let next = waiting.pop(); next; next = waiting.pop()) await race(next[1], next[0] === RACES - 1 ? 'rest' : stepMs * next[0]);
      });
      await Promise.all(racers);
      const wasComplete = new Set<boolean>();
      for (const id of ids) {
        await released(id);
        expect(await atRest(id)).toMatchObject({ status: 'cancelled', saga_status: 'compensated', review: null });
        await expectUndone(id);
        wasComplete.add((await historyOf(id)).some(({ type }) => type === 'OrderCompleted'));
      }
      expect(wasComplete).toEqual(new Set([true, false]));
    },
    HEAVY_MS,
  );
});
