/** The routes below /api/v1/orders: who may call them, and which order of which tenant is meant. */

import { Hono, type Context } from 'hono';
import type { OrdersPort } from '../order/orders-port.ts';
import { allow, type EdgeBindings, type EdgeEnv } from './access.ts';
import { found } from './found.ts';
import { showHistory } from './history.ts';
import { cancelOrder, decideApproval, reviewOrder, type OrderAddress } from './order-commands.ts';
import { ORDER_ID } from './order-request.ts';
import { problemResponse } from './problem.ts';
import { startOrder } from './start-order.ts';
import { tenantMeant } from './tenant.ts';

type Answer = (orders: OrdersPort, order: OrderAddress, request: Request) => Promise<Response>;

/** `ordersOf` is called once for each request that gets as far as an order. */
export function orderRoutes<Bindings extends EdgeBindings>(ordersOf: (env: Bindings) => OrdersPort): Hono<EdgeEnv<Bindings>> {
  const client = allow<Bindings>('client', 'operator');
  const operator = allow<Bindings>('operator');

  const start = (c: Context<EdgeEnv<Bindings>>) => {
    const tenant = tenantMeant(c.get('principal'), c.get('tenants'), c.req.queries('tenant'));
    return tenant.ok ? startOrder(ordersOf(c.env), tenant.value, c.req.raw) : problemResponse(tenant.refusal);
  };

  /** Another tenant's order, and an id that no order can have, are told like an order that does not exist. */
  const onOrder = (answer: Answer) => (c: Context<EdgeEnv<Bindings>>) => {
    const orderId = c.req.param('order_id') ?? '';
    const tenant = tenantMeant(c.get('principal'), c.get('tenants'), c.req.queries('tenant'));
    if (!tenant.ok && tenant.refusal.reason !== 'other_tenant') return problemResponse(tenant.refusal);
    if (!tenant.ok || !ORDER_ID.test(orderId)) return problemResponse({ reason: 'order_not_found', orderId });
    return answer(ordersOf(c.env), { tenant: tenant.value, orderId }, c.req.raw);
  };

  return new Hono<EdgeEnv<Bindings>>()
    .post('/', client, start)
    .get('/:order_id', client, onOrder(showOrder))
    .get('/:order_id/status', client, onOrder(showStatus))
    .get('/:order_id/events', client, onOrder(showHistory))
    .post('/:order_id/cancel', client, onOrder(cancelOrder))
    .post('/:order_id/approval', operator, onOrder(decideApproval))
    .post('/:order_id/review', operator, onOrder(reviewOrder));
}

const showOrder: Answer = async (orders, { tenant, orderId }) => found(await orders.view(tenant, orderId), orderId);

const showStatus: Answer = async (orders, { tenant, orderId }) => found(await orders.status(tenant, orderId), orderId);
