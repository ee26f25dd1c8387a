/**
 * Tells an order's page that the order has moved, as it moves: server-sent events that carry nothing. What is new the page then asks for,
 * as somebody who is still signed in.
 */

import { Hono, type Context } from 'hono';
import { ORDER_ID } from '../../http/order-request.ts';
import type { DashboardPage } from '../dashboard-page.ts';
import type { DashboardEnv } from '../desk.ts';
import { noOrder } from '../order-at.ts';
import { oneTenant } from '../tenant.ts';

export const movesPage: DashboardPage = {
  routes: new Hono<DashboardEnv>().get('/orders/:order_id/moves', oneTenant, tellMoves),
};

const MOVED = new TextEncoder().encode('data: moved\n\n');

async function tellMoves(c: Context<DashboardEnv>): Promise<Response> {
  const orderId = c.req.param('order_id') ?? '';
  const { after = '' } = c.req.query();
  const seen = /^\d{1,9}$/.test(after) ? Number(after) : 0;
  const events = ORDER_ID.test(orderId) ? await c.get('desk').orders.watch(c.get('tenant'), orderId, seen) : null;
  if (events === null) return noOrder(c);
  if (events === 'unreadable') return c.body(null, 409);
  if (events === 'over') return c.body(null, 204);
  // A heartbeat is told as well: what the page says of times past grows old while nothing happens.
  const moves = new TransformStream<Uint8Array, Uint8Array>({ transform: (_, controller) => controller.enqueue(MOVED) });
  return c.body(events.pipeThrough(moves), 200, { 'Content-Type': 'text/event-stream' });
}
