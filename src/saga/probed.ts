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
      return [askAgain(subject, nextAt)];
    case 'unanswered':
      return [askAgain(subject, operation.accepted || operation.probes + 1 < UNANSWERED_PROBES ? nextAt : null)];
    case 'no_probe':
      return [askAgain(subject, operation.accepted && context.now < until ? until : null)];
    case 'never_seen':
      return [tryAgain(subject, { ...operation, mayHaveHappened: true }) ?? unresolved(subject, operation)];
    default:
      return answer satisfies never;
  }
}

/** A result is waited for only while somebody still wants it: an order on its way back undoes what it does not know. */
function askAgain(subject: Asked, askAt: number | null): SagaEvent {
  const isWanted = subject.direction === 'undo' || !subject.state.cause;
  return askAt !== null && isWanted ? { type: 'ProbeUnanswered', operation: subject.id, askAt } : unresolved(subject, subject.operation);
}
