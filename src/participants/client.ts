/**
 * The one client of the participant API: it sends what the core asks for and reduces what comes back to an `Answer`.
 * It never throws for what a participant does or fails to do, never follows a redirect, and decides nothing.
 */

import { Webhook } from 'standardwebhooks';
import type { Answer, ProbeAnswer } from '../saga/answer.ts';
import type { OperationRequest } from '../saga/request.ts';
import { classify, classifyProbe, type HttpAnswer } from './classify.ts';
import type { Endpoint } from './endpoint.ts';

/** An answer is a few identifiers; what is longer is not read on. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** A longer timer fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The last time that RFC 3339 can say: a scaled time may lie beyond it. */
const LAST_TIME = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

export interface AttemptDetails {
  readonly tenant: string;
  readonly orderId: string;
  readonly attempt: number;
  readonly timeoutMs: number;
  readonly notAfter: number;
  readonly traceId: string;
}

type ExchangeDetails = Pick<AttemptDetails, 'tenant' | 'orderId' | 'timeoutMs' | 'traceId'>;

export class ParticipantClient {
  readonly #endpoint: Endpoint;
  readonly #webhook: Webhook | null;

  /** `secret`: a Standard Webhooks secret (`whsec_...`), with which everything is signed; throws where it is none. */
  constructor(endpoint: Endpoint, secret: string | undefined) {
    this.#endpoint = endpoint;
    this.#webhook = secret ? new Webhook(secret) : null;
  }

  async call(request: OperationRequest, details: AttemptDetails): Promise<Answer> {
    const { idempotencyKey, body } = request;
    // The message id is the idempotency key, so a participant may deduplicate by either.
    const headers = { ...callHeaders(request, details), ...this.#signature(idempotencyKey, body) };
    const answer = await this.#send(request.path, { method: 'POST', headers, body }, details);
    if ('code' in answer) return { type: 'unanswered', ...answer, mayHaveHappened: true };
    return classify(answer, request, Date.now());
  }

  async probe(request: OperationRequest, details: ExchangeDetails): Promise<ProbeAnswer> {
    const path = `/operations/${encodeURIComponent(request.idempotencyKey)}`;
    // A message of its own: it must never be taken for the operation that it asks about.
    const headers = { ...commonHeaders(request, details), ...this.#signature(crypto.randomUUID(), '') };
    const answer = await this.#send(path, { method: 'GET', headers, cache: 'no-store' }, details);
    return 'code' in answer ? { type: 'unanswered' } : classifyProbe(answer, request);
  }

  /** Ends with the time-out whatever the endpoint does. The timer ends with the call, since a pending one would keep the order's object awake. */
  async #send(path: string, init: RequestInit, details: ExchangeDetails): Promise<HttpAnswer | NoAnswer> {
    const { timeoutMs } = details;
    const controller = new AbortController();
    const { promise: timedOut, resolve } = Promise.withResolvers<NoAnswer>();
    const timeOut = () => {
      resolve({ code: 'timed_out', message: `No answer within ${timeoutMs} ms` });
      controller.abort();
    };
    const timer = setTimeout(timeOut, Math.min(timeoutMs, MAX_TIMER_MS));
    try {
      return await Promise.race([this.#exchange(path, { ...init, signal: controller.signal }, details), timedOut]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #exchange(path: string, init: RequestInit & { signal: AbortSignal }, details: ExchangeDetails): Promise<HttpAnswer | NoAnswer> {
    try {
      const response = await this.#endpoint.fetch(this.#endpoint.baseUrl + path, { ...init, redirect: 'manual' });
      return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await readBody(response, init.signal) };
    } catch (error) {
      // The cause's own text may name hosts and addresses, so it goes to the log and not into the history.
      if (!init.signal.aborted) logUnreachable(details, path, error);
      return { code: 'unreachable', message: 'The connection failed before there was an answer' };
    }
  }

  /** Standard Webhooks. */
  #signature(id: string, body: string): Record<string, string> {
    if (!this.#webhook) return {};
    const at = new Date();
    return {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': this.#webhook.sign(id, at, body),
    };
  }
}

function logUnreachable({ tenant, orderId, traceId }: ExchangeDetails, path: string, error: unknown): void {
  const order = { tenant, order_id: orderId, trace_id: traceId };
  console.warn(JSON.stringify({ message: 'A participant could not be reached', ...order, path, error: String(error) }));
}

interface NoAnswer {
  readonly code: string;
  readonly message: string;
}

async function readBody(response: Response, signal: AbortSignal): Promise<HttpAnswer['body']> {
  const text = await readText(response.body, signal);
  if (text === null) return 'unreadable';
  if (text.trim() === '') return null;
  try {
    const json: unknown = JSON.parse(text);
    return { json };
  } catch {
    return 'unreadable';
  }
}

/** Null where the body is too long to be an answer, or not UTF-8. Throws where it breaks off, or the signal comes first. */
async function readText(body: ReadableStream<Uint8Array> | null, signal: AbortSignal): Promise<string | null> {
  if (!body) return '';
  const reader = body.getReader();
  // Whatever comes of it: nobody waits for a body that is not read on.
  const letGo = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', letGo, { once: true });
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  let [text, length] = ['', 0];
  for (;;) {
    const { done, value } = await reader.read();
    signal.throwIfAborted();
    length += value?.byteLength ?? 0;
    const decoded = length > MAX_ANSWER_BYTES ? null : decode(decoder, value);
    if (decoded === null) letGo();
    if (decoded === null || done) return decoded === null ? null : text + decoded;
    text += decoded;
  }
}

/** Without bytes: the end. Null where it is not UTF-8. */
function decode(decoder: TextDecoder, bytes: Uint8Array | undefined): string | null {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch {
    return null;
  }
}

const commonHeaders = (
  request: OperationRequest,
  { tenant, orderId, traceId }: Pick<AttemptDetails, 'tenant' | 'orderId' | 'traceId'>,
) => ({
  'saga-tenant': tenant,
  'saga-order-id': orderId,
  'saga-step': request.step,
  'saga-direction': request.direction,
  traceparent: `00-${traceId}-${newSpanId()}-01`,
});

const callHeaders = (request: OperationRequest, details: AttemptDetails) => ({
  ...commonHeaders(request, details),
  'content-type': 'application/json',
  'idempotency-key': request.idempotencyKey,
  'saga-attempt': String(details.attempt),
  'saga-not-after': new Date(Math.min(details.notAfter, LAST_TIME)).toISOString(),
});

/** W3C Trace Context: each call is a span of its own. */
const newSpanId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
