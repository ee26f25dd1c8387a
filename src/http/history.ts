/** `GET /api/v1/orders/{order_id}/events`: an order's history, whole or from anywhere in it, as JSON or as a stream of server-sent events. */

import type { OrdersPort } from '../order/orders-port.ts';
import { ok, refuse, type Result } from '../saga/result.ts';
import { quote } from './field-error.ts';
import { found } from './found.ts';
import type { OrderAddress } from './order-commands.ts';
import { problemResponse } from './problem.ts';
import { invalidField, type InvalidRequest } from './refusal.ts';

const EVENT_STREAM = 'text/event-stream';

export async function showHistory(orders: OrdersPort, order: OrderAddress, request: Request): Promise<Response> {
  const isLive = request.method === 'GET' && prefersEventStream(request.headers);
  const afterSeq = afterOf(request, isLive);
  if (!afterSeq.ok) return problemResponse(afterSeq.refusal);
  return isLive ? stream(orders, order, afterSeq.value) : page(orders, order, afterSeq.value);
}

async function page(orders: OrdersPort, { tenant, orderId }: OrderAddress, afterSeq: number): Promise<Response> {
  return found(await orders.events(tenant, orderId, afterSeq), orderId);
}

/** 204 where nothing is left to tell: it keeps the client from coming back for more. https://html.spec.whatwg.org/multipage/server-sent-events.html */
async function stream(orders: OrdersPort, { tenant, orderId }: OrderAddress, afterSeq: number): Promise<Response> {
  const events = await orders.watch(tenant, orderId, afterSeq);
  if (events === null || events === 'unreadable') return found(events, orderId);
  if (events === 'over') return new Response(null, { status: 204 });
  return new Response(events, { headers: { 'Content-Type': EVENT_STREAM } });
}

/** A client that comes back says in its header what it has seen, and repeats the address that it began with: the header counts. */
function afterOf({ headers, url }: Request, isLive: boolean): Result<number, InvalidRequest> {
  const seen = isLive ? headers.get('Last-Event-ID') : null;
  const [name, after] = seen ? ['Last-Event-ID', seen] : ['after', new URL(url).searchParams.get('after') ?? '0'];
  const afterSeq = /^\d+$/.test(after) ? Number(after) : Number.NaN;
  if (Number.isSafeInteger(afterSeq)) return ok(afterSeq);
  return refuse(invalidField(name, `must be an integer of zero or more, got ${quote(after)}`));
}

/** Only where it is asked for by name, and no less than JSON is. */
function prefersEventStream(headers: Headers): boolean {
  const accepted = (headers.get('Accept') ?? '').split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return { type, weight: weight === undefined ? 1 : Number(weight) };
  });
  const weightOf = (wanted: string): number => accepted.find(({ type }) => type === wanted)?.weight ?? 0;
  return weightOf(EVENT_STREAM) > 0 && weightOf(EVENT_STREAM) >= weightOf('application/json');
}
