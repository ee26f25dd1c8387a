import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { applySummaries } from '../../src/read-model/apply.ts';
import { listOrders } from '../../src/read-model/listing.ts';
import { scrub } from '../../src/read-model/scrubbing.ts';
import { begun, completed, inReview, rolledBack } from './summaries.ts';

const database = env.READ_MODEL;

const named = z.object({ type: z.string(), name: z.string(), tbl_name: z.string() });

const schema = async () => {
  const { results } = await database
    .prepare("SELECT type, name, tbl_name FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY 1, 2")
    .all();
  return z.array(named).parse(results);
};

const rows = async () => {
  const tables = (await schema()).filter(({ type, name }) => type === 'table' && !name.startsWith('sqlite_'));
  return Promise.all(tables.map(async ({ name }) => [name, (await database.prepare(`SELECT * FROM ${name}`).all()).results] as const));
};

it('writing the read model anew leaves the same tables, indexes and rows, however often', async () => {
  const made = [begun, completed, rolledBack, inReview];
  const summaries = Array.from({ length: 120 }, (_, index) => made[index % made.length]?.(`s-${index}`) ?? begun('none'));
  await applySummaries(database, summaries);
  const before = { schema: await schema(), rows: await rows() };
  expect(before.schema.filter(({ type }) => type === 'index').length).toBeGreaterThan(5);
  for (let times = 0; times < 3; times += 1) {
    expect(await scrub(database)).toBe(true);
    expect({ schema: await schema(), rows: await rows() }).toEqual(before);
  }
  // By an index that it names.
  const found = await listOrders(database, 'acme', { status: 'completed' }, { limit: 50 });
  expect(found?.orders).toHaveLength(30);
  // What a scrub that broke off has left is no hindrance.
  await database.exec('CREATE TABLE zeroed_0 (bytes BLOB)');
  expect(await scrub(database)).toBe(true);
  expect(await schema()).toEqual(before.schema);
});
