/** What happened to an order, as it stands in the journal. Past tense, facts only; the state is a fold over these. */

import type { Output, Refused } from './definition.ts';
import type { OperationId } from './operation.ts';
import type { Order, Settings } from './order.ts';

/** Why an order turned back, and what its customer will be told once it is at rest. */
export interface Cause {
  readonly status: 'failed' | 'cancelled';
  readonly step: string | null;
  readonly code: string;
  readonly message: string;
}

/** In their natural order. */
export type ShipmentStage = 'shipped' | 'delivered' | 'returned';

interface OfOperation {
  readonly operation: OperationId;
}

interface Failure extends OfOperation {
  readonly code: string;
  readonly message: string;
}

interface Review extends OfOperation {
  readonly by: string;
  readonly note: string;
  /** An order that goes forward has its time anew from here. */
  readonly deadlineAt: number;
}

export type SagaEvent =
  | {
      readonly type: 'OrderPlaced';
      readonly saga: string;
      readonly version: number;
      readonly order: Order;
      readonly settings: Settings;
      readonly deadlineAt: number;
      readonly idempotencyKey: string | null;
      /** W3C trace id: 32 hexadecimal digits. */
      readonly traceId: string;
    }
  /** From here on the operation may have had its effect. */
  | ({ readonly type: 'OperationStarted' } & OfOperation)
  | ({ readonly type: 'AttemptFailed'; readonly attempt: number; readonly retryAt: number; readonly mayHaveHappened: boolean } & Failure)
  /** The process that made the call went away: nobody will hear its answer. */
  | ({ readonly type: 'AttemptInterrupted'; readonly attempt: number } & OfOperation)
  | ({ readonly type: 'AttemptStarted'; readonly attempt: number } & OfOperation)
  /** The participant answered 202: the result comes later. */
  | ({ readonly type: 'OperationAccepted'; readonly askAt: number } & OfOperation)
  /**
   * Nobody knows whether it happened, so the probe is asked: the attempts are spent, or (`refused`) one was refused after another
   * went unanswered, and that other may have happened all the same. `notBefore`: the participant asked not to be called until then.
   */
  | ({ readonly type: 'OperationDoubted'; readonly askAt: number; readonly refused: boolean; readonly notBefore?: number } & Failure)
  | ({ readonly type: 'ProbeUnanswered'; readonly askAt: number } & OfOperation)
  /** Forward: done. Back: undone, or (`nothingToUndo`) settled with nothing to undo. */
  | ({ readonly type: 'OperationSucceeded'; readonly output: Output; readonly nothingToUndo?: true } & OfOperation)
  /** A call that was refused, given up or settled by hand has happened after all. An order that had turned back has to undo it. */
  | ({ readonly type: 'OperationSucceededLate'; readonly output: Output } & OfOperation)
  /** It did not happen, and never will. */
  | ({ readonly type: 'OperationRefused' } & OfOperation & Refused)
  /** Likewise, but for a reason of our own (credentials, a key, a call too late): nobody's customer was refused anything. */
  | ({ readonly type: 'OperationTurnedAway' } & Failure)
  /** It may have happened: it counts as something to undo. */
  | ({ readonly type: 'OperationUnresolved' } & Failure)
  /** There was nothing to undo, but the undone operation may yet arrive: the undo is asked once more later. */
  | ({ readonly type: 'NothingToUndoYet'; readonly attempt: number; readonly retryAt: number } & OfOperation)
  /** Only a person can settle it. */
  | ({ readonly type: 'OperationParked' } & Failure)
  /** A person has it tried again, with the same key and a budget of its own. */
  | ({ readonly type: 'OperationRetried' } & Review)
  /** A person says that it was settled by hand. */
  | ({ readonly type: 'OperationResolved' } & Review)
  | { readonly type: 'StepSkipped'; readonly step: string }
  | { readonly type: 'DelayStarted'; readonly step: string; readonly until: number }
  | { readonly type: 'DelayEnded'; readonly step: string }
  /** `until`: null where the order's deadline alone ends the wait. */
  | { readonly type: 'ApprovalRequested'; readonly step: string; readonly until: number | null }
  /** Nobody decided in time. */
  | { readonly type: 'ApprovalTimedOut'; readonly step: string; readonly decision: 'approve' | 'reject' }
  | {
      readonly type: 'ApprovalDecided';
      readonly step: string;
      readonly decision: 'approve' | 'reject';
      readonly by: string;
      readonly note: string | null;
    }
  /** A carrier's word on the parcel. `movesStatus` is false where the order had turned back: it is noted, and no more. */
  | {
      readonly type: 'ShipmentReported';
      readonly report: ShipmentStage;
      readonly trackingNumber: string | null;
      readonly occurredAt: number;
      readonly movesStatus: boolean;
    }
  /** The order's direction is back from here on, and never forward again. */
  | { readonly type: 'RollbackStarted'; readonly cause: Cause }
  | { readonly type: 'OrderCompleted' }
  | { readonly type: 'OrderCompensated' }
  | { readonly type: 'ReviewRequested' }
  /** From here on nothing in this journal tells who the customer is. */
  | { readonly type: 'OrderErased' };
