/**
 * What waits for a person, grouped by its cause, the oldest group first. However much waits for a cause, its group costs the same: what is
 * counted is kept by the database as it comes and goes.
 */

import * as z from 'zod';
import { readCursor, writeCursor } from './cursor.ts';

/** Why something waits for a person. */
export interface ReviewCause {
  readonly step: string;
  readonly operation: 'do' | 'undo';
  readonly code: string;
}

const reviewedOrder = z.object({ tenant: z.string(), order_id: z.string(), since: z.string().meta({ format: 'date-time' }) });

export type ReviewedOrder = Readonly<z.infer<typeof reviewedOrder>>;

const reviewGroup = z
  .object({
    step: z.string(),
    operation: z.enum(['do', 'undo']),
    code: z.string(),
    message: z.string().meta({ description: 'Of the oldest in it: the others’ may name other amounts and times' }),
    count: z.int().min(1),
    oldest_since: z.string().meta({ format: 'date-time' }),
    orders: z.array(reviewedOrder.readonly()).readonly().meta({ description: 'The oldest of them, at most 100' }),
  })
  .meta({ id: 'ReviewGroup', description: 'Orders that wait for a person for the same cause' });

export type ReviewGroup = Readonly<z.infer<typeof reviewGroup>>;

export const reviewPage = z
  .object({ groups: z.array(reviewGroup.readonly()).readonly(), next_cursor: z.string().nullable() })
  .meta({ id: 'ReviewPage', description: 'What waits for a person, by cause, the oldest first' });

export type ReviewPage = Readonly<z.infer<typeof reviewPage>>;

/** How many orders of a group are shown. */
const SHOWN = 100;

const place = z.tuple([z.string(), z.string(), z.string(), z.string()]);
type Place = z.infer<typeof place>;

const groupRow = z.object({
  step: z.string(),
  operation: z.enum(['do', 'undo']),
  code: z.string(),
  count: z.number(),
  oldest_since: z.string(),
});

const orderRow = z.object({ tenant: z.string(), order_id: z.string(), since: z.string(), message: z.string() });

/** Each cause, with since when the oldest of what waits for it has waited. As many rows as there are causes. */
const CAUSES = `
  SELECT step, operation, code, steps AS count, (
      SELECT min(since) FROM reviews WHERE step = causes.step AND operation = causes.operation AND code = causes.code
    ) AS oldest_since
  FROM review_causes AS causes`;

const GROUPS = `
  SELECT step, operation, code, count, oldest_since FROM (${CAUSES})
  WHERE (oldest_since, step, operation, code) > (?, ?, ?, ?) ORDER BY oldest_since, step, operation, code LIMIT ?`;

const ORDERS = `
  SELECT tenant, order_id, since, message FROM reviews WHERE step = ? AND operation = ? AND code = ? ORDER BY since LIMIT ${SHOWN}`;

/** Null where the cursor is none of ours. */
export async function listReviews(
  database: D1Database,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<ReviewPage | null> {
  const from = page.cursor === undefined ? (['', '', '', ''] satisfies Place) : readCursor(place, page.cursor);
  if (from === null) return null;
  const { results } = await database
    .prepare(GROUPS)
    .bind(...from, page.limit + 1)
    .all();
  const found = z.array(groupRow).parse(results);
  const shown = found.slice(0, page.limit);
  const last = found.length > shown.length ? shown.at(-1) : undefined;
  return {
    groups: await withOrders(database, shown),
    next_cursor: last ? writeCursor([last.oldest_since, last.step, last.operation, last.code] satisfies Place) : null,
  };
}

export type ReviewCount = z.infer<typeof groupRow>;

/** A participant gives its own codes, and may give each refusal a new one. */
const MOST_CAUSES = 100;

const COUNTS = `
  WITH ranked AS (SELECT *, row_number() OVER (ORDER BY count DESC, step, operation, code) AS place FROM (${CAUSES})),
  named AS (SELECT step, operation, CASE WHEN place <= ${MOST_CAUSES} THEN code ELSE 'other_causes' END AS code, count, oldest_since FROM ranked)
  SELECT step, operation, code, sum(count) AS count, min(oldest_since) AS oldest_since FROM named
  GROUP BY step, operation, code ORDER BY step, operation, code`;

/** How many steps wait for a person, by cause; the causes of the fewest together, where there are too many. */
export async function countReviews(database: D1Database): Promise<readonly ReviewCount[]> {
  const { results } = await database.prepare(COUNTS).all();
  return z.array(groupRow).parse(results);
}

async function withOrders(database: D1Database, groups: readonly z.infer<typeof groupRow>[]): Promise<readonly ReviewGroup[]> {
  if (groups.length === 0) return [];
  const statement = database.prepare(ORDERS);
  const answers = await database.batch(groups.map(({ step, operation, code }) => statement.bind(step, operation, code)));
  return groups.map((group, index) => {
    const orders = z.array(orderRow).parse(answers[index]?.results);
    return {
      ...group,
      message: orders[0]?.message ?? '',
      orders: orders.map(({ tenant, order_id, since }) => ({ tenant, order_id, since })),
    };
  });
}

const causeCount = z.object({ orders: z.number(), oldest_since: z.string(), message: z.string() });

const OF_CAUSE = `
  SELECT orders, since AS oldest_since, message FROM review_causes JOIN reviews USING (step, operation, code)
  WHERE step = ? AND operation = ? AND code = ? ORDER BY since LIMIT 1`;

/** `message` is the oldest one's. */
export type CauseCount = z.infer<typeof causeCount>;

/** Null where nothing waits for this cause. */
export async function countOrdersOf(database: D1Database, { step, operation, code }: ReviewCause): Promise<CauseCount | null> {
  const { results } = await database.prepare(OF_CAUSE).bind(step, operation, code).all();
  const [found] = z.array(causeCount).parse(results);
  return found ?? null;
}

export const IN_TURN = `SELECT DISTINCT tenant, order_id, since FROM reviews WHERE step = ? AND operation = ? AND code = ?
  AND since < ? AND (since, tenant, order_id) > (?, ?, ?) ORDER BY since, tenant, order_id LIMIT ?`;

export interface Turn {
  /** Those that wait since then, or later, are not in it. */
  readonly before: string;
  /** Null: from the oldest on. */
  readonly after: ReviewedOrder | null;
  readonly limit: number;
}

const inTurn = orderRow.omit({ message: true });

/** A cause's orders, the longest waiting first. */
export async function reviewedInTurn(
  database: D1Database,
  { step, operation, code }: ReviewCause,
  { before, after, limit }: Turn,
): Promise<readonly ReviewedOrder[]> {
  const { results } = await database
    .prepare(IN_TURN)
    .bind(step, operation, code, before, after?.since ?? '', after?.tenant ?? '', after?.order_id ?? '', limit)
    .all();
  return z.array(inTurn).parse(results);
}
