/** A tenant's orders that wait for a person to approve them, the one whose time is over first on top. Looks at those alone. */

import * as z from 'zod';
import { orderSummary } from '../order/order-message.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { SummaryPage } from './listing.ts';

const place = z.tuple([z.int(), z.int(), z.string()]);
type Place = z.infer<typeof place>;

const row = z.object({ approval_until: z.number(), placed_at: z.number(), order_id: z.string(), summary: z.string() });

export const WAITING = `SELECT approval_until, placed_at, order_id, summary FROM orders INDEXED BY orders_by_approval
  WHERE tenant = ? AND approval_until IS NOT NULL AND (approval_until, placed_at, order_id) > (?, ?, ?)
  ORDER BY approval_until, placed_at, order_id LIMIT ?`;

/** Null where the cursor is none of ours. */
export async function listApprovals(
  database: D1Database,
  tenant: string,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<SummaryPage | null> {
  const from = page.cursor === undefined ? ([-1, 0, ''] satisfies Place) : readCursor(place, page.cursor);
  if (from === null) return null;
  const { results } = await database
    .prepare(WAITING)
    .bind(tenant, ...from, page.limit + 1)
    .all();
  const found = z.array(row).parse(results);
  const shown = found.slice(0, page.limit);
  const last = found.length > shown.length ? shown.at(-1) : undefined;
  return {
    summaries: shown.map(({ summary }) => orderSummary.parse(JSON.parse(summary))),
    next_cursor: last ? writeCursor([last.approval_until, last.placed_at, last.order_id] satisfies Place) : null,
  };
}
