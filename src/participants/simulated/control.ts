/** The switchboard of the simulated services, for people, tests and the demonstration. Local only: it asks for no token. */

import { Hono, type Context } from 'hono';
import * as z from 'zod';
import { jsonOf, type CallRecord } from './calls.ts';
import { serviceOverHttp } from './door.ts';
import type { SimulatedEnv } from './entrypoint.ts';
import { serviceFaultSchema } from './faults.ts';
import { fieldErrors } from './service.ts';
import { SERVICE_NAMES } from './services.ts';
import { summarize, type OrderSummary } from './summary.ts';

type Ledgers = SimulatedEnv['SIMULATED_LEDGERS'];
type ControlContext = Context<{ Bindings: SimulatedEnv }>;

const LOCAL_TENANT = 'local';

/** Without a SKU: the level that SKUs never heard of start with. */
const stockSchema = z.object({ sku: z.string().min(1).nullable().default(null), level: z.int().min(0) });

const dispatchSchema = z.object({ order_id: z.string().min(1), tenant: z.string().default(LOCAL_TENANT) });

const clearSchema = z.object({ service: z.enum(SERVICE_NAMES).optional(), order_id: z.string().min(1).optional() });

/** The routes below `/simulated`. `PUT /faults` replaces the fault of that route and order, `POST /faults` queues one behind it. */
export function simulatedControl(): Hono<{ Bindings: SimulatedEnv }> {
  const app = new Hono<{ Bindings: SimulatedEnv }>().basePath('/simulated');
  app.put('/faults', (c) => putFault(c, 'setFault'));
  app.post('/faults', (c) => putFault(c, 'addFault'));
  app.delete('/faults', (c) => clearFaults(c));
  app.get('/faults', async (c) => c.json({ faults: await allFaults(c.env.SIMULATED_LEDGERS) }));
  app.put('/stock', (c) => putStock(c));
  app.put('/shipments/dispatch', (c) => dispatch(c));
  app.get('/ledgers/:order_id', async (c) => c.json(await orderSummary(c.env.SIMULATED_LEDGERS, tenantOf(c), c.req.param('order_id'))));
  app.get('/calls/:order_id', async (c) =>
    c.json({ calls: await orderCalls(c.env.SIMULATED_LEDGERS, tenantOf(c), c.req.param('order_id')) }),
  );
  app.all('/services/*', (c) => serviceOverHttp(c.env, c.req.raw));
  app.notFound((c) => problem(404, 'not_found', 'Not found', `There is no ${c.req.method} ${c.req.path}`));
  return app;
}

/** What all four services did for the order, added up. Not a snapshot: each is asked by itself. */
export async function orderSummary(ledgers: Ledgers, tenant: string, orderId: string): Promise<OrderSummary> {
  const entries = await Promise.all(SERVICE_NAMES.map((service) => ledgers.getByName(service).entries(tenant, orderId)));
  return summarize(entries.flat(), await orderCalls(ledgers, tenant, orderId));
}

/** Every request that any service got for the order, by time. Within one millisecond and across services, in no order. */
async function orderCalls(ledgers: Ledgers, tenant: string, orderId: string): Promise<readonly CallRecord[]> {
  const calls = await Promise.all(SERVICE_NAMES.map((service) => ledgers.getByName(service).calls(tenant, orderId)));
  return calls.flat().toSorted((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
}

async function putFault(c: ControlContext, how: 'setFault' | 'addFault'): Promise<Response> {
  const parsed = serviceFaultSchema.safeParse(jsonOf(await c.req.text()));
  if (!parsed.success) return invalid(parsed.error);
  const { service, ...setting } = parsed.data;
  await c.env.SIMULATED_LEDGERS.getByName(service)[how](setting);
  return c.json(parsed.data);
}

async function clearFaults(c: ControlContext): Promise<Response> {
  const parsed = clearSchema.safeParse(c.req.query());
  if (!parsed.success) return invalid(parsed.error);
  const { service, order_id } = parsed.data;
  const services = service ? [service] : SERVICE_NAMES;
  const counts = await Promise.all(services.map((name) => c.env.SIMULATED_LEDGERS.getByName(name).clearFaults(order_id ?? null)));
  return c.json({ cleared: counts.reduce((sum, count) => sum + count, 0) });
}

async function putStock(c: ControlContext): Promise<Response> {
  const parsed = stockSchema.safeParse(jsonOf(await c.req.text()));
  if (!parsed.success) return invalid(parsed.error);
  await c.env.SIMULATED_LEDGERS.getByName('inventory').setStock(parsed.data.sku, parsed.data.level);
  return c.json(parsed.data);
}

async function dispatch(c: ControlContext): Promise<Response> {
  const parsed = dispatchSchema.safeParse(jsonOf(await c.req.text()));
  if (!parsed.success) return invalid(parsed.error);
  const { tenant, order_id } = parsed.data;
  const dispatched = await c.env.SIMULATED_LEDGERS.getByName('shipping').dispatch(tenant, order_id);
  if (dispatched === 0) return problem(404, 'no_shipment', 'No shipment', `Order ${order_id} has no shipment to pick up`);
  return c.json({ order_id, dispatched });
}

async function allFaults(ledgers: Ledgers) {
  const standing = await Promise.all(SERVICE_NAMES.map((service) => ledgers.getByName(service).faults()));
  return standing.flat();
}

const tenantOf = (c: ControlContext): string => c.req.query('tenant') ?? LOCAL_TENANT;

const invalid = (error: z.ZodError): Response => problem(400, 'invalid_request', 'Invalid request', fieldErrors(error).join('; '));

function problem(status: number, code: string, title: string, detail: string): Response {
  const headers = { 'content-type': 'application/problem+json' };
  return Response.json({ type: 'about:blank', title, status, detail, code }, { status, headers });
}
