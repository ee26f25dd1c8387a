/** Where an order stands: the fold of its events. Nothing is in here that can be derived. */

import type { Output } from './definition.ts';
import type { Cause, ShipmentStage } from './event.ts';
import type { OperationId } from './operation.ts';
import type { Order, Settings } from './order.ts';

interface Begun {
  readonly startedAt: number;
  /** Attempts begun so far. */
  readonly attempt: number;
  /** What its time and its attempts count from: its start, or a person's retry. An outage of our own moves it on. */
  readonly budget: { readonly from: number; readonly attemptsBefore: number };
  /** An attempt went unanswered: whatever is refused from now on, it may have happened. */
  readonly inDoubt: boolean;
  /** Undo only: the last that was answered is that there is nothing to undo. */
  readonly foundNothing: boolean;
  /** Forward only: what it gave, where it had failed, or was settled by hand, and happened after all. No body that was sent before may change by it. */
  readonly late?: Output;
}

interface Failed {
  readonly code: string;
  readonly message: string;
}

export type OperationState = Begun &
  (
    | { readonly phase: 'calling'; readonly calledAt: number }
    /** The next attempt is owed at `at`. */
    | ({ readonly phase: 'waiting'; readonly at: number } & Failed)
    /** The probe is owed at `at`. */
    | ({
        readonly phase: 'asking';
        readonly at: number;
        readonly probes: number;
        readonly because: 'accepted' | 'doubted' | 'refused';
        /** The participant asked not to be called until then. */
        readonly notBefore?: number;
      } & Failed)
    | { readonly phase: 'succeeded'; readonly output: Output }
    | ({ readonly phase: 'refused' } & Failed)
    | ({ readonly phase: 'unresolved' } & Failed)
    | ({ readonly phase: 'parked'; readonly since: number } & Failed)
    /** A person says that it was settled by hand: as good as done, and as good as undone. */
    | { readonly phase: 'resolved' }
  );

export interface Approval {
  readonly step: string;
  /** Null: the order's deadline alone ends the wait. */
  readonly until: number | null;
  readonly decision: 'approve' | 'reject' | null;
  /** Nobody decided in time: the decision is what the definition says of that. */
  readonly isLate: boolean;
}

export interface Delay {
  readonly step: string;
  readonly until: number;
  readonly isOver: boolean;
}

export type Ending = 'completed' | 'compensated' | 'needs_review';

export interface SagaState {
  readonly saga: string;
  readonly version: number;
  readonly order: Order;
  readonly settings: Settings;
  readonly idempotencyKey: string | null;
  readonly traceId: string;
  readonly placedAt: number;
  readonly updatedAt: number;
  readonly deadlineAt: number;
  /** What turned the order back; null while it goes forward. Once set it stays. */
  readonly cause: Cause | null;
  readonly operations: Readonly<Record<OperationId, OperationState>>;
  readonly skipped: readonly string[];
  /** In the order in which they were asked for; only the last can be undecided. */
  readonly approvals: readonly Approval[];
  readonly delays: readonly Delay[];
  /** The furthest that a carrier has reported; `told`: and that was told, since the order had not turned back yet. */
  readonly shipment: { readonly stage: ShipmentStage; readonly told: ShipmentStage | null; readonly trackingNumber: string | null } | null;
  /** Null while the order is under way. */
  readonly ending: Ending | null;
  readonly endedAt: number | null;
  /** Where it last came to rest by itself. That stands for its customer, though it is taken up again to be undone. */
  readonly formerEnding: Exclude<Ending, 'needs_review'> | null;
  /** Of its personal data; null: it is all there. `due`: it was erased, and the order has come to rest anew since. */
  readonly erasure: 'done' | 'due' | null;
}
