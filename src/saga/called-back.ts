/**
 * What a callback means for its operation: the result, whatever the operation waits for. News that is older than what is known changes
 * nothing, so the same callback can come as often as it likes; but what happened is never lost, however late it is told.
 */

import type { Answer, ProbeAnswer } from './answer.ts';
import type { Context, Report } from './command.ts';
import type { Output, SagaDefinition } from './definition.ts';
import type { SagaEvent } from './event.ts';
import {
  doubtedRefusal,
  failedForward,
  HAPPENED_AFTER_ALL,
  HAPPENED_AFTER_SETTLING,
  leaveInDoubt,
  nothingToUndo,
  OUTCOME_UNKNOWN,
  parked,
  settledByNothing,
  settledWithNothing,
  undoRefused,
  type Failure,
} from './ladder.ts';
import { lastUndo } from './progress.ts';
import type { OperationState, SagaState } from './state.ts';
import { subjectOf, type Subject } from './subject.ts';

type CalledBack = Extract<Report, { type: 'called_back' }>;

export function calledBack(
  definition: SagaDefinition,
  state: SagaState,
  { operation, answer }: CalledBack,
  context: Context,
): readonly SagaEvent[] {
  const subject = subjectOf(definition, state, operation, context);
  if (!subject) return [];
  switch (answer.type) {
    case 'succeeded':
      return succeeded(subject, answer.output);
    case 'refused':
      return refused(subject, answer);
    case 'turned_away':
      return turnedAway(subject, answer);
    case 'nothing_to_undo':
      return foundNothing(subject);
    default:
      return answer satisfies never;
  }
}

/**
 * What an answer or a probe says of an operation that a callback has settled meanwhile. Only what happened is news then, and that is heard
 * however it is told.
 */
export function toldLate(
  definition: SagaDefinition,
  state: SagaState,
  operation: CalledBack['operation'],
  answer: Answer | ProbeAnswer,
  context: Context,
): readonly SagaEvent[] {
  const { phase } = state.operations[operation] ?? {};
  if (answer.type === 'succeeded') return calledBack(definition, state, { type: 'called_back', operation, answer }, context);
  return answer.type === 'nothing_to_undo' && phase === 'parked'
    ? calledBack(definition, state, { type: 'called_back', operation, answer }, context)
    : [];
}

/** Of what is parked, too: then the participant was faster than the person. */
function succeeded(subject: Subject, output: Output): readonly SagaEvent[] {
  const { id, operation, direction } = subject;
  switch (operation.phase) {
    case 'calling':
    case 'waiting':
    case 'asking':
    case 'parked':
      return [{ type: 'OperationSucceeded', operation: id, output }];
    case 'refused':
    case 'unresolved':
    case 'resolved':
      return direction === 'do' ? succeededLate(subject, output) : [];
    case 'succeeded':
      return [];
    default:
      return operation satisfies never;
  }
}

/**
 * It was thought to have failed, and happened: it has to be undone, unless it is, also where the order goes on without it, or is completed.
 * Of a message it is noted, for the day on which the order is cancelled.
 */
function succeededLate({ id, step, state, operation }: Subject, output: Output): readonly SagaEvent[] {
  if (operation.late || !step.undo) return [];
  const late: SagaEvent = { type: 'OperationSucceededLate', operation: id, output };
  const undo = lastUndo(state, step);
  if (!undo) return [late];
  if (undo.operation.phase === 'succeeded' && !undo.operation.foundNothing) return [];
  const news = newsOf(undo.operation);
  return news ? [late, parked(undo.id, news)] : [late];
}

/** A person was told, or has decided, without knowing this. */
function newsOf(undo: OperationState): Failure | null {
  if (undo.phase === 'resolved') return HAPPENED_AFTER_SETTLING;
  return undo.phase === 'parked' && undo.foundNothing && undo.code === OUTCOME_UNKNOWN.code ? HAPPENED_AFTER_ALL : null;
}

/** Only what is still open can be refused: a failure never takes anything back. */
function refused(subject: Subject, answer: Extract<Answer, { type: 'refused' }>): readonly SagaEvent[] {
  const { operation, direction } = subject;
  if (!isOpen(operation) || (operation.phase === 'asking' && operation.because === 'refused')) return [];
  const doubt = doubtedRefusal(subject, answer);
  if (doubt) return [doubt];
  return direction === 'do' ? [failedForward(subject, 'OperationRefused', answer)] : undoRefused(subject, answer);
}

/** Which attempt it is about is not said, so it settles none of them. What is asked about already, or to be tried again, will be told anyway. */
function turnedAway(subject: Subject, answer: Extract<Answer, { type: 'turned_away' }>): readonly SagaEvent[] {
  const { operation } = subject;
  const isNews = operation.phase === 'calling' || (operation.phase === 'asking' && operation.because === 'accepted');
  return isNews ? [leaveInDoubt(subject, answer)] : [];
}

const isOpen = ({ phase }: OperationState): boolean => phase === 'calling' || phase === 'waiting' || phase === 'asking';

function foundNothing(subject: Subject): readonly SagaEvent[] {
  const { operation } = subject;
  if (operation.phase === 'parked') return settledByNothing(subject) ? [settledWithNothing(subject.id)] : [];
  // Found before, it is the same callback again, unless the second ask was accepted and this is its result.
  return isOpen(operation) && (!operation.foundNothing || operation.phase === 'asking') ? [nothingToUndo(subject)] : [];
}
