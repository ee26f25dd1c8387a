/** What a participant's answer means for its operation. An answer to an attempt that is not the one under way changes nothing. */

import type { Answer } from './answer.ts';
import { toldLate } from './called-back.ts';
import type { Context, Report } from './command.ts';
import type { SagaDefinition } from './definition.ts';
import type { SagaEvent } from './event.ts';
import { doubtedRefusal, failedForward, leaveInDoubt, nothingToUndo, parked, probeAt, tryAgain, undoRefused } from './ladder.ts';
import type { SagaState } from './state.ts';
import { subjectIn, type Subject } from './subject.ts';

export function answered(
  definition: SagaDefinition,
  state: SagaState,
  { operation, attempt, answer }: Extract<Report, { type: 'answered' }>,
  context: Context,
): readonly SagaEvent[] {
  const subject = subjectIn('calling', definition, state, operation, context);
  if (state.operations[operation]?.attempt !== attempt) return [];
  if (!subject) return toldLate(definition, state, operation, answer, context);
  return subject.direction === 'do' ? callAnswered(subject, answer) : undoAnswered(subject, answer);
}

function callAnswered(subject: Subject, answer: Answer): readonly SagaEvent[] {
  const { id, operation } = subject;
  switch (answer.type) {
    case 'succeeded':
      return [{ type: 'OperationSucceeded', operation: id, output: answer.output }];
    case 'refused':
      return [doubtedRefusal(subject, answer) ?? failedForward(subject, 'OperationRefused', answer)];
    case 'turned_away':
      return [operation.inDoubt ? leaveInDoubt(subject, answer) : failedForward(subject, 'OperationTurnedAway', answer)];
    case 'accepted':
      return [accepted(subject)];
    case 'unanswered':
      return [tryAgain(subject, answer) ?? leaveInDoubt(subject, answer)];
    case 'nothing_to_undo':
      throw new Error(`${id} is not an undo, but was answered as one`);
    default:
      return answer satisfies never;
  }
}

function undoAnswered(subject: Subject, answer: Answer): readonly SagaEvent[] {
  const { id, operation } = subject;
  switch (answer.type) {
    case 'succeeded':
      return [{ type: 'OperationSucceeded', operation: id, output: answer.output }];
    case 'nothing_to_undo':
      return [nothingToUndo(subject)];
    case 'refused': {
      const doubt = doubtedRefusal(subject, answer);
      return doubt ? [doubt] : undoRefused(subject, answer);
    }
    case 'turned_away':
      return [operation.inDoubt ? leaveInDoubt(subject, answer) : parked(id, answer)];
    case 'accepted':
      return [accepted(subject)];
    case 'unanswered':
      return [tryAgain(subject, answer) ?? leaveInDoubt(subject, answer)];
    default:
      return answer satisfies never;
  }
}

const accepted = (subject: Subject): SagaEvent => ({
  type: 'OperationAccepted',
  operation: subject.id,
  askAt: probeAt(subject, 1) ?? subject.until,
});
