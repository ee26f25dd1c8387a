/**
 * The table of answers of the participant API: what an HTTP answer means. Pure; the client sends, the saga core decides.
 * What is neither a clear yes nor a clear no stays unanswered here, and is resolved by the core.
 */

import * as z from 'zod';
import { isAboutKey, type Answer, type ProbeAnswer } from '../saga/answer.ts';
import type { Reading, Refused } from '../saga/definition.ts';
import { isRecord, unavailableItemsOf } from '../saga/read-answer.ts';
import { redacted } from '../saga/redacted.ts';
import type { OperationRequest } from '../saga/request.ts';
import { retryAfterMs } from './retry-after.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Null: empty. `unreadable`: not JSON, or too long to be an answer. */
  readonly body: { readonly json: unknown } | 'unreadable' | null;
}

const MAX_MESSAGE_LENGTH = 500;

const errorBody = z.object({
  code: z
    .string()
    .regex(/^[\w.:-]{1,64}$/)
    .optional()
    .catch(undefined),
  message: z.string().min(1).optional().catch(undefined),
});

interface Failure {
  readonly code: string;
  readonly message: string;
}

/** A participant's words are taken, but bounded, and without what nobody should keep: they end up in the history and on pages. */
const bounded = <Worded extends Failure>(worded: Worded): Worded => ({
  ...worded,
  message: redacted(worded.message).slice(0, MAX_MESSAGE_LENGTH).toWellFormed(),
});

function failureOf(json: unknown, otherwise: Failure): Failure {
  const { code = otherwise.code, message = otherwise.message } = errorBody.safeParse(json).data ?? {};
  return bounded({ code, message });
}

function refusedOf(json: unknown, otherwise: Failure): Refused {
  const unavailableItems = unavailableItemsOf(json);
  return { ...failureOf(json, otherwise), ...(unavailableItems && { unavailableItems }) };
}

const httpFailure = ({ status, body }: HttpAnswer): Failure =>
  failureOf(jsonOf(body), { code: `http_${status}`, message: `The participant answered ${status}` });

const jsonOf = (body: HttpAnswer['body']): unknown => (body === null || body === 'unreadable' ? undefined : body.json);

/** The parts of a request that decide what its answer means. */
type Asked = Pick<OperationRequest, 'direction' | 'acceptedIsDone' | 'read'>;

/** Only a 2xx can be a yes and only a 4xx a no. Everything else says nothing, so it may have happened. */
export function classify(answer: HttpAnswer, request: Asked, now: number): Answer {
  const { status } = answer;
  if (status >= 200 && status < 300) return classifySuccess(answer, request);
  if (status >= 300 && status < 400) return classifyRedirect(status);
  const failure = httpFailure(answer);
  if (status < 400 || status >= 500 || RETRIED.has(status) || failure.code === 'idempotency_key_in_use') {
    const floorMs = retryAfterMs(answer.retryAfter, now);
    const mayHaveHappened = !NOT_TAKEN_UP.has(status);
    return { type: 'unanswered', ...failure, mayHaveHappened, ...(floorMs !== null && { retryAfterMs: floorMs }) };
  }
  if (request.direction === 'undo' && status === 404) return { type: 'nothing_to_undo' };
  if (isOurFault(status, failure.code)) return { type: 'turned_away', ...failure };
  return { type: 'refused', ...refusedOf(jsonOf(answer.body), failure), ...(isVague(answer) && { isVague: true }) };
}

/** What a participant answers with when it has a reason, though it may not name it. */
const REASONED = new Set([400, 402, 409, 412, 422]);

/** A proxy whose service is away answers so, too: 404, 405, 413 and the like, without a word. */
function isVague({ status, body }: HttpAnswer): boolean {
  const { code, message } = errorBody.safeParse(jsonOf(body)).data ?? {};
  return code === undefined && message === undefined && !REASONED.has(status);
}

const RETRIED = new Set([408, 425, 429]);
/** The participant says that it did not take the call up. */
const NOT_TAKEN_UP = new Set([425, 429]);

/** Credentials, a key used wrongly, or a call that came too late: not the customer's doing, and it says nothing of earlier attempts. */
const isOurFault = (status: number, code: string): boolean => status === 401 || status === 403 || status === 410 || isAboutKey(code);

/** The call is to be made again, elsewhere; the other redirects may well be what a POST that was done is answered with (RFC 9110 §15.4). */
const MADE_ELSEWHERE = new Set([307, 308]);

function classifyRedirect(status: number): Answer {
  const failure = { code: 'unexpected_redirect', message: `The participant answered ${status}` };
  return MADE_ELSEWHERE.has(status) ? { type: 'turned_away', ...failure } : { type: 'unanswered', ...failure, mayHaveHappened: true };
}

/** What the body says in so many words goes before what the status says: a declined 202 is not under way. */
function classifySuccess({ status, body }: HttpAnswer, request: Asked): Answer {
  const json = jsonOf(body);
  const refusal = softRefusal(json);
  if (refusal) return refusal;
  if (foundNothing(json, request)) return { type: 'nothing_to_undo' };
  if (status === 202 && !request.acceptedIsDone) return { type: 'accepted' };
  const reading = body !== 'unreadable' || request.acceptedIsDone ? readOutput(json, request) : null;
  return (
    reading ?? {
      type: 'unanswered',
      code: 'unreadable_answer',
      message: `The answer (${status}) could not be read`,
      mayHaveHappened: true,
    }
  );
}

const foundNothing = (json: unknown, { direction }: Pick<Asked, 'direction'>): boolean =>
  direction === 'undo' && isRecord(json) && json['undone'] === false;

const REFUSALS = new Set(['declined', 'failed', 'rejected']);

function softRefusal(json: unknown): Extract<Answer, { type: 'refused' }> | null {
  if (!isRecord(json) || typeof json['status'] !== 'string' || !REFUSALS.has(json['status'])) return null;
  const { status } = json;
  return { type: 'refused', ...refusedOf(json, { code: status, message: `The participant answered "${status}"` }) };
}

function readOutput(json: unknown, { read }: Pick<Asked, 'read'>): Reading {
  const reading = read(json);
  return reading?.type === 'refused' ? bounded(reading) : reading;
}

const probeBody = z.discriminatedUnion('state', [
  z.object({ state: z.literal('succeeded'), output: z.unknown().optional() }),
  z.object({ state: z.literal('refused'), error: z.unknown().optional() }),
]);

const PROBE_REFUSED = { code: 'refused', message: 'The participant refused it' };

/** What the probe says. A service that has none answers 404 without the code, 405 or 501. */
export function classifyProbe(answer: HttpAnswer, request: Pick<Asked, 'read' | 'direction'>): ProbeAnswer {
  const { status } = answer;
  if (status === 202) return { type: 'running' };
  if (status === 404) return httpFailure(answer).code === 'unknown_operation' ? { type: 'never_seen' } : { type: 'no_probe' };
  if (status === 405 || status === 501) return { type: 'no_probe' };
  const found = status === 200 ? probeBody.safeParse(jsonOf(answer.body)).data : undefined;
  if (!found) return { type: 'unanswered' };
  if (found.state === 'refused') return { type: 'refused', ...refusedOf(found.error, PROBE_REFUSED) };
  if (foundNothing(found.output, request)) return { type: 'nothing_to_undo' };
  return readOutput(found.output, request) ?? { type: 'unanswered' };
}
