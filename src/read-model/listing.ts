/**
 * Lists of a tenant's orders, newest first. Whatever is asked for, a page looks at a bounded number of rows: one whose filters fit few
 * orders may hold fewer than asked for, or none, and still lead on to the next.
 */

import { z } from 'zod';
import { orderSummary, type ListedOrder } from '../order/order-message.ts';
import type { SagaStatus } from '../saga/status.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { pairsOf } from './statuses.ts';

export interface OrderFilter {
  readonly status?: string | undefined;
  readonly sagaStatus?: SagaStatus | undefined;
  readonly saga?: string | undefined;
  readonly customerId?: string | undefined;
  readonly trackingNumber?: string | undefined;
  /** Milliseconds since 1970; orders placed then are in it. */
  readonly createdAfter?: number | undefined;
  /** Orders placed then are not in it. */
  readonly createdBefore?: number | undefined;
}

export interface OrderPage {
  readonly orders: readonly ListedOrder[];
  readonly next_cursor: string | null;
}

/** How many rows of an index a page looks at where its other filters have none. */
const LOOKED_AT = 1_000;

/** Later than any date. */
const NEVER = 8_640_000_000_000_001;

const place = z.tuple([z.int(), z.string()]);
type Place = z.infer<typeof place>;

const row = z.object({ placed_at: z.number(), order_id: z.string(), summary: z.string().nullable() });

/** Null where the cursor is none of ours. */
export async function listOrders(
  database: D1Database,
  tenant: string,
  filter: OrderFilter,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<OrderPage | null> {
  const from = page.cursor === undefined ? null : readCursor(place, page.cursor);
  if (page.cursor !== undefined && from === null) return null;
  const query = orderQuery(tenant, filter, from, page.limit);
  const { results } = await database
    .prepare(query.sql)
    .bind(...query.parameters)
    .all();
  const looked = z.array(row).parse(results);
  const fitting = looked.flatMap(({ summary }, index) => (summary === null ? [] : [{ summary, index }]));
  const shown = fitting.slice(0, page.limit);
  const isCut = fitting.length > shown.length || looked.length === query.lookedAt;
  const end = isCut ? looked[fitting.length > page.limit ? (shown.at(-1)?.index ?? 0) : looked.length - 1] : undefined;
  return {
    orders: shown.map(({ summary }) => orderSummary.parse(JSON.parse(summary)).view),
    next_cursor: end ? writeCursor([end.placed_at, end.order_id] satisfies Place) : null,
  };
}

interface Query {
  readonly sql: string;
  readonly parameters: readonly (string | number)[];
  readonly lookedAt: number;
}

/** Each row that is looked at, newest first; its summary is null where it does not fit. */
export function orderQuery(tenant: string, filter: OrderFilter, from: Place | null, limit: number): Query {
  const arms = armsOf(filter);
  const others = Object.entries({ saga: filter.saga, status: filter.status, saga_status: filter.sagaStatus }).flatMap(([column, value]) =>
    value === undefined || arms.some((arm) => column in arm) ? [] : [{ column, value }],
  );
  const lookedAt = others.length > 0 ? LOOKED_AT : limit + 1;
  const before = Math.min((filter.createdBefore ?? NEVER) - 1, from?.[0] ?? NEVER);
  const parts = arms.map((arm) => armQuery({ tenant, ...arm }, [filter.createdAfter ?? 0, before], from, lookedAt));
  const fits = others.map(({ column }) => `${column} = ?`).join(' AND ') || 'true';
  return {
    sql: `SELECT placed_at, order_id, CASE WHEN ${fits} THEN summary END AS summary
      FROM (${parts.map(({ sql }) => `SELECT * FROM (${sql})`).join(' UNION ALL ')})
      ORDER BY placed_at DESC, order_id DESC LIMIT ?`,
    parameters: [...others.map(({ value }) => value), ...parts.flatMap(({ parameters }) => parameters), lookedAt],
    lookedAt,
  };
}

type Arm = Readonly<Record<string, string>>;

/** The stretches of indexes that have what is asked for; together they hold every order that fits. */
function armsOf({ status, sagaStatus, customerId, trackingNumber }: OrderFilter): readonly Arm[] {
  if (trackingNumber !== undefined) return [{ tracking_number: trackingNumber }];
  if (customerId !== undefined) return [{ customer_id: customerId }];
  if (status === undefined && sagaStatus === undefined) return [{}];
  return pairsOf(sagaStatus, status).map((pair) => ({ saga_status: pair.sagaStatus, status: pair.status }));
}

function armQuery(arm: Arm, [after, before]: readonly [number, number], from: Place | null, limit: number): Omit<Query, 'lookedAt'> {
  const conditions = [...Object.keys(arm).map((column) => `${column} = ?`), 'placed_at BETWEEN ? AND ?'];
  if (from) conditions.push('(placed_at < ? OR order_id < ?)');
  return {
    sql: `SELECT placed_at, order_id, saga, status, saga_status, summary FROM orders WHERE ${conditions.join(' AND ')}
      ORDER BY placed_at DESC, order_id DESC LIMIT ?`,
    parameters: [...Object.values(arm), after, before, ...(from ?? []), limit],
  };
}
