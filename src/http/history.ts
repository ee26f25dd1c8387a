/** `GET /api/v1/orders/{order_id}/events`: an order's history, whole or from anywhere in it, as JSON or as a stream of server-sent events. */

import type { MiddlewareHandler } from 'hono';
import * as z from 'zod';
import type { History, OrdersPort } from '../order/orders-port.ts';
import { ok, refuse, type Result } from '../saga/result.ts';
import { typed, type Answer } from './answer.ts';
import { described } from './described.ts';
import { quote } from './field-error.ts';
import { found } from './found.ts';
import type { OrderAddress } from './order-address.ts';
import type { ProblemAnswer } from './problem-document.ts';
import { problemResponse } from './problem.ts';
import { invalidField, type InvalidRequest } from './refusal.ts';

export const EVENT_STREAM = 'text/event-stream';

/** Server-sent events, which no schema says more of. */
export const StreamText = z.string();

const Seq = z.string().regex(/^\d+$/).transform(Number).pipe(z.int().min(0));

interface AfterInput {
  in: { query?: { after?: string } };
}

/** They are read where it is known which of them counts. */
export const afterParameters: MiddlewareHandler<object, string, AfterInput> = described(
  {
    parameters: [
      { in: 'query', name: 'after', schema: Seq.default(0).meta({ description: 'Tells what came after the event with this number' }) },
      {
        in: 'header',
        name: 'Last-Event-ID',
        schema: Seq.optional().meta({ description: 'The same, for a stream that is taken up again; it counts more' }),
      },
    ],
  },
  (_c, next) => next(),
);

type HistoryAnswer = Answer<History, 200> | ProblemAnswer;

export async function showHistory(orders: OrdersPort, order: OrderAddress, request: Request): Promise<HistoryAnswer> {
  const isLive = request.method === 'GET' && prefersEventStream(request.headers);
  const afterSeq = afterOf(request, isLive);
  if (!afterSeq.ok) return problemResponse(afterSeq.refusal);
  return isLive ? stream(orders, order, afterSeq.value) : page(orders, order, afterSeq.value);
}

async function page(orders: OrdersPort, order: OrderAddress, afterSeq: number): Promise<HistoryAnswer> {
  return found(await orders.events(order.tenant, order.orderId, afterSeq), order);
}

/**
 * 204 where nothing is left to tell: it keeps the client from coming back for more. A typed client gets the history, and no stream.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
async function stream(orders: OrdersPort, order: OrderAddress, afterSeq: number): Promise<HistoryAnswer> {
  const events = await orders.watch(order.tenant, order.orderId, afterSeq);
  if (events === null || events === 'unreadable') return found<History>(events, order);
  if (events === 'over') return typed<History, 200>(new Response(null, { status: 204 }));
  return typed<History, 200>(new Response(events, { headers: { 'Content-Type': EVENT_STREAM } }));
}

/** A client that comes back says in its header what it has seen, and repeats the address that it began with: the header counts. */
function afterOf({ headers, url }: Request, isLive: boolean): Result<number, InvalidRequest> {
  const seen = isLive ? headers.get('Last-Event-ID') : null;
  const [name, after] = seen ? ['Last-Event-ID', seen] : ['after', new URL(url).searchParams.get('after') ?? '0'];
  const afterSeq = Seq.safeParse(after);
  if (afterSeq.success) return ok(afterSeq.data);
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
