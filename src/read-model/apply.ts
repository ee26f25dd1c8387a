/**
 * Takes what orders told of themselves into the read model: one transaction for a whole batch, and nothing of it twice. What is already
 * known, or older than what is known, changes no row and no count, so messages may come late, twice or out of order.
 */

import * as z from 'zod';
import type { OrderSummary } from '../order/order-message.ts';
import { COUNTED_QUERY, TALLY_COLUMNS } from './tally-columns.ts';

/** The rows of the parameter, beside what is known of their orders: those that are news. */
const incoming = (isNews: string): string => `
  WITH fresh AS (
    SELECT incoming.value AS summary, orders.summary AS known,
      incoming.value ->> '$.view.tenant' AS tenant, incoming.value ->> '$.view.order_id' AS order_id,
      incoming.value ->> '$.placed_at' AS placed_at, incoming.value ->> '$.view.saga' AS saga
    FROM json_each(?1) AS incoming LEFT JOIN orders
      ON orders.tenant = incoming.value ->> '$.view.tenant'
      AND orders.placed_at = incoming.value ->> '$.placed_at'
      AND orders.order_id = incoming.value ->> '$.view.order_id'
    WHERE orders.seq IS NULL OR ${isNews}
  )`;

const NEWER = "orders.seq < incoming.value ->> '$.seq'";
/** What a journal says now is right, also where the read model took it otherwise. */
const AS_NEW = "orders.seq <= incoming.value ->> '$.seq'";

const names = Object.keys(TALLY_COLUMNS);

/** All that is kept, as if nothing of it were known. */
const KEPT = 'WITH fresh AS (SELECT summary, NULL AS known, tenant, order_id, saga FROM orders)';

const tallies = (fresh: string): string => `${fresh}, counted AS (${COUNTED_QUERY})
  INSERT INTO tallies (tenant, saga, ${names.join(', ')})
  SELECT tenant, saga, ${Object.values(TALLY_COLUMNS).join(',\n    ')}
  FROM counted GROUP BY tenant, saga HAVING true
  ON CONFLICT DO UPDATE SET ${names.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`;

const stepFailures = (fresh: string): string => `${fresh}
  INSERT INTO step_failures (tenant, saga, step, operation, failures)
  SELECT tenant, saga, substr(key, 1, instr(key, '.') - 1), substr(key, instr(key, '.') + 1), sum(added)
  FROM (
    SELECT tenant, saga, failure.key, failure.value - coalesce(known -> '$.failures' ->> failure.key, 0) AS added
    FROM fresh, json_each(fresh.summary, '$.failures') AS failure
  )
  WHERE added <> 0 GROUP BY tenant, saga, key HAVING true
  ON CONFLICT DO UPDATE SET failures = failures + excluded.failures`;

const formerReviews = (fresh: string): string => `${fresh}
  DELETE FROM reviews WHERE (tenant, order_id) IN (SELECT tenant, order_id FROM fresh WHERE known ->> '$.view.review' IS NOT NULL)`;

const reviews = (fresh: string): string => `${fresh}
  INSERT INTO reviews (tenant, order_id, step, operation, nth, code, message, since)
  SELECT tenant, order_id, item.value ->> '$.step', item.value ->> '$.operation', item.key, item.value ->> '$.code',
    item.value ->> '$.message', summary ->> '$.view.review.since'
  FROM fresh, json_each(fresh.summary, '$.view.review.items') AS item`;

const cause = `item.value ->> '$.step' AS step, item.value ->> '$.operation' AS operation, item.value ->> '$.code' AS code`;

/** Once for each order and cause, with how many of its steps wait for it. */
const causesIn = (summary: string, sign: '+' | '-'): string => `
    SELECT ${cause}, ${sign}count(*) AS steps, ${sign}1 AS orders FROM fresh, json_each(${summary}, '$.view.review.items') AS item
    GROUP BY tenant, order_id, step, operation, code`;

const reviewCauses = (fresh: string): string => `${fresh}
  INSERT INTO review_causes (step, operation, code, steps, orders)
  SELECT step, operation, code, sum(steps), sum(orders)
  FROM (${causesIn('fresh.summary', '+')} UNION ALL ${causesIn('fresh.known', '-')})
  WHERE true GROUP BY step, operation, code HAVING sum(steps) <> 0 OR sum(orders) <> 0
  ON CONFLICT DO UPDATE SET steps = steps + excluded.steps, orders = orders + excluded.orders`;

const formerCauses = (fresh: string): string => `${fresh}
  DELETE FROM review_causes WHERE steps <= 0 AND (step, operation, code) IN (
    SELECT step, operation, code FROM (SELECT ${cause} FROM fresh, json_each(fresh.known, '$.view.review.items') AS item)
  )`;

const ALL_CAUSES = `
  INSERT INTO review_causes (step, operation, code, steps, orders)
  SELECT step, operation, code, count(*), count(DISTINCT tenant || '/' || order_id) FROM reviews GROUP BY step, operation, code`;

const COLUMNS = ['seq', 'saga', 'saga_status', 'status', 'customer_id', 'tracking_number', 'due_at', 'approval_until', 'summary'] as const;

/** Sooner, of several. */
const APPROVAL_UNTIL = `(
    SELECT min(wait.value ->> '$.until') FROM json_each(fresh.summary, '$.waits') AS wait WHERE wait.value ->> '$.for' = 'approval'
  )`;

const orders = (fresh: string): string => `${fresh}
  INSERT INTO orders (tenant, placed_at, order_id, ${COLUMNS.join(', ')})
  SELECT tenant, placed_at, order_id, summary ->> '$.seq', saga, summary ->> '$.view.saga_status', summary ->> '$.view.status',
    summary ->> '$.view.customer_id', summary ->> '$.view.tracking_number', summary ->> '$.due_at', ${APPROVAL_UNTIL}, summary
  FROM fresh WHERE true
  ON CONFLICT DO UPDATE SET ${COLUMNS.map((name) => `${name} = excluded.${name}`).join(', ')}`;

const RESTS = ['completed', 'compensated', 'needs_review'].map((ending) => `summary ->> '$.ended.${ending}'`).join(' + ');

/** Those that have come to rest once more than was known. */
const rested = (fresh: string): string => `${fresh}
  SELECT tenant, order_id FROM fresh
  WHERE ${RESTS} > coalesce(${RESTS.replaceAll('summary', 'known')}, 0) AND summary ->> '$.due_at' IS NULL`;

const restedRow = z.object({ tenant: z.string(), order_id: z.string() });

/** What is needed of the database. */
export type WritableDatabase = Pick<D1Database, 'prepare' | 'batch'>;

/** What looks at what was known comes before what overwrites it. */
const STATEMENTS = [rested, tallies, stepFailures, reviewCauses, formerCauses, formerReviews, reviews, orders];

/** Gives back those that have come to rest. Throws where the database can't take it: nothing of the batch is taken then. */
export const applySummaries = (database: WritableDatabase, summaries: readonly OrderSummary[]): Promise<readonly OrderSummary[]> =>
  apply(database, summaries, NEWER);

/** Likewise, for summaries made just now: they replace what is known, unless that is newer. */
export const replaceSummaries = (database: WritableDatabase, summaries: readonly OrderSummary[]): Promise<readonly OrderSummary[]> =>
  apply(database, summaries, AS_NEW);

/** Counts anew whatever is counted, from the orders that are kept. It looks at all of them, in one transaction: others wait for it. */
export async function recount(database: WritableDatabase): Promise<void> {
  const forget = ['tallies', 'step_failures', 'reviews', 'review_causes'].map((table) => `DELETE FROM ${table}`);
  const count = [tallies, stepFailures, reviews].map((statement) => statement(KEPT));
  await database.batch([...forget, ...count, ALL_CAUSES].map((statement) => database.prepare(statement)));
}

async function apply(database: WritableDatabase, summaries: readonly OrderSummary[], news: string): Promise<readonly OrderSummary[]> {
  if (summaries.length === 0) return [];
  const newest = newestOfEach(summaries);
  const rows = JSON.stringify(newest);
  const [first] = await database.batch(STATEMENTS.map((statement) => database.prepare(statement(incoming(news))).bind(rows)));
  const atRest = z.array(restedRow).parse(first?.results);
  return newest.filter(({ view }) => atRest.some(({ tenant, order_id }) => tenant === view.tenant && order_id === view.order_id));
}

function newestOfEach(summaries: readonly OrderSummary[]): readonly OrderSummary[] {
  const newest = new Map<string, OrderSummary>();
  for (const summary of summaries) {
    const order = `${summary.view.tenant}/${summary.view.order_id}`;
    const other = newest.get(order);
    if (!other || other.seq < summary.seq) newest.set(order, summary);
  }
  return [...newest.values()];
}
