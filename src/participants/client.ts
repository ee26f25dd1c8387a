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

export interface AttemptDetails {
  readonly tenant: string;
  readonly orderId: string;
  readonly attempt: number;
  readonly timeoutMs: number;
  readonly notAfter: number;
  readonly traceId: string;
}

export class ParticipantClient {
  readonly #endpoint: Endpoint;
  readonly #secret: string | undefined;

  /** `secret`: a Standard Webhooks secret (`whsec_...`), with which every call is signed. */
  constructor(endpoint: Endpoint, secret: string | undefined) {
    this.#endpoint = endpoint;
    this.#secret = secret;
  }

  async call(request: OperationRequest, details: AttemptDetails): Promise<Answer> {
    const headers = { ...callHeaders(request, details), ...signature(this.#secret, request) };
    const answer = await this.#send(request.path, { method: 'POST', headers, body: request.body }, details.timeoutMs);
    if ('code' in answer) return { type: 'unanswered', ...answer, mayHaveHappened: true };
    return classify(answer, request, Date.now());
  }

  async probe(
    request: OperationRequest,
    details: Pick<AttemptDetails, 'tenant' | 'orderId' | 'timeoutMs' | 'traceId'>,
  ): Promise<ProbeAnswer> {
    const path = `/operations/${encodeURIComponent(request.idempotencyKey)}`;
    const answer = await this.#send(path, { method: 'GET', headers: commonHeaders(request, details) }, details.timeoutMs);
    return 'code' in answer ? { type: 'unanswered' } : classifyProbe(answer, request);
  }

  async #send(path: string, init: RequestInit, timeoutMs: number): Promise<HttpAnswer | NoAnswer> {
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await this.#endpoint.fetch(this.#endpoint.baseUrl + path, { ...init, redirect: 'manual', signal });
      return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await readBody(response) };
    } catch (error) {
      return noAnswer(error, timeoutMs);
    }
  }
}

interface NoAnswer {
  readonly code: string;
  readonly message: string;
}

/** The cause's own text may name hosts and addresses, so it goes to the log and not into the history. */
function noAnswer(error: unknown, timeoutMs: number): NoAnswer {
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) {
    return { code: 'timed_out', message: `No answer within ${timeoutMs} ms` };
  }
  console.warn(JSON.stringify({ message: 'A participant could not be reached', error: String(error) }));
  return { code: 'unreachable', message: 'The connection failed before there was an answer' };
}

async function readBody(response: Response): Promise<HttpAnswer['body']> {
  const text = await readText(response);
  if (text === '') return null;
  if (text === null) return 'unreadable';
  try {
    const json: unknown = JSON.parse(text);
    return { json };
  } catch {
    return 'unreadable';
  }
}

/** Null where the body is too long to be an answer, or not UTF-8. */
async function readText(response: Response): Promise<string | null> {
  const body: ReadableStream<Uint8Array> | null = response.body;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > MAX_ANSWER_BYTES) return null;
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(await new Blob(chunks).arrayBuffer());
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
  'saga-not-after': new Date(details.notAfter).toISOString(),
});

/** W3C Trace Context: each call is a span of its own. */
const newSpanId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Standard Webhooks; the message id is the idempotency key, so a participant may deduplicate by either. */
function signature(secret: string | undefined, request: OperationRequest): Record<string, string> {
  if (!secret) return {};
  const at = new Date();
  return {
    'webhook-id': request.idempotencyKey,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(request.idempotencyKey, at, request.body),
  };
}
