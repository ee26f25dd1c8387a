/**
 * The table of answers of the participant API: what an HTTP answer means. Pure; the client sends, the saga core decides.
 * What is neither a clear yes nor a clear no stays unanswered here, and is resolved by the core.
 */

import { z } from 'zod';
import type { Answer, ProbeAnswer } from '../saga/answer.ts';
import { isRecord } from '../saga/read-answer.ts';
import type { OperationRequest } from '../saga/request.ts';
import { retryAfterMs } from './retry-after.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Null: empty. `unreadable`: not JSON, or too long to be an answer. */
  readonly body: { readonly json: unknown } | 'unreadable' | null;
}

const errorBody = z.object({
  code: z
    .string()
    .regex(/^[\w.:-]{1,64}$/)
    .optional()
    .catch(undefined),
  message: z.string().optional().catch(undefined),
});

interface Failure {
  readonly code: string;
  readonly message: string;
}

/** A participant's words are taken, but bounded: they end up in the history and on pages. */
function failureOf({ status, body }: HttpAnswer): Failure {
  const error = errorBody.safeParse(jsonOf(body)).data;
  return { code: error?.code ?? `http_${status}`, message: (error?.message ?? `The participant answered ${status}`).slice(0, 500) };
}

const jsonOf = (body: HttpAnswer['body']): unknown => (body === null || body === 'unreadable' ? undefined : body.json);

const RETRIED = new Set([408, 425, 429]);
/** The participant says that it did not take the call up. */
const NOT_TAKEN_UP = new Set([425, 429]);

export function classify(
  answer: HttpAnswer,
  request: Pick<OperationRequest, 'direction' | 'acceptedIsDone' | 'read'>,
  now: number,
): Answer {
  const { status } = answer;
  if (status >= 200 && status < 300) return classifySuccess(answer, request);
  const failure = failureOf(answer);
  const inUse = status === 409 && failure.code === 'idempotency_key_in_use';
  if (inUse || RETRIED.has(status) || status >= 500) {
    const floorMs = retryAfterMs(answer.retryAfter, now);
    const mayHaveHappened = !NOT_TAKEN_UP.has(status);
    return { type: 'unanswered', ...failure, mayHaveHappened, ...(floorMs !== null && { retryAfterMs: floorMs }) };
  }
  if (status < 400) return { type: 'turned_away', code: 'unexpected_redirect', message: `The participant answered ${status}` };
  if (request.direction === 'undo' && status === 404) return { type: 'nothing_to_undo' };
  if (isOurFault(status, failure.code)) return { type: 'turned_away', ...failure };
  return { type: 'refused', ...failure };
}

/** Credentials, a key used wrongly, or a call that came too late: not the customer's doing, and it says nothing of earlier attempts. */
const isOurFault = (status: number, code: string): boolean =>
  status === 401 || status === 403 || status === 410 || code.startsWith('idempotency_');

const REFUSALS = new Set(['declined', 'failed', 'rejected']);

function classifySuccess(answer: HttpAnswer, request: Pick<OperationRequest, 'direction' | 'acceptedIsDone' | 'read'>): Answer {
  if (answer.status === 202 && !request.acceptedIsDone) return { type: 'accepted' };
  if (answer.status === 202) return { type: 'succeeded', output: {} };
  const json = jsonOf(answer.body);
  if (isRecord(json)) {
    const { status, undone } = json;
    if (typeof status === 'string' && REFUSALS.has(status)) return { type: 'refused', ...softFailure(json, status) };
    if (request.direction === 'undo' && undone === false) return { type: 'nothing_to_undo' };
  }
  if (answer.body !== 'unreadable' || request.acceptedIsDone) {
    const reading = request.read(json);
    if (reading) return reading;
  }
  return {
    type: 'unanswered',
    code: 'unreadable_answer',
    message: `The answer (${answer.status}) could not be read`,
    mayHaveHappened: true,
  };
}

function softFailure(json: unknown, status: string): Failure {
  const error = errorBody.safeParse(json).data;
  return { code: error?.code ?? status, message: (error?.message ?? `The participant answered "${status}"`).slice(0, 500) };
}

const probeBody = z.discriminatedUnion('state', [
  z.object({ state: z.literal('succeeded'), output: z.unknown() }),
  z.object({ state: z.literal('refused'), error: errorBody.optional() }),
]);

/** What the probe says. A service that has none answers 404 without the code, 405 or 501. */
export function classifyProbe(answer: HttpAnswer, request: Pick<OperationRequest, 'read' | 'direction'>): ProbeAnswer {
  const { status } = answer;
  if (status === 202) return { type: 'running' };
  if (status === 404) return failureOf(answer).code === 'unknown_operation' ? { type: 'never_seen' } : { type: 'no_probe' };
  if (status === 405 || status === 501) return { type: 'no_probe' };
  const found = status === 200 ? probeBody.safeParse(jsonOf(answer.body)).data : undefined;
  if (!found) return { type: 'unanswered' };
  if (found.state === 'refused') {
    const { code = 'refused', message = 'The participant refused it' } = found.error ?? {};
    return { type: 'refused', code, message: message.slice(0, 500) };
  }
  return request.read(found.output) ?? { type: 'unanswered' };
}
