import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { OrderSummary } from '../../src/order/order-message.ts';
import { applySummaries } from '../../src/read-model/apply.ts';
import { listOrders, orderQuery, type OrderFilter } from '../../src/read-model/listing.ts';
import { listReviews } from '../../src/read-model/reviews.ts';
import { begun, completed, inReview, rolledBack, START } from './summaries.ts';

const database = env.READ_MODEL;

const MAKERS = [completed, completed, rolledBack, completed, begun, inReview] as const;

/** Two at each time, so that times alone don't tell them apart. */
const ORDERS: readonly OrderSummary[] = Array.from({ length: 60 }, (_, index) => {
  const make = MAKERS[index % MAKERS.length] ?? begun;
  return make(`o-${String(index).padStart(2, '0')}`, {
    placed_at: START + Math.floor(index / 2) * 1_000,
    view: { customer_id: `c-${index % 3}`, saga: index % 10 === 0 ? 'payment_first' : 'order_fulfillment' },
  });
});

beforeAll(async () => {
  await applySummaries(database, ORDERS);
  await applySummaries(database, [completed('other', { view: { tenant: 'bolt' } })]);
});

const newestFirst = (orders: readonly OrderSummary[]) =>
  orders
    .toSorted((left, right) => right.placed_at - left.placed_at || (left.view.order_id < right.view.order_id ? 1 : -1))
    .map(({ view }) => view.order_id);

async function all(filter: OrderFilter, limit: number): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listOrders(database, 'acme', filter, { limit, cursor });
    if (!page) throw new Error('The cursor was not taken');
    found.push(...page.orders.map(({ order_id }) => order_id));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

const FILTERS: readonly { readonly filter: OrderFilter; readonly fits: (order: OrderSummary) => boolean }[] = [
  { filter: {}, fits: () => true },
  { filter: { status: 'failed' }, fits: ({ view }) => view.status === 'failed' },
  { filter: { sagaStatus: 'completed' }, fits: ({ view }) => view.saga_status === 'completed' },
  { filter: { sagaStatus: 'needs_review', status: 'needs_review' }, fits: ({ view }) => view.status === 'needs_review' },
  { filter: { sagaStatus: 'completed', status: 'failed' }, fits: () => false },
  { filter: { status: 'confirmed' }, fits: () => false },
  { filter: { saga: 'payment_first' }, fits: ({ view }) => view.saga === 'payment_first' },
  { filter: { customerId: 'c-1' }, fits: ({ view }) => view.customer_id === 'c-1' },
  { filter: { customerId: 'c-1', status: 'completed' }, fits: ({ view }) => view.customer_id === 'c-1' && view.status === 'completed' },
  { filter: { trackingNumber: 'TRACK-o-07' }, fits: ({ view }) => view.order_id === 'o-07' },
  { filter: { createdAfter: START + 5_000 }, fits: ({ placed_at: at }) => at >= START + 5_000 },
  {
    filter: { createdAfter: START + 5_000, createdBefore: START + 9_000, sagaStatus: 'completed' },
    fits: ({ placed_at: at, view }) => at >= START + 5_000 && at < START + 9_000 && view.saga_status === 'completed',
  },
];

describe.each(FILTERS)('orders by $filter', ({ filter, fits }) => {
  it.each([1, 7, 100])('are those that fit, newest first, each once, %d to the page', async (limit) => {
    expect(await all(filter, limit)).toEqual(newestFirst(ORDERS.filter(fits)));
  });

  it('are found by an index, and no table is gone through', async () => {
    const { sql, parameters } = orderQuery('acme', filter, [START + 20_000, 'o-40'], 10);
    const { results } = await database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...parameters)
      .all();
    const plan = z.array(z.object({ detail: z.string() })).parse(results);
    expect(plan.filter(({ detail }) => /SCAN orders/.test(detail))).toEqual([]);
    expect(plan.filter(({ detail }) => /TEMP B-TREE/.test(detail))).toEqual([]);
    // Down to the very page that is asked for: a part of an index would be gone through to its end.
    const found = plan.filter(({ detail }) => /^SEARCH orders USING .*\btenant=\?.* AND placed_at>\? AND placed_at<\?\)$/.test(detail));
    expect(found).toHaveLength(1);
    const columns = Object.entries({ tracking_number: filter.trackingNumber, customer_id: filter.customerId, status: filter.status });
    const [chosen] = [...columns, ['saga_status', filter.sagaStatus]].flatMap(([column, value]) => (value === undefined ? [] : [column]));
    expect(found[0]?.detail).toContain(chosen === undefined ? 'PRIMARY KEY' : `${chosen}=?`);
  });
});

it.each(['', 'x', 'bm90LWEtcGxhY2U', '!'])('%j is no cursor', async (cursor) => {
  expect(await listOrders(database, 'acme', {}, { limit: 10, cursor })).toBeNull();
  expect(await listReviews(database, { limit: 10, cursor })).toBeNull();
});

it('a page whose filters fit few of very many leads on, and the next has them', async () => {
  const many = Array.from({ length: 1_500 }, (_, index) =>
    completed(`m-${index}`, { placed_at: START + 100_000 + index, view: { tenant: 'many' } }),
  );
  for (let from = 0; from < many.length; from += 250) await applySummaries(database, many.slice(from, from + 250));
  await applySummaries(database, [completed('rare', { placed_at: START, view: { tenant: 'many', saga: 'payment_first' } })]);
  const first = await listOrders(database, 'many', { saga: 'payment_first' }, { limit: 10 });
  expect(first).toMatchObject({ orders: [], next_cursor: expect.any(String) });
  const second = await listOrders(database, 'many', { saga: 'payment_first' }, { limit: 10, cursor: first?.next_cursor ?? undefined });
  expect(second).toMatchObject({ orders: [{ order_id: 'rare' }], next_cursor: null });
});

describe('what waits for a person', () => {
  it('is grouped by its cause, the oldest first, with its orders', async () => {
    const page = await listReviews(database, { limit: 10 });
    const reviewed = ORDERS.filter(({ view }) => view.review !== null);
    expect(page).toMatchObject({
      next_cursor: null,
      groups: [
        { step: 'process_payment', operation: 'undo', code: 'account_closed', message: 'The account is closed', count: reviewed.length },
      ],
    });
    expect(page?.groups[0]?.orders).toHaveLength(reviewed.length);
    expect(page?.groups[0]?.orders[0]).toEqual({ tenant: 'acme', order_id: 'o-05', since: '2026-11-21T12:00:05.000Z' });
  });

  it('comes in pages', async () => {
    const codes = ['a', 'b', 'c', 'd', 'e'];
    const item = inReview('x').view.review?.items[0];
    if (!item) throw new Error('There is no item in review');
    await applySummaries(
      database,
      codes.map((code) =>
        inReview(`r-${code}`, {
          view: { review: { since: `2026-11-21T13:00:0${code.charCodeAt(0) % 10}.000Z`, items: [{ ...item, code }] } },
        }),
      ),
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listReviews(database, { limit: 2, cursor });
      seen.push(...(page?.groups.map(({ code }) => code) ?? []));
      cursor = page?.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen.toSorted()).toEqual([...codes, 'account_closed'].toSorted());
    expect(new Set(seen).size).toBe(seen.length);
  });
});
