/**
 * `POST /api/v1/orders`. The answer is 202 as soon as the order is durable. With `Prefer: wait` it is what became of the order, where
 * that is known in time: 201 completed, 422 rolled back.
 */

import type { OrdersPort, OrderView, StartOrder } from '../order/orders-port.ts';
import { ok, type Result } from '../saga/result.ts';
import { logFailure } from './failure.ts';
import { orderIdOfKey, randomOrderId, readIdempotencyKey } from './idempotency.ts';
import { parseOrderRequest } from './order-request.ts';
import { preferredWaitSeconds } from './prefer.ts';
import { problemResponse } from './problem.ts';
import type { Refusal } from './refusal.ts';
import { readJsonBody } from './request-body.ts';

type Headers = Readonly<Record<string, string>>;

/** Starts an order for this tenant, or answers with the one that the same request started before. */
export async function startOrder(orders: OrdersPort, tenant: string, request: Request): Promise<Response> {
  const command = await readCommand(tenant, request);
  if (!command.ok) return problemResponse(command.refusal);
  const started = await orders.start(command.value);
  if (!started.ok) return problemResponse(started.refusal);
  const { view, replayed } = started.value;
  const headers = { Location: view.links.self, ...(replayed && { 'Idempotency-Replayed': 'true' }) };
  const seconds = preferredWaitSeconds(request.headers);
  return seconds === null ? accepted(view, headers) : waited(orders, view, seconds, headers, request);
}

/** Nothing is burnt before all of the request is valid: the key belongs to the order only once it is started. */
async function readCommand(tenant: string, request: Request): Promise<Result<StartOrder, Refusal>> {
  const key = readIdempotencyKey(request.headers);
  if (!key.ok) return key;
  const body = await readJsonBody(request);
  if (!body.ok) return body;
  const parsed = parseOrderRequest(body.value);
  if (!parsed.ok) return parsed;
  const { content, saga, orderId: named } = parsed.value;
  const keyOrderId = key.value === null ? null : await orderIdOfKey(tenant, key.value);
  const order = { tenant, orderId: named ?? keyOrderId ?? randomOrderId(), ...content };
  return ok({ order, saga, idempotencyKey: key.value, keyOrderId, traceparent: request.headers.get('traceparent') });
}

async function waited(orders: OrdersPort, started: OrderView, seconds: number, headers: Headers, request: Request): Promise<Response> {
  try {
    const view = await orders.whenAtRest(started.tenant, started.order_id, seconds * 1_000);
    return outcome(view ?? started, { ...headers, 'Preference-Applied': `wait=${seconds}` });
  } catch (error) {
    // The order is started and goes on; only the wait for it broke off.
    logFailure('wait_failed', request, error);
    return accepted(started, headers);
  }
}

function outcome(view: OrderView, headers: Headers): Response {
  switch (view.saga_status) {
    case 'completed':
      return Response.json(view, { status: 201, headers });
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

const accepted = (view: OrderView, headers: Headers): Response => Response.json(view, { status: 202, headers });
