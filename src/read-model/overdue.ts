/** Orders that should have moved by themselves and did not, as far as the read model knows. */

import * as z from 'zod';
import { orderSummary, type OrderSummary } from '../order/order-message.ts';

/** An order that is late by less is on its way, and so is its message. */
export const GRACE_MS = 300_000;

const LOOKED_AT = 1_000;

/** Who has that many has to act, whatever the number. */
export const MOST_COUNTED = 1_000;

const row = z.object({ tenant: z.string(), order_id: z.string(), due_at: z.number() });

export type Overdue = z.infer<typeof row>;

const OVERDUE = 'SELECT tenant, order_id, due_at FROM orders WHERE due_at < ? ORDER BY random() LIMIT ?';
const COUNT = `SELECT count(*) AS count, min(due_at) AS oldest FROM
  (SELECT due_at FROM orders WHERE due_at < ? ORDER BY due_at LIMIT ${MOST_COUNTED})`;

const counted = z.tuple([z.object({ count: z.number(), oldest: z.number().nullable() })]);

/** In no order, so that those that can't be helped don't keep the others from their turn. */
export async function overdueOrders(database: D1Database, now: number, limit: number): Promise<readonly Overdue[]> {
  const { results } = await database
    .prepare(OVERDUE)
    .bind(now - GRACE_MS, limit)
    .all();
  return z.array(row).parse(results);
}

const OF_TENANT = `
  SELECT summary FROM (SELECT tenant, summary, due_at FROM orders WHERE due_at < ? ORDER BY due_at LIMIT ${LOOKED_AT})
  WHERE tenant = ? ORDER BY due_at LIMIT ?`;

const summaryRow = z.object({ summary: z.string() });

/** A tenant's that were due before then, the longest overdue first. Looks at a bounded number of overdue orders, of whatever tenant. */
export async function overdueSummaries(
  database: Pick<D1Database, 'prepare'>,
  tenant: string,
  before: number,
  limit: number,
): Promise<readonly OrderSummary[]> {
  const { results } = await database.prepare(OF_TENANT).bind(before, tenant, limit).all();
  return z
    .array(summaryRow)
    .parse(results)
    .map(({ summary }) => orderSummary.parse(JSON.parse(summary)));
}

export interface OverdueCount {
  /** At most `MOST_COUNTED`. */
  readonly count: number;
  /** How long ago the most overdue should have moved; 0 where none is overdue. */
  readonly oldestMs: number;
}

/** Looks at nothing but orders that are overdue, and at no more of them than it counts. */
export async function countOverdue(database: D1Database, now: number): Promise<OverdueCount> {
  const { results } = await database
    .prepare(COUNT)
    .bind(now - GRACE_MS)
    .all();
  const [{ count, oldest }] = counted.parse(results);
  return { count, oldestMs: oldest === null ? 0 : now - oldest };
}
