/** What waits for a person, grouped by its cause, the oldest group first. */

import { z } from 'zod';
import { readCursor, writeCursor } from './cursor.ts';

export interface ReviewGroup {
  readonly step: string;
  readonly operation: 'do' | 'undo';
  readonly code: string;
  /** Of the oldest in it: the others' may name other amounts and times. */
  readonly message: string;
  readonly count: number;
  readonly oldest_since: string;
  /** The oldest of them, at most as many as `SHOWN`. */
  readonly orders: readonly { readonly tenant: string; readonly order_id: string; readonly since: string }[];
}

export interface ReviewPage {
  readonly groups: readonly ReviewGroup[];
  readonly next_cursor: string | null;
}

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

const GROUPS = `
  SELECT step, operation, code, count(*) AS count, min(since) AS oldest_since FROM reviews GROUP BY step, operation, code
  HAVING (min(since), step, operation, code) > (?, ?, ?, ?) ORDER BY oldest_since, step, operation, code LIMIT ?`;

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

const COUNTS = `
  SELECT step, operation, code, count(*) AS count, min(since) AS oldest_since FROM reviews
  GROUP BY step, operation, code ORDER BY step, operation, code`;

/** How many steps wait for a person, by cause. */
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
