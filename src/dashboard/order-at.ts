/** The order that an address names, read from its own journal: never behind, whatever the lists are. */

import type { Context } from 'hono';
import { ORDER_ID } from '../http/order-request.ts';
import type { OrderJournal } from '../order/orders-port.ts';
import type { DashboardEnv } from './desk.ts';
import { page } from './layout.tsx';
import { Message } from './pages/message.tsx';
import { insightOf, type Insight } from './story/insight.ts';

export interface Named extends OrderJournal {
  readonly orderId: string;
  /** Null where this deployment can't take the order further. */
  readonly insight: Insight | null;
}

/** Null where there is none. */
export async function orderAt(c: Context<DashboardEnv>): Promise<Named | null> {
  const orderId = c.req.param('order_id') ?? '';
  const journal = ORDER_ID.test(orderId) ? await c.get('desk').orders.journal(c.get('tenant'), orderId) : null;
  return journal && { orderId, ...journal, insight: journal.stranded ? null : insightOf(journal.entries) };
}

export function noOrder(c: Context<DashboardEnv>): Response | Promise<Response> {
  const content = Message({ title: 'No such order', text: `${c.get('tenant')} has no order of that name.` });
  return page(c, { title: 'No such order', section: '', content, status: 404 });
}
