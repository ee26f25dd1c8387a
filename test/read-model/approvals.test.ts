import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import * as z from 'zod';
import { applySummaries } from '../../src/read-model/apply.ts';
import { listApprovals, WAITING } from '../../src/read-model/approvals.ts';
import { begun, completed, START } from './summaries.ts';

const database = env.READ_MODEL;

const approval = (orderId: string, until: number, tenant = 'acme') =>
  begun(orderId, {
    seq: 4,
    due_at: until,
    waits: [{ for: 'approval', step: 'approval', operation: null, until }],
    view: { tenant, saga_status: 'waiting' },
  });

const delayed = begun('delayed', {
  waits: [{ for: 'delay', step: 'pause', operation: null, until: START + 1 }],
  view: { saga_status: 'waiting' },
});

const ids = async (tenant: string): Promise<readonly string[]> =>
  (await listApprovals(database, tenant, { limit: 10 }))?.summaries.map(({ view }) => view.order_id) ?? [];

beforeAll(async () => {
  await applySummaries(database, [
    ...['d', 'a', 'c', 'b'].map((name, index) => approval(name, START + 60_000 * (4 - index))),
    approval('same-as-a', START + 180_000),
    approval('elsewhere', START, 'bolt'),
    delayed,
    completed('done'),
  ]);
});

describe('the orders that wait for approval', () => {
  it('are all of the tenant and no others, the most pressing first', async () => {
    expect(await ids('acme')).toEqual(['b', 'c', 'a', 'same-as-a', 'd']);
    expect(await ids('bolt')).toEqual(['elsewhere']);
    expect(await ids('none')).toEqual([]);
  });

  it.each([1, 2, 5])('come in pages of %d, each order once', async (limit) => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listApprovals(database, 'acme', { limit, cursor });
      seen.push(...(page?.summaries.map(({ view }) => view.order_id) ?? []));
      cursor = page?.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(['b', 'c', 'a', 'same-as-a', 'd']);
  });

  it('are found by their own index, in its order', async () => {
    const { results } = await database.prepare(`EXPLAIN QUERY PLAN ${WAITING}`).bind('acme', START, 0, '', 10).all();
    const plan = z.array(z.object({ detail: z.string() })).parse(results);
    expect(plan.map(({ detail }) => detail)).toEqual([expect.stringMatching(/^SEARCH orders USING INDEX orders_by_approval \(tenant=\?/)]);
  });

  it('are no more in it once they are decided', async () => {
    await applySummaries(database, [approval('decided', START + 1, 'gone')]);
    expect(await ids('gone')).toEqual(['decided']);
    await applySummaries(database, [completed('decided', { view: { tenant: 'gone' } })]);
    expect(await ids('gone')).toEqual([]);
  });

  it('that were taken before there was a column for it are found, too', async () => {
    await database.prepare('UPDATE orders SET approval_until = NULL').run();
    const fill = inject('migrations')
      .flatMap(({ queries }) => queries)
      .find((query) => query.includes('UPDATE orders SET approval_until'));
    await database.prepare(fill ?? '').run();
    expect(await ids('acme')).toEqual(['b', 'c', 'a', 'same-as-a', 'd']);
  });

  it.each(['', 'x', 'bm90LWEtcGxhY2U'])('have no page at the cursor %j', async (cursor) => {
    expect(await listApprovals(database, 'acme', { limit: 10, cursor })).toBeNull();
  });
});
