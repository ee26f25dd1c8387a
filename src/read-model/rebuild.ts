/**
 * Makes the read model anew from the orders' journals: each order's object is asked where it stands, and what it says replaces what is
 * known, unless that is newer. Orders go on meanwhile, and so do their messages.
 */

import * as z from 'zod';
import type { OrderSummary } from '../order/order-message.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { takeAll } from './take-all.ts';

/** How many orders are asked at once. */
export const MOST_REBUILT = 100;

export type Wanted =
  | { readonly type: 'orders'; readonly tenant: string; readonly orderIds: readonly string[] }
  /** Durable Object ids, hexadecimal: they lead to orders that the read model has never heard of. */
  | { readonly type: 'objects'; readonly objectIds: readonly string[] }
  /** Those that the read model knows, of all tenants. */
  | { readonly type: 'known'; readonly cursor?: string | undefined };

export const rebuilt = z
  .object({
    rebuilt: z.int().min(0),
    absent: z
      .array(z.string())
      .readonly()
      .meta({ description: 'Ids that no order was found for. An idempotency key may have an object of its own, and that is no order' }),
    failed: z
      .array(z.string())
      .readonly()
      .meta({ description: 'Orders that could not be asked, or whose answer could not be taken; the log says why' }),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'Rebuilt' });

export type Rebuilt = Readonly<z.infer<typeof rebuilt>>;

export interface Lookers {
  readonly order: (tenant: string, orderId: string) => Promise<OrderSummary | null>;
  readonly object: (objectId: string) => Promise<OrderSummary | null>;
}

interface Asked {
  readonly id: string;
  readonly look: () => Promise<OrderSummary | null>;
}

interface Answered {
  readonly id: string;
  readonly summary: OrderSummary | null | 'failed';
}

/** Null where the cursor is none of ours. */
export async function rebuild(database: D1Database, lookers: Lookers, wanted: Wanted): Promise<Rebuilt | null> {
  const page = await pageOf(database, lookers, wanted);
  if (page === null) return null;
  const answers = await Promise.all(page.asked.map(lookAt));
  const summaries = answers.flatMap(({ id, summary }) => (summary === null || summary === 'failed' ? [] : [{ id, summary }]));
  const notTaken = await takeAll(
    database,
    summaries.map(({ summary }) => summary),
  );
  const refused = summaries.filter(({ summary }) => notTaken.includes(summary)).map(({ id }) => id);
  const unasked = answers.flatMap(({ id, summary }) => (summary === 'failed' ? [id] : []));
  return {
    rebuilt: summaries.length - refused.length,
    absent: answers.flatMap(({ id, summary }) => (summary === null ? [id] : [])),
    failed: [...unasked, ...refused],
    next_cursor: page.next,
  };
}

interface Page {
  readonly asked: readonly Asked[];
  readonly next: string | null;
}

async function pageOf(database: D1Database, { order, object }: Lookers, wanted: Wanted): Promise<Page | null> {
  switch (wanted.type) {
    case 'orders':
      return { asked: wanted.orderIds.map((id) => ({ id, look: () => order(wanted.tenant, id) })), next: null };
    case 'objects':
      return { asked: wanted.objectIds.map((id) => ({ id, look: () => object(id) })), next: null };
    case 'known':
      return knownPage(database, order, wanted.cursor);
    default:
      return wanted satisfies never;
  }
}

const place = z.tuple([z.string(), z.int(), z.string()]);
type Place = z.infer<typeof place>;

const row = z.object({ tenant: z.string(), placed_at: z.number(), order_id: z.string() });

const KNOWN = `SELECT tenant, placed_at, order_id FROM orders WHERE (tenant, placed_at, order_id) > (?, ?, ?)
  ORDER BY tenant, placed_at, order_id LIMIT ${MOST_REBUILT}`;

async function knownPage(database: D1Database, look: Lookers['order'], cursor: string | undefined): Promise<Page | null> {
  const from = cursor === undefined ? (['', 0, ''] satisfies Place) : readCursor(place, cursor);
  if (from === null) return null;
  const { results } = await database
    .prepare(KNOWN)
    .bind(...from)
    .all();
  const known = z.array(row).parse(results);
  const last = known.length === MOST_REBUILT ? known.at(-1) : undefined;
  return {
    asked: known.map(({ tenant, order_id: id }) => ({ id: `${tenant}/${id}`, look: () => look(tenant, id) })),
    next: last ? writeCursor([last.tenant, last.placed_at, last.order_id] satisfies Place) : null,
  };
}

/** One order's trouble is never another's. */
async function lookAt({ id, look }: Asked): Promise<Answered> {
  try {
    return { id, summary: await look() };
  } catch (error) {
    console.error(JSON.stringify({ message: 'An order could not be looked at', id, error: String(error) }));
    return { id, summary: 'failed' };
  }
}
