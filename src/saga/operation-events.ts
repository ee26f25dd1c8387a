/**
 * What a report from the world means for its operation: done, refused, tried again, asked about, left unknown, parked.
 *
 * The ladder of an unknown outcome: the same call with the same key; the probe; an undo that names the key; a settling time; a person.
 * "Failed" is never a rung of it. A report about something that is settled by now changes nothing.
 */

import type { Answer } from './answer.ts';
import type { Context, Report } from './command.ts';
import type { CallStep, SagaDefinition } from './definition.ts';
import type { SagaEvent } from './event.ts';
import { callOperations, operationId, operationParts, stepOf, undoOperations, type Direction, type OperationId } from './operation.ts';
import { isSettled } from './progress.ts';
import { policyOf, timesOf } from './operation-time.ts';
import { minutes, nextAttemptAt, scaledMs, seconds, type RetryPolicy } from './retry.ts';
import type { OperationState, SagaState } from './state.ts';

/** How long an operation that was not there to undo may still be on its way. */
const SETTLING_MS = minutes(10);

/** Probes of an operation whose service does not answer them. */
const PROBE_ATTEMPTS = 3;

const PROBE_RETRY: RetryPolicy = { attempts: Number.POSITIVE_INFINITY, firstDelayMs: seconds(1), maxDelayMs: seconds(30) };

/** Everything that the functions below need to know about one operation. */
interface Subject {
  readonly id: OperationId;
  readonly step: CallStep;
  readonly direction: Direction;
  readonly operation: OperationState;
  readonly state: SagaState;
  readonly context: Context;
  readonly policy: RetryPolicy;
  /** No attempt is planned, and no result waited for, from here on. */
  readonly until: number;
  /** The participant may have forgotten the key: it is never sent again. */
  readonly keyEndsAt: number;
}

function subjectOf(definition: SagaDefinition, state: SagaState, id: OperationId, context: Context): Subject | null {
  const operation = state.operations[id];
  if (!operation || isSettled(operation)) return null;
  const step = stepOf(definition, id);
  const { direction } = operationParts(id);
  return { id, step, direction, operation, state, context, policy: policyOf(step, direction), ...timesOf(definition, state, id, context) };
}

export function reportAnswer(
  definition: SagaDefinition,
  state: SagaState,
  { operation: id, attempt, answer }: Extract<Report, { type: 'answered' }>,
  context: Context,
): readonly SagaEvent[] {
  const subject = subjectOf(definition, state, id, context);
  if (subject?.operation.phase !== 'calling' || subject.operation.attempt !== attempt) return [];
  return subject.direction === 'do' ? callAnswered(subject, answer) : undoAnswered(subject, answer);
}

function callAnswered(subject: Subject, answer: Answer): readonly SagaEvent[] {
  const { id, operation } = subject;
  switch (answer.type) {
    case 'succeeded':
      return [{ type: 'OperationSucceeded', operation: id, output: answer.output }];
    case 'refused':
      return [{ type: 'OperationRefused', operation: id, code: answer.code, message: answer.message }];
    case 'turned_away':
      return operation.inDoubt
        ? [leaveInDoubt(subject, answer)]
        : [{ type: 'OperationRefused', operation: id, code: answer.code, message: answer.message }];
    case 'accepted':
      return [{ type: 'OperationAccepted', operation: id, askAt: probeAt(subject, 1) ?? subject.until }];
    case 'unanswered':
      return [tryAgain(subject, answer) ?? leaveInDoubt(subject, answer)];
    case 'nothing_to_undo':
      throw new Error(`${id} is not an undo, but was answered as one`);
    default:
      return answer satisfies never;
  }
}

function undoAnswered(subject: Subject, answer: Answer): readonly SagaEvent[] {
  const { id, step, context } = subject;
  switch (answer.type) {
    case 'succeeded':
      return [{ type: 'OperationSucceeded', operation: id, output: answer.output }];
    case 'nothing_to_undo':
      return [nothingToUndo(subject, context.capabilities(step.call.participant).fences)];
    case 'refused':
      return undoRefused(subject, answer.code, answer.message);
    case 'turned_away':
      return [parked(id, answer)];
    case 'accepted':
      return [{ type: 'OperationAccepted', operation: id, askAt: probeAt(subject, 1) ?? subject.until }];
    case 'unanswered':
      return [tryAgain(subject, answer) ?? parked(id, answer)];
    default:
      return answer satisfies never;
  }
}

interface Failure {
  readonly code: string;
  readonly message: string;
}

const parked = (operation: OperationId, { code, message }: Failure): SagaEvent => ({ type: 'OperationParked', operation, code, message });

/** Another way to undo, where the definition has one for this refusal; else a person. */
function undoRefused({ id, step }: Subject, code: string, message: string): readonly SagaEvent[] {
  const otherwise = step.undo?.otherwise;
  const other = otherwise && operationId(step.name, 'undo', otherwise.channel);
  if (otherwise?.whenRefused !== code || other === undefined || other === id) return [parked(id, { code, message })];
  return [
    { type: 'OperationRefused', operation: id, code, message },
    { type: 'OperationStarted', operation: other },
  ];
}

/** Settles it where the step is known to have happened (it is gone) or can't arrive any more; else it is asked once more, later. */
function nothingToUndo({ id, step, state, operation, context }: Subject, fences: boolean): SagaEvent {
  const inDoubt = callOperations(step).some((call) => state.operations[call]?.phase === 'unresolved');
  if (!inDoubt || fences) return { type: 'OperationSucceeded', operation: id, output: {} };
  if (!operation.foundNothing) {
    const retryAt = context.now + scaledMs(SETTLING_MS, state.settings.timeScale);
    return { type: 'NothingToUndoYet', operation: id, attempt: operation.attempt, retryAt };
  }
  return parked(id, { code: 'outcome_unknown', message: 'Nobody knows whether it happened, and there is nothing to undo' });
}

/** The next attempt, with the same key; null when the attempts or the time are spent, or the order has turned back meanwhile. */
function tryAgain(subject: Subject, answer: Extract<Answer, { type: 'unanswered' }>): SagaEvent | null {
  const { id, operation, direction, state, context, policy, until } = subject;
  if (direction === 'do' && state.cause) return null;
  const retryAt = nextAttemptAt({
    policy,
    attemptsMade: operation.attempt,
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

const leaveInDoubt = ({ id, step, state, context }: Subject, failure: Failure): SagaEvent => doubted(step, state, id, failure, context.now);

/** No attempt comes any more. On the way back nobody asks about a step without an undo: whatever it did may stay. */
export function doubted(step: CallStep, { cause }: SagaState, operation: OperationId, { code, message }: Failure, now: number): SagaEvent {
  return step.undo || !cause
    ? { type: 'OperationDoubted', operation, code, message, askAt: now }
    : { type: 'OperationUnresolved', operation, code, message };
}

export function reportProbe(
  definition: SagaDefinition,
  state: SagaState,
  { operation: id, answer }: Extract<Report, { type: 'probed' }>,
  context: Context,
): readonly SagaEvent[] {
  const subject = subjectOf(definition, state, id, context);
  if (subject?.operation.phase !== 'asking') return [];
  const { operation } = subject;
  switch (answer.type) {
    case 'succeeded':
      return [{ type: 'OperationSucceeded', operation: id, output: answer.output }];
    case 'refused':
      return subject.direction === 'do'
        ? [{ type: 'OperationRefused', operation: id, code: answer.code, message: answer.message }]
        : undoRefused(subject, answer.code, answer.message);
    case 'nothing_to_undo':
      return [nothingToUndo(subject, context.capabilities(subject.step.call.participant).fences)];
    case 'running':
      return [askAgain(subject, probeAt(subject, operation.probes + 1))];
    case 'unanswered':
      return [
        askAgain(subject, operation.probes + 1 < PROBE_ATTEMPTS || operation.accepted ? probeAt(subject, operation.probes + 1) : null),
      ];
    case 'no_probe':
      return [askAgain(subject, operation.accepted && context.now < subject.until ? subject.until : null)];
    case 'never_seen':
      return [unresolved(subject)];
    default:
      return answer satisfies never;
  }
}

/** A result is waited for only while somebody still wants it: an order on its way back undoes what it does not know. */
function askAgain(subject: Subject, askAt: number | null): SagaEvent {
  const wanted = subject.direction === 'undo' || !subject.state.cause;
  return askAt !== null && wanted ? { type: 'ProbeUnanswered', operation: subject.id, askAt } : unresolved(subject);
}

function unresolved({ id, direction, operation }: Subject): SagaEvent {
  if (operation.phase !== 'asking') throw new Error(`${id} is not being asked about`);
  const { code, message } = operation;
  return direction === 'do' ? { type: 'OperationUnresolved', operation: id, code, message } : parked(id, { code, message });
}

const probeAt = ({ context, state, until }: Subject, probesMade: number): number | null =>
  nextAttemptAt({
    policy: PROBE_RETRY,
    attemptsMade: probesMade,
    now: context.now,
    random: context.random(),
    timeScale: state.settings.timeScale,
    floorMs: 0,
    until,
  });

/** The call counts as an attempt that nobody heard of; the next one follows at once, since it was not the participant's fault. */
export function interrupted(definition: SagaDefinition, state: SagaState, id: OperationId, context: Context): readonly SagaEvent[] {
  const subject = subjectOf(definition, state, id, context);
  if (subject?.operation.phase !== 'calling') return [];
  const { operation, direction, policy, until } = subject;
  const failure = { code: 'interrupted', message: 'The coordinator was interrupted during the call', mayHaveHappened: true };
  const ends = operation.attempt >= policy.attempts || context.now >= until || (direction === 'do' && state.cause !== null);
  if (ends) return [direction === 'do' ? leaveInDoubt(subject, failure) : parked(id, failure)];
  return [
    { type: 'AttemptFailed', operation: id, attempt: operation.attempt, ...failure, retryAt: context.now },
    { type: 'AttemptStarted', operation: id, attempt: operation.attempt + 1 },
  ];
}

/** Starts every attempt that is due and carried this way; what is out of time by now is left to the next rung. */
export function startDue(
  definition: SagaDefinition,
  state: SagaState,
  isMeant: (id: OperationId) => boolean,
  context: Context,
): readonly SagaEvent[] {
  return Object.keys(state.operations).flatMap((id) => {
    const subject = isMeant(id) ? subjectOf(definition, state, id, context) : null;
    return subject?.operation.phase === 'waiting' && subject.operation.at <= context.now ? [startAgain(subject)] : [];
  });
}

function startAgain(subject: Subject): SagaEvent {
  const { id, direction, operation, until, keyEndsAt, context } = subject;
  if (operation.phase !== 'waiting') throw new Error(`${id} does not wait for an attempt`);
  if (direction === 'do' && context.now >= until) return leaveInDoubt(subject, operation);
  if (direction === 'undo' && context.now >= keyEndsAt) return parked(id, operation);
  return { type: 'AttemptStarted', operation: id, attempt: operation.attempt + 1 };
}

/** The queue brought its message to nobody, so a person is asked. What is settled stays as it is. */
export function gaveUp(definition: SagaDefinition, state: SagaState, stepName: string, direction: Direction): readonly SagaEvent[] {
  const step = definition.steps.find(({ name }) => name === stepName);
  if (step?.kind !== 'call') return [];
  const operations = direction === 'do' ? callOperations(step) : undoOperations(step);
  return operations
    .filter((id) => state.operations[id] && !isSettled(state.operations[id]))
    .map((id) => parked(id, { code: 'dead_letter', message: 'The queue gave up delivering this' }));
}
