/**
 * Lists of a tenant's orders, newest first. Whatever is asked for, a page looks at a bounded number of rows: one whose filters fit few
 * orders may hold fewer than asked for, or none, and still lead on to the next.
 */

import * as z from 'zod';
import { orderSummary, type OrderSummary } from '../order/order-message.ts';
import { listedOrder } from '../order/wire.ts';
import type { SagaStatus } from '../saga/status.ts';
import { readCursor, writeCursor } from './cursor.ts';

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

export const orderPage = z
  .object({ orders: z.array(listedOrder.readonly()).readonly(), next_cursor: z.string().nullable() })
  .meta({ id: 'OrderPage', description: 'Orders, newest first. `next_cursor` leads to those before them; null: there are none' });

export type OrderPage = Readonly<z.infer<typeof orderPage>>;

/** The same orders, with what each of them waits for. */
export interface SummaryPage {
  readonly summaries: readonly OrderSummary[];
  readonly next_cursor: string | null;
}

/** How many rows of an index a page looks at where its other filters have none. */
const LOOKED_AT = 1_000;

/** Later than any date. */
const NEVER = 8_640_000_000_000_001;

const place = z.tuple([z.int(), z.string()]);
type Place = z.infer<typeof place>;

const row = z.object({ placed_at: z.number(), order_id: z.string(), summary: z.string().nullable() });

interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Null where the cursor is none of ours. */
export async function listOrders(database: D1Database, tenant: string, filter: OrderFilter, page: PageRequest): Promise<OrderPage | null> {
  const found = await listSummaries(database, tenant, filter, page);
  return found && { orders: found.summaries.map(({ view }) => view), next_cursor: found.next_cursor };
}

/** Likewise. */
export async function listSummaries(
  database: D1Database,
  tenant: string,
  filter: OrderFilter,
  page: PageRequest,
): Promise<SummaryPage | null> {
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
    summaries: shown.map(({ summary }) => orderSummary.parse(JSON.parse(summary))),
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
  const asked = Object.entries(columnsOf(filter)).flatMap(([column, value]) => (value === undefined ? [] : [{ column, value }]));
  // An index has one of them; the others are looked for in what it finds.
  const indexed = INDEXED.flatMap(({ column, index }) => asked.flatMap((one) => (one.column === column ? [{ ...one, index }] : [])))[0];
  const others = asked.filter(({ column }) => column !== indexed?.column);
  const lookedAt = others.length > 0 ? LOOKED_AT : limit + 1;
  const before = Math.min((filter.createdBefore ?? NEVER) - 1, from?.[0] ?? NEVER);
  const fits = others.map(({ column }) => `${column} = ?`).join(' AND ') || 'true';
  return {
    sql: `SELECT placed_at, order_id, CASE WHEN ${fits} THEN summary END AS summary FROM orders ${indexed ? `INDEXED BY ${indexed.index}` : ''}
      WHERE tenant = ?${indexed ? ` AND ${indexed.column} = ?` : ''} AND placed_at BETWEEN ? AND ?
        ${from ? 'AND (placed_at < ? OR order_id < ?)' : ''}
      ORDER BY placed_at DESC, order_id DESC LIMIT ?`,
    parameters: [
      ...others.map(({ value }) => value),
      tenant,
      ...(indexed ? [indexed.value] : []),
      filter.createdAfter ?? 0,
      before,
      ...(from ?? []),
      lookedAt,
    ],
    lookedAt,
  };
}

/** The one that finds the fewest first. Named, since the planner would rather go through all orders of a tenant in their order of time. */
const INDEXED = [
  { column: 'tracking_number', index: 'orders_by_tracking_number' },
  { column: 'customer_id', index: 'orders_by_customer' },
  { column: 'status', index: 'orders_by_status' },
  { column: 'saga_status', index: 'orders_by_saga_status' },
] as const;

const columnsOf = ({
  saga,
  status,
  sagaStatus,
  customerId,
  trackingNumber,
}: OrderFilter): Readonly<Record<string, string | undefined>> => ({
  saga,
  status,
  saga_status: sagaStatus,
  customer_id: customerId,
  tracking_number: trackingNumber,
});
