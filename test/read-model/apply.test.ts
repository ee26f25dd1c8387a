import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OrderSummary } from '../../src/order/order-message.ts';
import { applySummaries, replaceSummaries } from '../../src/read-model/apply.ts';
import { readTallies } from '../../src/read-model/tallies.ts';
import { begun, completed, inReview, rolledBack, START } from './summaries.ts';

const database = env.READ_MODEL;

const TABLES = ['orders', 'reviews', 'review_causes', 'tallies', 'step_failures'];

beforeEach(async () => void (await database.batch(TABLES.map((table) => database.prepare(`DELETE FROM ${table}`)))));

const apply = (...summaries: readonly OrderSummary[]) => applySummaries(database, summaries);

/** Everything, so that two ways to the same place can be compared. */
const everything = () => Promise.all(TABLES.map(async (table) => (await database.prepare(`SELECT * FROM ${table}`).all()).results));

const counts = async () => (await readTallies(database)).tallies[0]?.counts ?? {};

describe('an order’s summary', () => {
  it('is taken, and replaced by a newer one', async () => {
    await apply(begun('a'));
    expect(await counts()).toMatchObject({ started: 1, running: 1, completed: 0 });
    await apply(completed('a'));
    expect(await counts()).toMatchObject({
      started: 1,
      running: 0,
      completed: 1,
      ended_completed: 1,
      took_1000: 1,
      took_500: 0,
      took_sum: 700,
    });
    const { results } = await database.prepare('SELECT status, tracking_number, due_at FROM orders').all();
    expect(results).toEqual([{ status: 'completed', tracking_number: 'TRACK-a', due_at: null }]);
  });

  it('that comes twice, or late, changes nothing', async () => {
    await apply(completed('a'));
    const before = await everything();
    await apply(completed('a'));
    await apply(begun('a'));
    await apply(begun('a'), completed('a'), begun('a'));
    expect(await everything()).toEqual(before);
  });

  it('counts an order as one for each tenant that has it', async () => {
    await apply(begun('a'), begun('a', { view: { tenant: 'bolt' } }));
    const { tallies } = await readTallies(database);
    expect(tallies.map(({ tenant, counts: { started } }) => [tenant, started])).toEqual([
      ['acme', 1],
      ['bolt', 1],
    ]);
  });

  it('counts a completed order that was cancelled as both, and as standing at the last', async () => {
    await apply(completed('a'));
    await apply(rolledBack('a', { seq: 15, ended: { completed: 1, compensated: 1, needs_review: 0 }, failures: {}, took_ms: 700 }));
    expect(await counts()).toMatchObject({
      started: 1,
      completed: 0,
      compensated: 1,
      ended_completed: 1,
      ended_compensated: 1,
      took_count: 1,
    });
  });

  it('counts what failed, step by step', async () => {
    await apply(rolledBack('a'), rolledBack('b'), inReview('c'));
    expect((await readTallies(database)).stepFailures).toMatchObject([
      { step: 'create_shipment', operation: 'do', failures: 1 },
      { step: 'process_payment', operation: 'do', failures: 2 },
      { step: 'process_payment', operation: 'undo', failures: 1 },
    ]);
  });

  it('has its reviews while they last', async () => {
    const reviews = async () => (await database.prepare('SELECT order_id, step, operation, code FROM reviews').all()).results;
    await apply(inReview('a'), inReview('b'));
    expect(await reviews()).toHaveLength(2);
    await apply(rolledBack('a', { seq: 9 }));
    expect(await reviews()).toEqual([{ order_id: 'b', step: 'process_payment', operation: 'undo', code: 'account_closed' }]);
  });

  it('made anew from the journal replaces one that is as new, and none that is newer', async () => {
    await apply(begun('a', { view: { status: 'wrong' } }));
    await replaceSummaries(database, [begun('a')]);
    expect((await database.prepare('SELECT status FROM orders').all()).results).toEqual([{ status: 'pending' }]);
    await apply(completed('a'));
    await replaceSummaries(database, [begun('a')]);
    expect((await database.prepare('SELECT status FROM orders').all()).results).toEqual([{ status: 'completed' }]);
    expect(await counts()).toMatchObject({ started: 1, running: 0, completed: 1 });
  });
});

/** What has happened to an order only ever grows. */
const REVIEWED = { 'create_shipment.do': 1, 'process_payment.undo': 1 };

it('however messages come, the read model ends as if each order’s last had come alone', async () => {
  const life = fc.constantFrom<readonly ((id: string) => OrderSummary)[]>(
    [begun, completed],
    [begun, rolledBack],
    [begun, inReview],
    [begun, inReview, (id) => rolledBack(id, { seq: 20, ended: { completed: 0, compensated: 1, needs_review: 1 }, failures: REVIEWED })],
    [
      begun,
      completed,
      (id) => rolledBack(id, { seq: 20, took_ms: 700, ended: { completed: 1, compensated: 1, needs_review: 0 }, failures: {} }),
    ],
    [begun],
  );
  const told = fc.array(life, { minLength: 1, maxLength: 5 }).chain((lives) => {
    const all = lives.flatMap((steps, index) => steps.map((step) => step(`o-${index}`)));
    const last = lives.map((steps, index) => steps.at(-1)?.(`o-${index}`) ?? begun('none'));
    const some = fc.shuffledSubarray([...all, ...all], { minLength: 0 });
    return fc.record({
      last: fc.constant(last),
      batches: fc.array(some, { maxLength: 4 }),
      ends: fc.shuffledSubarray(last, { minLength: last.length }),
    });
  });
  await fc.assert(
    fc.asyncProperty(told, async ({ last, batches, ends }) => {
      for (const table of TABLES) await database.prepare(`DELETE FROM ${table}`).run();
      await apply(...last);
      const expected = await everything();
      for (const table of TABLES) await database.prepare(`DELETE FROM ${table}`).run();
      for (const batch of [...batches, ends]) await apply(...batch);
      expect(await everything()).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

/** What these summaries, each brought by a message of its own, write: rows of indexes included. */
async function rowsOf(...summaries: readonly OrderSummary[]): Promise<readonly number[]> {
  const rows: number[] = [];
  for (const one of summaries) {
    const counting: Pick<D1Database, 'prepare' | 'batch'> = {
      prepare: (sql) => database.prepare(sql),
      batch: async (statements) => {
        const results = await database.batch<never>(statements);
        rows.push(results.reduce((sum, { meta }) => sum + meta.rows_written, 0));
        return results;
      },
    };
    await applySummaries(counting, [one]);
  }
  return rows;
}

describe('in rows, indexes included', () => {
  const APPROVAL = {
    waits: [{ for: 'approval', step: 'approval', operation: null, until: START + 9 }],
    view: { saga_status: 'waiting' },
  } as const;

  beforeEach(() => apply(begun('somebody-else')));

  it('a happy order costs six, and its message coming twice none', async () =>
    expect(await rowsOf(completed('a'), completed('a'))).toEqual([6, 0]));

  it('one that is seen under way costs as much again', async () => expect(await rowsOf(begun('a'), completed('a'))).toEqual([6, 6]));

  it('one that waits for approval costs one more', async () => expect(await rowsOf(begun('a', APPROVAL), completed('a'))).toEqual([7, 6]));
});
