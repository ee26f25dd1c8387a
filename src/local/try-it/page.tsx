/**
 * Try it: the simulated services with their switches and ledgers, and a form that places an order, so that anyone can break a service with
 * a click and watch an order go back. For local use alone.
 */

import { Hono, type Context } from 'hono';
import * as z from 'zod';
import { parseOrderRequest } from '../../http/order-request.ts';
import type { DashboardPage } from '../../dashboard/dashboard-page.ts';
import type { DashboardEnv } from '../../dashboard/desk.ts';
import { page } from '../../dashboard/layout.tsx';
import { Message } from '../../dashboard/pages/message.tsx';
import { oneTenant } from '../../dashboard/tenant.ts';
import { orderSummary } from '../../participants/simulated/control.ts';
import type { SimulatedEnv } from '../../participants/simulated/entrypoint.ts';
import { SERVICE_NAMES, serviceNamed } from '../../participants/simulated/services.ts';
import { GOODS } from './goods.ts';
import { mishapNamed } from './mishaps.ts';
import { OrderLedgers } from './order-ledgers.tsx';
import type { RecentOrder } from './recent.tsx';
import { TryIt } from './try-it.tsx';

type Ledgers = SimulatedEnv['SIMULATED_LEDGERS'];

/** Of the orders placed last. */
const SHOWN = 8;

export const tryItPage: DashboardPage = {
  routes: new Hono<DashboardEnv>()
    .get('/try-it', oneTenant, show)
    .post('/try-it/services/:service', oneTenant, turn)
    .post('/try-it/orders', oneTenant, place)
    .get('/try-it/orders/:order_id', oneTenant, showLedgers),
  entry: { path: '/try-it', label: 'Try it' },
};

const hasLedgers = (bindings: unknown): bindings is SimulatedEnv =>
  typeof bindings === 'object' && bindings !== null && 'SIMULATED_LEDGERS' in bindings;

function ledgersOf({ env }: { readonly env: unknown }): Ledgers {
  if (!hasLedgers(env)) throw new Error('The configuration has no SIMULATED_LEDGERS');
  return env.SIMULATED_LEDGERS;
}

async function show(c: Context<DashboardEnv>): Promise<Response> {
  const desk = c.get('desk');
  const ledgers = ledgersOf(c);
  const [faults, found] = await Promise.all([
    Promise.all(SERVICE_NAMES.map((service) => ledgers.getByName(service).faults())),
    desk.readModel.summaries(c.get('tenant'), {}, { limit: SHOWN }),
  ]);
  const recent = await Promise.all(
    (found?.summaries ?? []).map(async ({ view, placed_at: placedAt }): Promise<RecentOrder> => {
      // The list is some seconds behind the ledgers: the order itself is not.
      const status = await desk.orders.status(c.get('tenant'), view.order_id);
      const sagaStatus = typeof status === 'object' && status ? status.saga_status : view.saga_status;
      return { orderId: view.order_id, placedAt, sagaStatus, books: await orderSummary(ledgers, c.get('tenant'), view.order_id) };
    }),
  );
  const content = <TryIt desk={desk} faults={faults.flat()} recent={recent} />;
  return page(c, { title: 'Try it', section: '/try-it', content });
}

/** One switch on, or all of the service off. */
async function turn(c: Context<DashboardEnv>): Promise<Response> {
  const service = serviceNamed(c.req.param('service'));
  const { mishap: id } = await c.req.parseBody();
  const mishap = mishapNamed(id);
  if (!service || (mishap && mishap.service !== service)) return notTaken(c, 'There is no such switch.');
  const ledger = ledgersOf(c).getByName(service);
  if (mishap) await ledger.setFault({ route: mishap.route, fault: mishap.fault });
  else await ledger.clearFaults();
  return c.redirect(`${c.get('desk').link('/try-it')}#${service}`, 303);
}

const form = z.object({
  customer: z.string().trim().min(1).default('ada'),
  goods: z.string(),
  quantity: z.coerce.number().int().min(1).max(99),
  saga: z.string(),
  mishap: z.string().optional(),
});

async function place(c: Context<DashboardEnv>): Promise<Response> {
  const parsed = form.safeParse(await c.req.parseBody());
  const goods = parsed.success ? GOODS.find(({ sku }) => sku === parsed.data.goods) : undefined;
  if (!parsed.success || !goods) return notTaken(c, 'The form is not filled in as it should be.');
  const { customer, quantity, saga, mishap: mishapId } = parsed.data;
  const { hint: _, ...item } = goods;
  const request = parseOrderRequest({
    order_id: newOrderId(),
    saga,
    customer_id: customer,
    items: [{ ...item, quantity }],
    shipping_address: { street: '1 Main Street', city: 'Springfield', state: 'OR', postal_code: '97477', country: 'US' },
  });
  if (!request.ok) return notTaken(c, `${request.refusal.errors[0].field} ${request.refusal.errors[0].detail}.`);
  const orderId = request.value.orderId ?? '';
  const mishap = mishapNamed(mishapId);
  if (mishap) await ledgersOf(c).getByName(mishap.service).setFault({ route: mishap.route, order_id: orderId, fault: mishap.fault });
  const order = { ...request.value.content, tenant: c.get('tenant'), orderId };
  const desk = c.get('desk');
  const started = await desk.orders.start({ order, saga, idempotencyKey: null, keyOrderId: null, traceparent: null });
  if (!started.ok) return notTaken(c, `The order was refused: ${started.refusal.reason.replaceAll('_', ' ')}.`);
  return c.redirect(desk.link(`/orders/${orderId}`), 303);
}

const newOrderId = (): string => `try-${crypto.randomUUID().slice(0, 8)}`;

async function showLedgers(c: Context<DashboardEnv>): Promise<Response> {
  const orderId = c.req.param('order_id') ?? '';
  const books = await orderSummary(ledgersOf(c), c.get('tenant'), orderId);
  const content = <OrderLedgers desk={c.get('desk')} orderId={orderId} books={books} />;
  return page(c, { title: `Ledgers of order ${orderId}`, section: '/try-it', content });
}

function notTaken(c: Context<DashboardEnv>, text: string): Response | Promise<Response> {
  return page(c, { title: 'Nothing was done', section: '/try-it', content: Message({ title: 'Nothing was done', text }), status: 400 });
}
