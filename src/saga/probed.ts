/** What the probe's answer means for the operation that was asked about. */

import { toldLate } from './called-back.ts';
import type { Context, Report } from './command.ts';
import type { Refused, SagaDefinition } from './definition.ts';
import type { SagaEvent } from './event.ts';
import { failedForward, nothingToUndo, probeAt, tryAgain, undoRefused, unresolved } from './ladder.ts';
import type { OperationState, SagaState } from './state.ts';
import { subjectIn, type Subject } from './subject.ts';

/** How often a probe that is not answered is asked about an operation whose result nobody promised. */
const UNANSWERED_PROBES = 3;

type Asked = Subject<OperationState & { readonly phase: 'asking' }>;

export function probed(
  definition: SagaDefinition,
  state: SagaState,
  { operation: id, answer }: Extract<Report, { type: 'probed' }>,
  context: Context,
): readonly SagaEvent[] {
  const subject = subjectIn('asking', definition, state, id, context);
  if (!subject) return toldLate(definition, state, id, answer, context);
  const { operation, until } = subject;
  const isPromised = operation.because === 'accepted';
  const nextAt = probeAt(subject, operation.probes + 1);
  switch (answer.type) {
    case 'succeeded':
      return [{ type: 'OperationSucceeded', operation: id, output: answer.output }];
    case 'refused':
      return refused(subject, answer);
    case 'nothing_to_undo':
      return [nothingToUndo(subject)];
    case 'running':
      return [askAgain(subject, nextAt) ?? unresolved(subject, operation)];
    case 'unanswered':
      return orNoAnswer(subject, askAgain(subject, isPromised ? nextAt : probeSoonAgain(subject)));
    case 'no_probe':
      return orNoAnswer(subject, askAgain(subject, isPromised && context.now < until ? until : null));
    case 'never_seen':
      return orNoAnswer(subject, operation.because === 'refused' ? null : callAgain(subject));
    default:
      return answer satisfies never;
  }
}

/** The probe never saw it. The participant's wish not to be called before some time still stands. */
function callAgain(subject: Asked): SagaEvent | null {
  const { operation, context } = subject;
  const { code, message, notBefore = context.now } = operation;
  return tryAgain(subject, { code, message, mayHaveHappened: true, retryAfterMs: Math.max(0, notBefore - context.now) });
}

/** A few times, and that also after the time of an undo is over: before a person is asked to look, the participant is. */
function probeSoonAgain(subject: Asked): number | null {
  const { probes } = subject.operation;
  if (probes + 1 >= UNANSWERED_PROBES) return null;
  return probeAt(subject, probes + 1, subject.direction === 'undo' ? Number.POSITIVE_INFINITY : subject.until);
}

/** Null where no result is waited for any more: an order on its way back undoes what it does not know. */
function askAgain({ id, direction, state }: Asked, askAt: number | null): SagaEvent | null {
  const isWanted = direction === 'undo' || !state.cause;
  return askAt !== null && isWanted ? { type: 'ProbeUnanswered', operation: id, askAt } : null;
}

/** Where there is nothing else to do, the probe has contradicted nothing: a refusal stands, and everything else stays unknown. */
function orNoAnswer(subject: Asked, event: SagaEvent | null): readonly SagaEvent[] {
  if (event) return [event];
  const { code, message, because } = subject.operation;
  return because === 'refused' ? refused(subject, { code, message }) : [unresolved(subject, { code, message })];
}

const refused = (subject: Asked, refusal: Refused): readonly SagaEvent[] =>
  subject.direction === 'undo' ? undoRefused(subject, refusal) : [failedForward(subject, 'OperationRefused', refusal)];
