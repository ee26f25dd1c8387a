/**
 * `POST /api/v1/orders`. The answer is 202 as soon as the order is durable. With `Prefer: wait` it is what became of the order, where
 * that is known in time: 201 completed, 422 rolled back.
 */

import type { MiddlewareHandler } from 'hono';
import * as z from 'zod';
import type { OrdersPort, OrderView, StartOrder } from '../order/orders-port.ts';
import type { EdgeEnv } from './access.ts';
import { answer, type Answer } from './answer.ts';
import { described } from './described.ts';
import { logFailure } from './failure.ts';
import { IdempotencyKey, orderIdOfKey, randomOrderId, readIdempotencyKey } from './idempotency.ts';
import type { OrderRequest } from './order-request.ts';
import { preferredWaitSeconds, Preference } from './prefer.ts';
import type { ProblemAnswer } from './problem-document.ts';
import { problemResponse } from './problem.ts';

type Headers = Readonly<Record<string, string>>;

type StartEnv = EdgeEnv & { Variables: { readonly idempotencyKey: string | null } };

interface StartInput {
  in: { header?: { 'Idempotency-Key'?: string; Prefer?: string; traceparent?: string } };
}

/** Sets `idempotencyKey`. What other headers say is not worth a refusal. */
export const startHeaders: MiddlewareHandler<StartEnv, string, StartInput, ProblemAnswer> = described(
  {
    parameters: [
      { in: 'header', name: 'Idempotency-Key', schema: IdempotencyKey.optional() },
      { in: 'header', name: 'Prefer', schema: Preference },
      {
        in: 'header',
        name: 'traceparent',
        schema: z.string().optional().meta({ description: 'W3C Trace Context: goes on to every participant' }),
      },
    ],
    refusals: ['invalid_request'],
  },
  async function headers(c, next) {
    const key = readIdempotencyKey(c.req.raw.headers);
    if (!key.ok) return problemResponse(key.refusal);
    c.set('idempotencyKey', key.value);
    return next();
  },
);

type Started = Answer<OrderView, 201 | 202> | ProblemAnswer;

/** Starts an order for this tenant, or answers with the one that the same request started before. */
export async function startOrder(
  orders: OrdersPort,
  tenant: string,
  key: string | null,
  wanted: OrderRequest,
  request: Request,
): Promise<Started> {
  const started = await orders.start(await commandOf(tenant, key, wanted, request.headers));
  if (!started.ok) return problemResponse(started.refusal);
  const { view, replayed } = started.value;
  const headers = { Location: view.links.self, ...(replayed && { 'Idempotency-Replayed': 'true' }) };
  const seconds = preferredWaitSeconds(request.headers);
  return seconds === null ? accepted(view, headers) : waited(orders, view, seconds, headers, request);
}

/** Nothing is burnt before all of the request is valid: the key belongs to the order only once it is started. */
async function commandOf(tenant: string, key: string | null, wanted: OrderRequest, headers: Request['headers']): Promise<StartOrder> {
  const { content, saga, orderId: named } = wanted;
  const keyOrderId = key === null ? null : await orderIdOfKey(tenant, key);
  const order = { tenant, orderId: named ?? keyOrderId ?? randomOrderId(), ...content };
  return { order, saga, idempotencyKey: key, keyOrderId, traceparent: headers.get('traceparent') };
}

async function waited(orders: OrdersPort, started: OrderView, seconds: number, headers: Headers, request: Request): Promise<Started> {
  try {
    const view = await orders.whenAtRest(started.tenant, started.order_id, seconds * 1_000);
    return outcome(view ?? started, { ...headers, 'Preference-Applied': `wait=${seconds}` });
  } catch (error) {
    // The order is started and goes on; only the wait for it broke off.
    logFailure('wait_failed', request, error);
    return accepted(started, headers);
  }
}

function outcome(view: OrderView, headers: Headers): Started {
  switch (view.saga_status) {
    case 'completed':
      return answer(view, 201, headers);
    case 'compensated':
      return problemResponse({ reason: 'order_failed', view }, headers);
    case 'running':
    case 'waiting':
    case 'compensating':
    case 'needs_review':
      return accepted(view, headers);
    default:
      return view.saga_status satisfies never;
  }
}

const accepted = (view: OrderView, headers: Headers): Started => answer(view, 202, headers);
