/**
 * The ladder of an unknown outcome: the same call with the same key; the probe; an undo that names the key; a settling time; a person.
 * Each function is a rung, and says with which event it is stepped on. "Failed" is none of them.
 */

import type { Answer } from './answer.ts';
import type { CallStep, Refused } from './definition.ts';
import type { SagaEvent } from './event.ts';
import { callOperations, undoWays, type OperationId } from './operation.ts';
import { isDelivered, succeededLate } from './progress.ts';
import { timesOf } from './operation-time.ts';
import { minutes, nextAttemptAt, scaledMs, seconds, type RetryPolicy } from './retry.ts';
import type { SagaState } from './state.ts';
import { attemptsMade, type Subject } from './subject.ts';

/** How long an operation that was not there to undo may still be on its way. */
const SETTLING_MS = minutes(10);

const PROBE_RETRY: RetryPolicy = { attempts: Number.POSITIVE_INFINITY, firstDelayMs: seconds(1), maxDelayMs: seconds(30) };

export interface Failure {
  readonly code: string;
  readonly message: string;
  /** The participant's own `Retry-After`. */
  readonly retryAfterMs?: number;
}

/** The next attempt, with the same key; null when the attempts or the time are spent, or the order has turned back meanwhile. */
export function tryAgain(subject: Subject, answer: Omit<Extract<Answer, { type: 'unanswered' }>, 'type'>): SagaEvent | null {
  const { id, operation, direction, state, context, policy, until } = subject;
  if (direction === 'do' && state.cause) return null;
  const retryAt = nextAttemptAt({
    policy,
    attemptsMade: attemptsMade(operation),
    now: context.now,
    random: context.random(),
    timeScale: state.settings.timeScale,
    floorMs: answer.retryAfterMs ?? 0,
    until,
  });
  if (retryAt === null) return null;
  const { code, message, mayHaveHappened } = answer;
  return { type: 'AttemptFailed', operation: id, attempt: operation.attempt, code, message, mayHaveHappened, retryAt };
}

/** No attempt comes any more. On the way back nobody asks about a step without an undo: whatever it did may stay. */
export function doubted(step: CallStep, { cause }: SagaState, operation: OperationId, failure: Failure, now: number): SagaEvent {
  const { code, message, retryAfterMs } = failure;
  if (!step.undo && cause) return { type: 'OperationUnresolved', operation, code, message };
  const notBefore = retryAfterMs === undefined ? {} : { notBefore: now + retryAfterMs };
  return { type: 'OperationDoubted', operation, code, message, askAt: now, refused: false, ...notBefore };
}

export const leaveInDoubt = ({ id, step, state, context }: Subject, failure: Failure): SagaEvent =>
  doubted(step, state, id, failure, context.now);

/** When the probe is asked next; null when its answer would come too late. */
export const probeAt = ({ context, state, until: ownUntil }: Subject, probesMade: number, until = ownUntil): number | null =>
  nextAttemptAt({
    policy: PROBE_RETRY,
    attemptsMade: probesMade,
    now: context.now,
    random: context.random(),
    timeScale: state.settings.timeScale,
    floorMs: 0,
    until,
  });

/**
 * A refusal is taken at its word (null), but where an earlier attempt may have happened the probe is heard first. One that may be
 * somebody else's word settles nothing then.
 */
export function doubtedRefusal(subject: Subject, refusal: Extract<Answer, { type: 'refused' }>): SagaEvent | null {
  const { id, operation, context } = subject;
  if (!operation.inDoubt) return null;
  if (refusal.isVague) return leaveInDoubt(subject, refusal);
  const { code, message } = refusal;
  return { type: 'OperationDoubted', operation: id, code, message, askAt: context.now, refused: true };
}

/** Nothing more can be learnt. Forward it counts as something to undo; an undo goes to a person. */
export const unresolved = (subject: Subject, failure: Failure): SagaEvent =>
  subject.direction === 'do' ? failedForward(subject, 'OperationUnresolved', failure) : parked(subject.id, failure);

/**
 * A call has failed for good. Where the definition says so, a person had it tried again, or the customer has the goods, a person is asked
 * instead of turning back.
 */
export function failedForward(
  { id, step, state, operation }: Subject,
  type: 'OperationRefused' | 'OperationTurnedAway' | 'OperationUnresolved',
  { code, message, unavailableItems }: Refused,
): SagaEvent {
  const whenFailed = step.whenFailed(state.settings);
  const isTooLate = isDelivered(state) || operation.budget.attemptsBefore > 0;
  const isAsked = !state.cause && (whenFailed === 'ask' || (whenFailed === 'roll_back' && isTooLate));
  if (isAsked) return parked(id, { code, message });
  const failed = { operation: id, code, message };
  return type === 'OperationRefused' && unavailableItems ? { type, ...failed, unavailableItems } : { type, ...failed };
}

/**
 * Settled where the step is known to have happened (it is gone), or can't arrive any more: a participant that fences keeps it away, and it
 * can tell, as long as it remembers its key. What succeeded when it was thought to have failed is neither, and no fence kept it away.
 */
export function settledByNothing({ definition, step, state, context }: Subject): boolean {
  if (succeededLate(state, step)) return false;
  const inDoubt = callOperations(step).filter((call) => state.operations[call]?.phase === 'unresolved');
  const { fences } = context.capabilities(step.call.participant);
  return inDoubt.every((call) => fences && context.now < timesOf(definition, state, call, context).keyEndsAt);
}

export const settledWithNothing = (operation: OperationId): SagaEvent => ({
  type: 'OperationSucceeded',
  operation,
  output: {},
  nothingToUndo: true,
});

/** Where it is not settled it is asked once more, later, and then a person. */
export function nothingToUndo(subject: Subject): SagaEvent {
  const { id, step, state, operation, context } = subject;
  if (settledByNothing(subject)) return settledWithNothing(id);
  if (!operation.foundNothing) {
    const retryAt = context.now + scaledMs(SETTLING_MS, state.settings.timeScale);
    return { type: 'NothingToUndoYet', operation: id, attempt: operation.attempt, retryAt };
  }
  return parked(id, succeededLate(state, step) ? HAPPENED_AFTER_ALL : OUTCOME_UNKNOWN);
}

export const OUTCOME_UNKNOWN = { code: 'outcome_unknown', message: 'Nobody knows whether it happened, and there is nothing to undo' };

export const HAPPENED_AFTER_ALL = {
  code: 'happened_after_all',
  message: 'The participant says that it happened after all, and there was nothing to undo',
};

export const HAPPENED_AFTER_SETTLING = {
  code: 'happened_after_settling',
  message: 'The participant says that it happened after a person had settled it',
};

/** Another way to undo, where the definition has one for this refusal; else a person. */
export function undoRefused({ id, step }: Subject, { code, message }: Failure): readonly SagaEvent[] {
  const otherwise = undoWays(step).find(({ operation }) => operation === id)?.otherwise;
  if (otherwise?.whenRefused !== code) return [parked(id, { code, message })];
  return [
    { type: 'OperationRefused', operation: id, code, message },
    { type: 'OperationStarted', operation: otherwise.operation },
  ];
}

/** The last rung: a person is told what is outstanding. */
export const parked = (operation: OperationId, { code, message }: Failure): SagaEvent => ({
  type: 'OperationParked',
  operation,
  code,
  message,
});
