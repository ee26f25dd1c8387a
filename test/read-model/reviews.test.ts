import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { applySummaries } from '../../src/read-model/apply.ts';
import { countOrdersOf, IN_TURN, reviewedInTurn } from '../../src/read-model/reviews.ts';
import { completed, inReview } from './summaries.ts';

const database = env.READ_MODEL;

const CAUSE = { step: 'process_payment', operation: 'undo', code: 'account_closed' } as const;

const minute = (count: number): string => new Date(Date.UTC(2026, 10, 21, 12, count)).toISOString();

/** One that waits since then, in so many channels. */
function waiting(orderId: string, since: string, { code = 'account_closed', message = 'Closed', channels = 1, tenant = 'acme' } = {}) {
  const item = { step: CAUSE.step, operation: CAUSE.operation, code, message, attempts: 1, outstanding: { kind: 'none' } } as const;
  return inReview(orderId, { view: { tenant, review: { since, items: Array.from({ length: channels }, () => item) } } });
}

beforeEach(() =>
  database.batch(['orders', 'reviews', 'tallies', 'step_failures'].map((table) => database.prepare(`DELETE FROM ${table}`))),
);

const turn = async (before: string, after: Awaited<ReturnType<typeof reviewedInTurn>>[number] | null, limit: number) =>
  (await reviewedInTurn(database, CAUSE, { before, after, limit })).map(({ order_id: id }) => id);

describe("a cause's orders", () => {
  it('come in turn, the longest waiting first, each once however much of it waits', async () => {
    await applySummaries(database, [
      waiting('c', minute(3)),
      waiting('a', minute(1), { channels: 2 }),
      waiting('b', minute(1), { tenant: 'bolt' }),
      waiting('other', minute(2), { code: 'other' }),
      waiting('since', minute(5)),
    ]);
    expect(await turn(minute(5), null, 10)).toEqual(['a', 'b', 'c']);
    const [first] = await reviewedInTurn(database, CAUSE, { before: minute(5), after: null, limit: 1 });
    expect(first).toEqual({ tenant: 'acme', order_id: 'a', since: minute(1) });
    expect(await turn(minute(5), first ?? null, 1)).toEqual(['b']);
    expect(await turn(minute(5), { tenant: 'bolt', order_id: 'b', since: minute(1) }, 10)).toEqual(['c']);
  });

  it('are counted, with how long the oldest has waited and what it says', async () => {
    await applySummaries(database, [
      waiting('young', minute(9), { message: 'Younger' }),
      waiting('old', minute(1), { message: 'Older', channels: 2 }),
    ]);
    expect(await countOrdersOf(database, CAUSE)).toEqual({ orders: 2, oldest_since: minute(1), message: 'Older' });
    await applySummaries(database, [completed('young'), completed('old')]);
    expect(await countOrdersOf(database, CAUSE)).toBeNull();
  });

  it('are found by an index alone', async () => {
    const { results } = await database
      .prepare(`EXPLAIN QUERY PLAN ${IN_TURN}`)
      .bind(CAUSE.step, CAUSE.operation, CAUSE.code, minute(5), '', '', '', 1)
      .all();
    const plan = results.map(({ detail }) => String(detail)).join('; ');
    expect(plan).toContain('USING COVERING INDEX reviews_by_cause (step=? AND operation=? AND code=?');
    expect(plan).not.toContain('TEMP B-TREE');
  });
});
