/**
 * Where the orders of the tests publish their domain events: outside of the Workers' runtime, so it outlives every abort in it. It keeps
 * what came by webhook and by queue, and answers a webhook as it is told to. It stands in for the whole Internet.
 */

export interface Received {
  readonly webhook: readonly Post[];
  /** Each the domain events of one message of the queue. */
  readonly queue: readonly unknown[];
}

export interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly at: number;
  /** How it was answered; null: not at all. */
  readonly answered: number | null;
}

/** How the next posts of an order are answered: with this status, or (`status: null`) not at all. */
export interface Answering {
  readonly status: number | null;
  readonly times: number;
  readonly retryAfter?: string;
}

interface Kept {
  readonly webhook: Post[];
  readonly queue: unknown[];
  answering: Answering | null;
}

export const RECEIVER = 'https://events.test';

/** Signs what is posted in the tests; it guards nothing. */
export const EVENT_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export function eventReceiver(): (request: Request) => Promise<Response> {
  const orders = new Map<string, Kept>();
  const keptOf = (order: string): Kept => {
    const kept = orders.get(order) ?? { webhook: [], queue: [], answering: null };
    orders.set(order, kept);
    return kept;
  };
  return async (request) => {
    const { host, pathname, searchParams } = new URL(request.url);
    if (`https://${host}` !== RECEIVER) return new Response(null, { status: 502 });
    const body = await request.text();
    const kept = keptOf(searchParams.get('order') ?? orderOf(body));
    switch (`${request.method} ${pathname}`) {
      case 'GET /received':
        return Response.json({ webhook: kept.webhook, queue: kept.queue } satisfies Received);
      case 'PUT /answering':
        kept.answering = JSON.parse(body);
        return new Response(null, { status: 204 });
      case 'POST /queue':
        kept.queue.push(JSON.parse(body));
        return new Response(null, { status: 204 });
      case 'POST /webhook':
        return answer(kept, Object.fromEntries(request.headers), body);
      default:
        return new Response(null, { status: 404 });
    }
  };
}

function orderOf(body: string): string {
  const [event]: readonly { readonly subject?: string }[] = JSON.parse(body);
  return event?.subject ?? '';
}

function answer(kept: Kept, headers: Readonly<Record<string, string>>, body: string): Response | Promise<Response> {
  const told = kept.answering && kept.answering.times > 0 ? kept.answering : { status: 204, times: 1 };
  if (kept.answering) kept.answering = { ...kept.answering, times: kept.answering.times - 1 };
  kept.webhook.push({ headers, body, at: Date.now(), answered: told.status });
  if (told.status === null) return new Promise<Response>(() => {});
  return new Response(null, { status: told.status, headers: told.retryAfter ? { 'retry-after': told.retryAfter } : {} });
}
