/** Attempts that begin, break off or are given up by something other than an answer. */

import type { Context } from './command.ts';
import type { SagaDefinition } from './definition.ts';
import type { SagaEvent } from './event.ts';
import { leaveInDoubt, parked } from './ladder.ts';
import { INTERRUPTED } from './evolve.ts';
import { callOperations, undoOperations, type Direction, type OperationId } from './operation.ts';
import { isSettled } from './progress.ts';
import type { OperationState, SagaState } from './state.ts';
import { attemptsMade, subjectIn, type Subject } from './subject.ts';

/** The call counts as an attempt that nobody heard of; the next one follows at once, since it was not the participant's fault. */
export function interrupted(definition: SagaDefinition, state: SagaState, id: OperationId, context: Context): readonly SagaEvent[] {
  const subject = subjectIn('calling', definition, state, id, context);
  if (!subject) return [];
  const { attempt } = subject.operation;
  if (!mayGoOn(subject)) return [leaveInDoubt(subject, INTERRUPTED)];
  return [
    { type: 'AttemptInterrupted', operation: id, attempt },
    { type: 'AttemptStarted', operation: id, attempt: attempt + 1 },
  ];
}

/** An undo is owed however long an outage of our own took: only one that began out of time is not begun again. */
function mayGoOn({
  operation,
  direction,
  state,
  policy,
  until,
  keyEndsAt,
  context,
}: Subject<OperationState & { phase: 'calling' }>): boolean {
  if (attemptsMade(operation) >= policy.attempts || context.now >= keyEndsAt) return false;
  return direction === 'do' ? context.now < until && state.cause === null : operation.calledAt < until;
}

/** Starts every attempt that is meant and due; what is out of time by now is left to the next rung. */
export function startDue(
  definition: SagaDefinition,
  state: SagaState,
  isMeant: (id: OperationId) => boolean,
  context: Context,
): readonly SagaEvent[] {
  return Object.keys(state.operations).flatMap((id) => {
    const subject = isMeant(id) ? subjectIn('waiting', definition, state, id, context) : null;
    return subject && subject.operation.at <= context.now ? [startAgain(subject)] : [];
  });
}

function startAgain(subject: Subject<OperationState & { phase: 'waiting' }>): SagaEvent {
  const { id, direction, operation, until, keyEndsAt, context } = subject;
  if (direction === 'do' && context.now >= until) return leaveInDoubt(subject, operation);
  if (direction === 'undo' && context.now >= keyEndsAt) return leaveInDoubt(subject, operation);
  return { type: 'AttemptStarted', operation: id, attempt: operation.attempt + 1 };
}

/** The queue brought its message to nobody, so a person is asked; on the way back it is undone instead. What is settled stays as it is. */
export function gaveUp(definition: SagaDefinition, state: SagaState, stepName: string, direction: Direction): readonly SagaEvent[] {
  const step = definition.steps.find(({ name }) => name === stepName);
  if (step?.kind !== 'call') return [];
  const isUndone = direction === 'do' && state.cause !== null;
  return (direction === 'do' ? callOperations(step) : undoOperations(step)).flatMap((id): readonly SagaEvent[] => {
    const operation = state.operations[id];
    if (!operation || isSettled(operation)) return [];
    if (isUndone) return [{ type: 'OperationUnresolved', operation: id, ...DEAD_LETTER }];
    // Whoever was making the call is gone: it may have happened, and a later attempt must know.
    const cutOff =
      operation.phase === 'calling' ? [{ type: 'AttemptInterrupted' as const, operation: id, attempt: operation.attempt }] : [];
    return [...cutOff, parked(id, DEAD_LETTER)];
  });
}

const DEAD_LETTER = { code: 'dead_letter', message: 'The queue gave up delivering this' };
