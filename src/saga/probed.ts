/** What the probe's answer means for the operation that was asked about. */

import type { Context, Report } from './command.ts';
import type { SagaDefinition } from './definition.ts';
import type { SagaEvent } from './event.ts';
import { nothingToUndo, probeAt, tryAgain, undoRefused, unresolved } from './ladder.ts';
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
  if (!subject) return [];
  const { operation, direction, until } = subject;
  const isPromised = operation.because === 'accepted';
  const nextAt = probeAt(subject, operation.probes + 1);
  switch (answer.type) {
    case 'succeeded':
      return [{ type: 'OperationSucceeded', operation: id, output: answer.output }];
    case 'refused':
      return direction === 'undo'
        ? undoRefused(subject, answer)
        : [{ type: 'OperationRefused', operation: id, code: answer.code, message: answer.message }];
    case 'nothing_to_undo':
      return [nothingToUndo(subject)];
    case 'running':
      return [askAgain(subject, nextAt) ?? unresolved(subject, operation)];
    case 'unanswered':
      return [askAgain(subject, isPromised || operation.probes + 1 < UNANSWERED_PROBES ? nextAt : null) ?? noAnswer(subject)];
    case 'no_probe':
      return [askAgain(subject, isPromised && context.now < until ? until : null) ?? noAnswer(subject)];
    case 'never_seen':
      return [(operation.because !== 'refused' && tryAgain(subject, { ...operation, mayHaveHappened: true })) || noAnswer(subject)];
    default:
      return answer satisfies never;
  }
}

/** Null where no result is waited for any more: an order on its way back undoes what it does not know. */
function askAgain({ id, direction, state }: Asked, askAt: number | null): SagaEvent | null {
  const isWanted = direction === 'undo' || !state.cause;
  return askAt !== null && isWanted ? { type: 'ProbeUnanswered', operation: id, askAt } : null;
}

/** The probe contradicts nothing: a refusal stands, and everything else stays unknown. */
function noAnswer(subject: Asked): SagaEvent {
  const { code, message, because } = subject.operation;
  return because === 'refused'
    ? { type: 'OperationRefused', operation: subject.id, code, message }
    : unresolved(subject, { code, message });
}
