import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { applySummaries } from '../../src/read-model/apply.ts';
import { countOverdue, GRACE_MS, MOST_COUNTED, overdueSummaries } from '../../src/read-model/overdue.ts';
import { begun, completed, START } from './summaries.ts';

const LATER = START + 60_000;

beforeAll(() =>
  applySummaries(env.READ_MODEL, [
    begun('late', { due_at: LATER - 2 }),
    begun('latest', { due_at: LATER - 3 }),
    begun('later', { due_at: LATER - 1 }),
    begun('in-time', { due_at: LATER }),
    begun('elsewhere', { due_at: LATER - 9, view: { tenant: 'bolt' } }),
    completed('done'),
  ]),
);

const found = async (tenant: string, limit = 10) =>
  (await overdueSummaries(env.READ_MODEL, tenant, LATER, limit)).map(({ view }) => view.order_id);

describe('overdue orders', () => {
  it("are a tenant's own, the longest overdue first", async () => {
    expect(await found('acme')).toEqual(['latest', 'late', 'later']);
    expect(await found('acme', 2)).toEqual(['latest', 'late']);
    expect(await found('bolt')).toEqual(['elsewhere']);
    expect(await found('nobody')).toEqual([]);
  });

  it('are counted, up to so many', async () => {
    const now = LATER + GRACE_MS;
    expect(await countOverdue(env.READ_MODEL, now)).toEqual({ count: 4, oldestMs: GRACE_MS + 9 });
    const many = Array.from({ length: MOST_COUNTED }, (_, index) => begun(`many-${index}`, { due_at: START, view: { tenant: 'many' } }));
    for (let from = 0; from < many.length; from += 100) await applySummaries(env.READ_MODEL, many.slice(from, from + 100));
    expect(await countOverdue(env.READ_MODEL, now)).toEqual({ count: MOST_COUNTED, oldestMs: now - START });
  });

  it('are found without a look at the others', async () => {
    const prepare = env.READ_MODEL.prepare.bind(env.READ_MODEL);
    const asked: string[] = [];
    const spied = { prepare: (sql: string) => (asked.push(sql), prepare(sql)) };
    await overdueSummaries(spied, 'acme', LATER, 10);
    const { results } = await prepare(`EXPLAIN QUERY PLAN ${asked[0]}`).bind(LATER, 'acme', 10).all<{ readonly detail: string }>();
    expect(results.map(({ detail }) => detail).join('\n')).toContain('SEARCH orders USING INDEX orders_by_due_time');
  });
});
