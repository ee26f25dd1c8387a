import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { applySummaries } from '../../src/read-model/apply.ts';
import { countOverdue, GRACE_MS } from '../../src/read-model/overdue.ts';
import { sweep } from '../../src/read-model/sweep.ts';
import { readTallies } from '../../src/read-model/tallies.ts';
import { readTallyHistory } from '../../src/read-model/tally-history.ts';
import { begun, completed, rolledBack, START } from './summaries.ts';

const database = env.READ_MODEL;
const LATER = START + GRACE_MS + 60_000;
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** The cron fires at full minutes. */
const HOUR = START + 60 * MINUTE;

const nobody = async () => null;

beforeEach(async () => {
  const tables = ['orders', 'tallies', 'step_failures', 'sweep_counts', 'tally_history'];
  await database.batch(tables.map((table) => database.prepare(`DELETE FROM ${table}`)));
});

describe('the sweep', () => {
  it('finds orders that should have moved and did not, and takes up what their objects say', async () => {
    await applySummaries(database, [begun('asleep'), begun('gone'), begun('on-its-way', { due_at: LATER - 10 }), completed('done')]);
    expect(await countOverdue(database, LATER)).toEqual({ count: 2, oldestMs: LATER - START - 3_000 });
    const looked: string[] = [];
    const look = async (tenant: string, orderId: string) => {
      looked.push(`${tenant}/${orderId}`);
      return orderId === 'asleep' ? completed('asleep') : null;
    };
    expect(await sweep(database, look, LATER)).toEqual({ found: 2, revived: 1 });
    expect(looked.toSorted()).toEqual(['acme/asleep', 'acme/gone']);
    expect(await countOverdue(database, LATER)).toMatchObject({ count: 1 });
    expect((await readTallies(database)).sweeps).toEqual({ overdue_found: 2, overdue_revived: 1 });
  });

  it('is not kept from the others by one that can’t be looked at', async () => {
    await applySummaries(database, [begun('broken'), begun('asleep')]);
    const look = async (_tenant: string, orderId: string) => {
      if (orderId === 'broken') throw new Error('Out of order');
      return completed(orderId);
    };
    expect(await sweep(database, look, LATER)).toEqual({ found: 2, revived: 1 });
  });

  it('is not kept from the others, nor from its count, by one that can’t be taken', async () => {
    await applySummaries(database, [begun('asleep'), begun('odd')]);
    const look = async (_tenant: string, orderId: string) => ({
      ...completed(orderId),
      ...(orderId === 'odd' && { placed_at: Number.NaN }),
    });
    expect(await sweep(database, look, LATER)).toEqual({ found: 2, revived: 1 });
    expect(await countOverdue(database, LATER)).toMatchObject({ count: 1 });
    expect((await readTallies(database)).sweeps).toEqual({ overdue_found: 2, overdue_revived: 1 });
  });

  it('remembers the tallies as they stood', async () => {
    await applySummaries(database, [completed('a'), rolledBack('b')]);
    await sweep(database, nobody, LATER);
    await applySummaries(database, [completed('c')]);
    await sweep(database, nobody, LATER + MINUTE);
    const [first, second, ...others] = await readTallyHistory(database, LATER - 1, MINUTE);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ at: LATER, tenant: 'acme', saga: 'order_fulfillment', failures: { 'process_payment.do': 1 } });
    expect(first?.counts).toMatchObject({
      started: 2,
      ended_completed: 1,
      ended_compensated: 1,
      took_1000: 1,
      took_2500: 2,
      took_count: 2,
    });
    expect(second).toMatchObject({ at: LATER + MINUTE, counts: { started: 3, ended_completed: 2 } });
  });

  it('tells how they stood at a time, and then the last of each stretch', async () => {
    await applySummaries(database, [completed('a')]);
    for (const minute of [0, 1, 2, 3, 4, 5, 6]) await sweep(database, nobody, HOUR + minute * MINUTE);
    const ats = async (from: number, everyMs: number) =>
      (await readTallyHistory(database, from, everyMs)).map(({ at }) => (at - HOUR) / MINUTE);
    expect(await ats(HOUR + 2.5 * MINUTE, MINUTE)).toEqual([2, 3, 4, 5, 6]);
    expect(await ats(HOUR + MINUTE, 5 * MINUTE)).toEqual([1, 4, 6]);
    expect(await ats(HOUR - MINUTE, 60 * MINUTE)).toEqual([6]);
  });

  it('keeps them for each quarter of an hour after a day, and not at all after a week', async () => {
    await applySummaries(database, [completed('a')]);
    for (let minute = 0; minute < 30; minute += 1) await sweep(database, nobody, HOUR + minute * MINUTE);
    const kept = async () => {
      const { results } = await database
        .prepare('SELECT at FROM tally_history WHERE at < ? ORDER BY at')
        .bind(HOUR + 60 * MINUTE)
        .all();
      return results.map(({ at }) => (Number(at) - HOUR) / MINUTE);
    };
    expect(await kept()).toHaveLength(30);
    await sweep(database, nobody, HOUR + DAY + 40 * MINUTE);
    expect(await kept()).toEqual([0, 15]);
    await sweep(database, nobody, HOUR + 7 * DAY + 5 * MINUTE);
    expect(await kept()).toEqual([15]);
  });
});
