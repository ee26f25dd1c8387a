/** The calls that services and carriers make: signed instead of by token. Nothing of them is read before the signature is found to be right. */

import { Hono, type Context, type MiddlewareHandler } from 'hono';
import * as z from 'zod';
import { orderView } from '../order/wire.ts';
import type { OrdersPort, OrderView } from '../order/orders-port.ts';
import { ok, type Result } from '../saga/result.ts';
import type { EdgeEnv } from './access.ts';
import type { Answer } from './answer.ts';
import { described, json, operation, type Parameter } from './described.ts';
import { jsonBody } from './json-body.ts';
import { ADDRESS_PARAMETERS, OrderIdInPath, type OrderAddress, type OrderEnv, type TenantInput } from './order-address.ts';
import { decided } from './order-commands.ts';
import type { ProblemAnswer } from './problem-document.ts';
import { problemResponse } from './problem.ts';
import type { Refusal } from './refusal.ts';
import { readBody } from './request-body.ts';
import { callbackSecrets, signatureProblem } from './signature.ts';
import { CallbackRequest, ShipmentRequest } from './signed-requests.ts';
import { tenantNamed } from './tenant.ts';
import { tokenRegistry } from './tokens.ts';

type SignedEnv = OrderEnv & { Variables: { readonly bytes: Uint8Array } };

export const signedRoutes = () =>
  new Hono<EdgeEnv>()
    .post(
      '/:order_id/steps/:step/callback',
      operation({
        id: 'callBack',
        summary: 'A service tells what became of an operation that it answered with 202',
        answers: { 200: json(orderView, 'The order as it stands, also where the callback says nothing new') },
        refusals: ['wrong_key', 'unreadable_output', 'erased', 'unavailable'],
      }),
      signed,
      ofStep,
      jsonBody(CallbackRequest),
      async (c) => {
        const { tenant, orderId } = c.get('order');
        const callback = { step: c.req.param('step'), ...c.req.valid('json') };
        return outcome(orderId, await c.get('behind').orders().callBack(tenant, orderId, callback));
      },
    )
    .post(
      '/:order_id/shipment-events',
      operation({
        id: 'reportShipment',
        summary: 'A carrier tells where the parcel is',
        answers: { 200: json(orderView, 'The order as it stands, also where the report says nothing new') },
        refusals: ['wrong_tracking_number', 'not_completed', 'erased', 'unavailable'],
      }),
      signed,
      jsonBody(ShipmentRequest),
      async (c) => {
        const { tenant, orderId } = c.get('order');
        return outcome(orderId, await c.get('behind').orders().reportShipment(tenant, orderId, c.req.valid('json')));
      },
    );

/** Beside the signature itself. */
const SIGNATURE_PARAMETERS: readonly Parameter[] = [
  { in: 'header', name: 'webhook-id', schema: z.string() },
  {
    in: 'header',
    name: 'webhook-timestamp',
    schema: z.string().meta({ description: 'Seconds since 1970, not more than five minutes from now' }),
  },
];

/** Sets `order` and `bytes`, once the signature is found to be right. */
const signed: MiddlewareHandler<SignedEnv, string, TenantInput, ProblemAnswer> = described(
  {
    isSigned: true,
    parameters: [...ADDRESS_PARAMETERS, ...SIGNATURE_PARAMETERS],
    refusals: ['not_configured', 'body_too_large', 'invalid_signature', 'invalid_request', 'tenant_required', 'order_not_found'],
  },
  async function signature(c, next) {
    const call = await readSigned(c);
    if (!call.ok) return problemResponse(call.refusal);
    const { bytes, ...order } = call.value;
    c.set('order', order);
    c.set('bytes', bytes);
    return next();
  },
);

/** Whether the order has such a step is the order's to say. */
const ofStep: MiddlewareHandler = described(
  { parameters: [{ in: 'path', name: 'step', schema: z.string().meta({ description: 'The step of the order’s saga' }) }] },
  (_c, next) => next(),
);

type SignedCall = OrderAddress & { readonly bytes: Uint8Array };

async function readSigned(c: Context<SignedEnv, string, TenantInput>): Promise<Result<SignedCall, Refusal>> {
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
  if (!OrderIdInPath.safeParse(orderId).success) return { ok: false, refusal: { reason: 'order_not_found', orderId } };
  return ok({ tenant: tenant.value, orderId, bytes: bytes.value });
}

/** A deployment is missing, and it may take somebody a while to bring it back. */
const STRANDED_RETRY_SECONDS = 300;

function outcome(orderId: string, taken: Awaited<ReturnType<OrdersPort['callBack']>>): Answer<OrderView, 200> | ProblemAnswer {
  const refused = taken?.ok === false ? taken.refusal.reason : null;
  // What is told here must not be lost: whoever tells it has to come again.
  const isStranded = refused === 'version_not_deployed' || refused === 'journal_unreadable';
  return isStranded ? problemResponse({ reason: 'unavailable', retryAfterSeconds: STRANDED_RETRY_SECONDS }) : decided(orderId, taken);
}
