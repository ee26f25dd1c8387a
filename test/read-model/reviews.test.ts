import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { applySummaries } from '../../src/read-model/apply.ts';
import { countOrdersOf, countReviews, IN_TURN, listReviews, reviewedInTurn } from '../../src/read-model/reviews.ts';
import { watched } from '../bench/watched-database.ts';
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
  database.batch(
    ['orders', 'reviews', 'review_causes', 'tallies', 'step_failures'].map((table) => database.prepare(`DELETE FROM ${table}`)),
  ),
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

describe('the causes', () => {
  it('are told with what waits for them now, the oldest first', async () => {
    await applySummaries(database, [
      waiting('young', minute(9)),
      waiting('twice', minute(2), { channels: 2, message: 'Two' }),
      waiting('other', minute(1), { code: 'other' }),
    ]);
    await applySummaries(database, [waiting('another', minute(4), { code: 'other' }), completed('other')]);
    const { groups } = (await listReviews(database, { limit: 10 })) ?? { groups: [] };
    expect(groups.map(({ code, count, oldest_since: since, message }) => [code, count, since, message])).toEqual([
      ['account_closed', 3, minute(2), 'Two'],
      ['other', 1, minute(4), 'Closed'],
    ]);
    expect(await countReviews(database)).toEqual([
      { ...CAUSE, count: 3, oldest_since: minute(2) },
      { ...CAUSE, code: 'other', count: 1, oldest_since: minute(4) },
    ]);
  });

  it('come page by page', async () => {
    await applySummaries(
      database,
      [1, 2, 3].map((nth) => waiting(`o-${nth}`, minute(nth), { code: `cause_${nth}` })),
    );
    const first = await listReviews(database, { limit: 2 });
    expect(first?.groups.map(({ code }) => code)).toEqual(['cause_1', 'cause_2']);
    const second = await listReviews(database, { limit: 2, cursor: first?.next_cursor ?? '' });
    expect(second?.groups.map(({ code }) => code)).toEqual(['cause_3']);
    expect(second?.next_cursor).toBeNull();
  });

  it('cost the same however much waits for them', async () => {
    const spied = watched(database);
    const cost = async () => {
      spied.forget();
      await countReviews(spied.database);
      await countOrdersOf(spied.database, CAUSE);
      await listReviews(spied.database, { limit: 1 });
      return spied.rowsRead();
    };
    const many = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => waiting(`o-${from + index}`, minute((from + index) % 60)));
    await applySummaries(database, many(0, 100));
    const few = await cost();
    await applySummaries(database, many(100, 400));
    expect(await cost()).toBe(few);
  });

  it('of which there are too many are told as one, the smallest of them', async () => {
    const all = Array.from({ length: 120 }, (_, nth) => waiting(`o-${nth}`, minute(nth % 60), { code: `unheard_of_${nth}` }));
    await applySummaries(database, [...all, waiting('a', minute(1), { code: 'usual' }), waiting('b', minute(1), { code: 'usual' })]);
    const counts = await countReviews(database);
    expect(counts).toHaveLength(101);
    expect(counts).toContainEqual({ ...CAUSE, code: 'usual', count: 2, oldest_since: minute(1) });
    expect(counts.find(({ code }) => code === 'other_causes')).toMatchObject({ count: 21 });
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(122);
  });
});
