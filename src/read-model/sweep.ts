/**
 * What the cron does: it looks after orders that should have moved and did not, and remembers the tallies for the charts. An
 * order needs none of it to end: its own alarm sees to that. This is for the day when something that can't happen has happened.
 */

import type { OrderSummary } from '../order/order-message.ts';
import { overdueOrders, type Overdue } from './overdue.ts';
import { takeAll } from './take-all.ts';
import { rememberTallies } from './tally-history.ts';

/** In one run; the others wait for the next. */
const MOST_LOOKED_AT = 100;

/** The order's own object looks at what it owes, and says where it stands; null where it knows of no order. */
export type Look = (tenant: string, orderId: string) => Promise<OrderSummary | null>;

export interface Swept {
  readonly found: number;
  /** Where the look, or a message that had been lost, brought news. */
  readonly revived: number;
}

/** One order's trouble is never another's: it is told in the log, and the others are looked at. */
export async function sweep(database: D1Database, look: Look, now: number): Promise<Swept> {
  const overdue = await overdueOrders(database, now, MOST_LOOKED_AT);
  const summaries = (await Promise.all(overdue.map((order) => lookAt(look, order)))).filter((summary) => summary !== null);
  const refused = await takeAll(database, summaries);
  const taken = summaries.filter((summary) => !refused.includes(summary));
  const revived = taken.filter(({ due_at: dueAt }) => dueAt === null || dueAt >= now).length;
  await database.batch([
    count(database, 'overdue_found', overdue.length),
    count(database, 'overdue_revived', revived),
    ...rememberTallies(database, now),
  ]);
  return { found: overdue.length, revived };
}

async function lookAt(look: Look, { tenant, order_id: orderId }: Overdue): Promise<OrderSummary | null> {
  try {
    return await look(tenant, orderId);
  } catch (error) {
    console.error(JSON.stringify({ message: 'An overdue order could not be looked at', tenant, order_id: orderId, error: String(error) }));
    return null;
  }
}

const count = (database: D1Database, name: string, more: number): D1PreparedStatement =>
  database
    .prepare('INSERT INTO sweep_counts (name, count) VALUES (?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count')
    .bind(name, more);
