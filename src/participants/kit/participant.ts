/**
 * A Hono middleware that makes the routes behind it a good participant. Each key is answered once and for ever, with what it was answered
 * first; what was undone is refused should it come later; an undo may come before what it undoes; a call after `Saga-Not-After` is refused;
 * `GET .../operations/{key}` tells what became of an operation.
 *
 * Promised: what a handler gives to `operation.write` is written in one transaction with its answer, once, whatever crashes or comes twice.
 * Not promised: the same for what a handler does elsewhere (another API, another database). That may happen again when an attempt broke off
 * or outlasted its lease, so hand `operation.key` on to whom you call; and an undo then sees `undoing.state` `begun`.
 */

import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import * as z from 'zod';
import { begin, decodedKey, lateness, probing, say, undoesOf, type Admission, type Undoing } from './admission.ts';
import { hasUndone, inUse, isKept, refusal, type Answer, type Json } from './answer.ts';
import { accepting, ending, isClaimLost, releasing, type Claim, type Transaction } from './key-table.ts';
import { isSigned } from './signature.ts';
import type { Store } from './store.ts';

/** What a handler is told of the operation that it performs: `c.var.operation`. */
export interface Operation<Write> {
  /** The same on every attempt. */
  readonly key: string;
  /** Null where it undoes nothing. */
  readonly undoing: Undoing | null;
  /** Writes this in the transaction that keeps the answer. Where no answer is kept (5xx, an exception) nothing is written. */
  readonly write: (...writes: readonly Write[]) => void;
  /** The result is told later, by `settle` and a callback. The answer of the handler has to be a 202. */
  readonly accept: () => void;
}

export interface Variables<Write> {
  operation: Operation<Write>;
}

export interface ParticipantOptions<Write, Bindings> {
  readonly store: (bindings: Bindings) => Store<Write>;
  /** The `PARTICIPANT_SECRET` of the coordinator. Where this is given, what is not signed with it is turned away. */
  readonly secret?: (bindings: Bindings) => string | undefined;
  /** For how long a handler may take before another attempt may begin. After a crash in the middle, attempts wait for so long. */
  readonly leaseSeconds?: number;
}

const LEASE_SECONDS = 30;

const PROBE = /\/operations\/([^/]+)$/;

export function participant<Write, Bindings extends object>(
  options: ParticipantOptions<Write, Bindings>,
): MiddlewareHandler<{ Bindings: Bindings; Variables: Variables<Write> }> {
  const leaseMs = (options.leaseSeconds ?? LEASE_SECONDS) * 1_000;
  return createMiddleware(async (c, next) => {
    const probed = c.req.method === 'GET' ? PROBE.exec(c.req.path)?.[1] : undefined;
    if (c.req.method !== 'POST' && probed === undefined) return next();
    const text = await c.req.text();
    const stranger = options.secret ? strangeness(options.secret(c.env), c.req.raw.headers, text) : null;
    if (stranger) return answered(stranger);
    const store = options.store(c.env);
    if (probed !== undefined) return answered(await store.run(probing(decodedKey(probed), Date.now())));
    const admission = await admit(store, c.req.path, c.req.raw.headers, text, leaseMs);
    if (admission.kind === 'answer') {
      if (admission.closing) await store.run(admission.closing);
      return answered(admission.answer, admission);
    }
    const instead = await performed(c, (operation) => c.set('operation', operation), next, store, admission);
    if (!instead) return undefined;
    // Else the headers of what it replaces would stay.
    c.res = undefined;
    c.res = instead;
    return undefined;
  });
}

function admit<Write>(store: Store<Write>, path: string, headers: Headers, body: string, leaseMs: number): Admission | Promise<Admission> {
  const now = Date.now();
  const key = headers.get('idempotency-key') ?? '';
  const undoes = undoesOf(jsonOf(body));
  if (key === '') return say(refusal(400, 'idempotency_key_missing', 'Every operation needs an Idempotency-Key'));
  if (undoes === key) return say(refusal(422, 'invalid_request', 'It undoes itself'));
  return store.run(
    begin({ key, path, body, undoes, turnedAway: lateness(headers.get('saga-not-after'), now) }, { now, until: now + leaseMs }),
  );
}

/** Null: the handler's answer stands, kept or not. Else what is said instead. */
async function performed<Write>(
  c: Pick<Context, 'res' | 'error'>,
  show: (operation: Operation<Write>) => void,
  next: () => Promise<void>,
  store: Store<Write>,
  { claim, undoing }: Extract<Admission, { kind: 'perform' }>,
): Promise<Response | null> {
  const writes: Write[] = [];
  let isAccepted = false;
  const write = (...more: readonly Write[]) => void writes.push(...more);
  show({ key: claim.key, undoing, write, accept: () => void (isAccepted = true) });
  try {
    await next();
    const end = c.error ? null : await endOf(c.res, claim, isAccepted);
    await (end ? store.run(end, writes) : store.run(releasing(claim)));
    return end === null && undoing && c.res.status === 404 ? answered(NO_ROUTE) : null;
  } catch (error) {
    if (isClaimLost(error)) return answered(inUse(claim.key), { retryAfterSeconds: 1, isReplay: false });
    await store.run(releasing(claim));
    throw error;
  }
}

/** There is something to undo, so a 404 that no handler meant must not be taken for its having been undone. */
const NO_ROUTE = refusal(500, 'no_such_route', 'There is something to undo, and nothing here that undoes it');

/** Null where the answer is not to be kept: a failure, or nothing that a handler of this API would say. */
async function endOf(response: Response, claim: Claim, isAccepted: boolean): Promise<Transaction<void> | null> {
  const answer = await answerOf(response);
  if (!answer || !isKept(answer)) return null;
  return isAccepted ? accepting(claim) : ending(claim, answer, claim.undoes !== null && hasUndone(answer));
}

async function answerOf(response: Response): Promise<Answer | null> {
  const text = await response.clone().text();
  const body = text === '' ? null : jsonOf(text);
  if (body === undefined || (text === '' && response.status >= 400)) return null;
  return { status: response.status, body };
}

/** Undefined where the text is not JSON. */
function jsonOf(text: string): Json | undefined {
  try {
    return z.json().parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Null where the coordinator has signed it. */
function strangeness(secret: string | undefined, headers: Headers, text: string): Answer | null {
  if (!secret) return refusal(503, 'not_configured', 'The secret that calls are signed with is not set');
  return isSigned(secret, headers, text) ? null : refusal(401, 'invalid_signature', 'The call is not signed with the secret');
}

function answered(
  { status, body }: Answer,
  { retryAfterSeconds, isReplay }: Pick<Extract<Admission, { kind: 'answer' }>, 'retryAfterSeconds' | 'isReplay'> = {
    retryAfterSeconds: null,
    isReplay: false,
  },
): Response {
  const headers = {
    'content-type': 'application/json',
    ...(retryAfterSeconds !== null && { 'retry-after': String(retryAfterSeconds) }),
    ...(isReplay && { 'idempotency-replayed': 'true' }),
  };
  return new Response(body === null ? null : JSON.stringify(body), { status, headers });
}
