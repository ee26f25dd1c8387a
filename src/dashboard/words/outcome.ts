/** What became of a call, a pause or a wait, in words. `null` where there is nothing to say yet. */

import type { SagaEvent } from '../../saga/event.ts';
import { operationParts } from '../../saga/operation.ts';

export interface Outcome {
  readonly text: string;
  /** The participant's own code and message, or the reason that a person gave. */
  readonly reason: { readonly code: string; readonly message: string } | null;
  readonly isGood: boolean;
}

const said = (text: string, isGood: boolean, reason: Outcome['reason'] = null): Outcome => ({ text, reason, isGood });

const failed = (text: string, { code, message }: { code: string; message: string }): Outcome => said(text, false, { code, message });

export function outcomeOf(end: SagaEvent | null): Outcome | null {
  switch (end?.type) {
    case 'OperationSucceeded':
      return said(succeeded(end), true);
    case 'OperationSucceededLate':
      return said('Happened after all', false);
    case 'OperationRefused':
      return failed('Refused', end);
    case 'OperationTurnedAway':
      return failed('Turned away, for a reason of our own', end);
    case 'OperationUnresolved':
      return failed('Nobody knows whether it happened: it counts as something to undo', end);
    case 'OperationParked':
      return failed('Left to a person', end);
    case 'AttemptFailed':
      return failed(end.mayHaveHappened ? 'No usable answer: it may have happened' : 'Not taken up', end);
    case 'AttemptInterrupted':
      return said('The coordinator was interrupted: it may have happened', false);
    case 'OperationAccepted':
      return said('Accepted: the result comes later', true);
    case 'OperationDoubted':
      return failed('Unclear: it is asked what became of it', end);
    case 'ProbeUnanswered':
      return said('Not known yet', false);
    case 'NothingToUndoYet':
      return said('Nothing there to undo yet: asked once more later', false);
    case 'OperationRetried':
      return said(`Tried again, by ${end.by}: ${end.note}`, true);
    case 'OperationResolved':
      return said(`Settled by hand, by ${end.by}: ${end.note}`, true);
    case 'ApprovalDecided':
      return said(
        `${end.decision === 'approve' ? 'Approved' : 'Rejected'} by ${end.by}${end.note ? `: ${end.note}` : ''}`,
        end.decision === 'approve',
      );
    case 'ApprovalTimedOut':
      return said(`Nobody decided in time: ${end.decision === 'approve' ? 'approved' : 'rejected'}`, end.decision === 'approve');
    case 'DelayEnded':
      return said('Over', true);
    case 'RollbackStarted':
      return failed('Not waited for any more', end.cause);
    case undefined:
    case 'OperationStarted':
    case 'AttemptStarted':
    case 'OrderPlaced':
    case 'StepSkipped':
    case 'DelayStarted':
    case 'ApprovalRequested':
    case 'ShipmentReported':
    case 'OrderCompleted':
    case 'OrderCompensated':
    case 'ReviewRequested':
    case 'OrderErased':
      return null;
    default:
      return end satisfies never;
  }
}

function succeeded({ operation, nothingToUndo, output }: Extract<SagaEvent, { type: 'OperationSucceeded' }>): string {
  if (nothingToUndo) return 'There was nothing to undo';
  const given = Object.values(output).join(', ');
  const done = operationParts(operation).direction === 'undo' ? 'Undone' : 'Done';
  return given === '' ? done : `${done}: ${given}`;
}
