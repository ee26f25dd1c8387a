/** The calls that services and carriers make: signed instead of by token. Nothing of them is read before the signature is found to be right. */

import { Hono, type Context } from 'hono';
import type { OrdersPort } from '../order/orders-port.ts';
import { ok, type Result } from '../saga/result.ts';
import type { EdgeBindings, EdgeEnv } from './access.ts';
import type { OrderAddress } from './order-commands.ts';
import { ORDER_ID } from './order-request.ts';
import { problemResponse } from './problem.ts';
import type { Refusal } from './refusal.ts';
import { parseJsonBody, readBody } from './request-body.ts';
import { callbackSecrets, signatureProblem } from './signature.ts';
import { parseCallback, parseShipmentReport } from './signed-requests.ts';
import { tenantNamed } from './tenant.ts';
import { tokenRegistry } from './tokens.ts';

interface SignedCall extends OrderAddress {
  /** Empty where the route has none. */
  readonly step: string;
  readonly body: unknown;
}

type Answer = (orders: OrdersPort, call: SignedCall) => Promise<Response>;

/** `ordersOf` is called once for each request that gets as far as an order. */
export function signedRoutes<Bindings extends EdgeBindings>(ordersOf: (env: Bindings) => OrdersPort): Hono<EdgeEnv<Bindings>> {
  const signed = (answer: Answer) => async (c: Context<EdgeEnv<Bindings>>) => {
    const call = await readSigned(c);
    return call.ok ? answer(ordersOf(c.env), call.value) : problemResponse(call.refusal);
  };
  return new Hono<EdgeEnv<Bindings>>()
    .post('/:order_id/steps/:step/callback', signed(callBack))
    .post('/:order_id/shipment-events', signed(reportShipment));
}

async function readSigned<Bindings extends EdgeBindings>(c: Context<EdgeEnv<Bindings>>): Promise<Result<SignedCall, Refusal>> {
  const secrets = callbackSecrets(c.env.CALLBACK_SECRET);
  if (!secrets.ok) return secrets;
  const bytes = await readBody(c.req.raw);
  if (!bytes.ok) return bytes;
  const problem = signatureProblem(c.req.raw.headers, bytes.value, secrets.value, Date.now());
  if (problem) return { ok: false, refusal: problem };
  const registry = await tokenRegistry(c.env.API_TOKENS);
  const tenant = tenantNamed(registry.ok ? registry.value.tenants : [], c.req.queries('tenant'));
  if (!tenant.ok) return tenant;
  const orderId = c.req.param('order_id') ?? '';
  if (!ORDER_ID.test(orderId)) return { ok: false, refusal: { reason: 'order_not_found', orderId } };
  const body = parseJsonBody(c.req.raw.headers, bytes.value);
  return body.ok ? ok({ tenant: tenant.value, orderId, step: c.req.param('step') ?? '', body: body.value }) : body;
}

/** 200 with the order as it stands, also where the callback says nothing new. */
async function callBack(orders: OrdersPort, { tenant, orderId, step, body }: SignedCall): Promise<Response> {
  const callback = parseCallback(body);
  if (!callback.ok) return problemResponse(callback.refusal);
  return outcome(orderId, await orders.callBack(tenant, orderId, { step, ...callback.value }));
}

/** Likewise. */
async function reportShipment(orders: OrdersPort, { tenant, orderId, body }: SignedCall): Promise<Response> {
  const report = parseShipmentReport(body);
  if (!report.ok) return problemResponse(report.refusal);
  return outcome(orderId, await orders.reportShipment(tenant, orderId, report.value));
}

/** A deployment is missing, and it may take somebody a while to bring it back. */
const STRANDED_RETRY_SECONDS = 300;

function outcome(orderId: string, taken: Awaited<ReturnType<OrdersPort['callBack']>>): Response {
  if (taken === null) return problemResponse({ reason: 'order_not_found', orderId });
  if (taken.ok) return Response.json(taken.value);
  const { refusal } = taken;
  // What is told here must not be lost: whoever tells it has to come again.
  const isStranded = refusal.reason === 'version_not_deployed' || refusal.reason === 'journal_unreadable';
  return problemResponse(isStranded ? { reason: 'unavailable', retryAfterSeconds: STRANDED_RETRY_SECONDS } : refusal);
}
