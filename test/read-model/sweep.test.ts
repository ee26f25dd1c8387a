import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { applySummaries } from '../../src/read-model/apply.ts';
import { countOverdue, GRACE_MS } from '../../src/read-model/overdue.ts';
import { sweep } from '../../src/read-model/sweep.ts';
import { readTallies } from '../../src/read-model/tallies.ts';
import { begun, completed, START } from './summaries.ts';

const database = env.READ_MODEL;
const LATER = START + GRACE_MS + 60_000;

beforeEach(async () => {
  const tables = ['orders', 'tallies', 'sweep_counts', 'tally_history'];
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

  it('keeps the tallies as they stood, and forgets those of more than a week ago', async () => {
    await applySummaries(database, [completed('a')]);
    const look = async () => null;
    await sweep(database, look, LATER);
    await sweep(database, look, LATER + 8 * 24 * 3_600_000);
    const { results } = await database.prepare('SELECT at, tally FROM tally_history').all();
    expect(results).toHaveLength(1);
    expect(results).toMatchObject([{ tally: '{"started":1,"completed":1,"compensated":0,"needs_review":0}' }]);
  });
});
