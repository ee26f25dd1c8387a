/** What can be asked of an order, and how it is refused. */

import type { Answer, ProbeAnswer } from './answer.ts';
import type { Participant } from './definition.ts';
import type { ShipmentStage } from './event.ts';
import type { Direction, OperationId } from './operation.ts';
import type { Order, Settings } from './order.ts';
import type { Backward, Forward } from './progress.ts';
import type { OrderStatus } from './status.ts';

export interface Place {
  readonly type: 'place';
  readonly saga: string;
  readonly order: Order;
  readonly settings: Settings;
  readonly idempotencyKey: string | null;
  readonly traceId: string;
}

export interface Approve {
  readonly type: 'approve';
  readonly decision: 'approve' | 'reject';
  readonly by: string;
  readonly note: string | null;
}

/** A person's action on everything of this step that is parked. */
export interface Review {
  /** `resolve`: it was settled by hand. */
  readonly type: 'retry' | 'resolve';
  readonly step: string;
  readonly by: string;
  readonly note: string;
}

export type CallbackAnswer = Extract<Answer, { type: 'succeeded' | 'refused' | 'turned_away' | 'nothing_to_undo' }>;

/** A carrier's word on the order's parcel. */
export interface ReportShipment {
  readonly type: 'report_shipment';
  readonly report: ShipmentStage;
  readonly trackingNumber: string | null;
  readonly occurredAt: number;
}

/** What comes back from the world about an operation. Stale reports are taken and change nothing. */
export type Report =
  | { readonly type: 'answered'; readonly operation: OperationId; readonly attempt: number; readonly answer: Answer }
  | { readonly type: 'probed'; readonly operation: OperationId; readonly answer: ProbeAnswer }
  /** The participant tells by itself what became of an operation. */
  | { readonly type: 'called_back'; readonly operation: OperationId; readonly answer: CallbackAnswer }
  /** The call was under way when the process that made it went away: nobody will hear its answer. */
  | { readonly type: 'interrupted'; readonly operation: OperationId };

export type Command =
  | Place
  | Approve
  | Review
  | Report
  | ReportShipment
  | { readonly type: 'cancel'; readonly reason: string | null }
  /** What tells who the customer is shall go. */
  | { readonly type: 'erase' }
  /** Time has passed. Never harmful: early, late or twice. */
  | { readonly type: 'tick' }
  /** A queue message about this step has arrived. */
  | { readonly type: 'deliver'; readonly step: string; readonly direction: Direction }
  /** A queue gave its message up. */
  | { readonly type: 'give_up'; readonly step: string; readonly direction: Direction };

export type Refusal =
  | { readonly reason: 'order_exists' }
  | { readonly reason: 'idempotency_key_reused' }
  | { readonly reason: 'cannot_cancel'; readonly status: OrderStatus }
  | { readonly reason: 'not_waiting' }
  /** It is under way, or a person has to settle something: its personal data is still needed. */
  | { readonly reason: 'not_at_rest' }
  /** Its personal data is erased: it can be neither compared nor undone any more. */
  | { readonly reason: 'erased' }
  | { readonly reason: 'already_decided'; readonly decision: 'approve' | 'reject' }
  /** The key is of no operation of this order and step. */
  | { readonly reason: 'wrong_key'; readonly step: string }
  /** A success without what the step needs. */
  | { readonly reason: 'unreadable_output'; readonly step: string }
  | { readonly reason: 'wrong_tracking_number' }
  /** There is no parcel yet that a carrier could report on. */
  | { readonly reason: 'not_completed'; readonly status: OrderStatus }
  /** `stands`: where the step stands instead; null where the saga has no such step. */
  | { readonly reason: 'not_in_review'; readonly step: string; readonly stands: Forward | Backward | null };

/** What a participant is declared to do. The careful value stands where nothing is declared. */
export interface Capabilities {
  /** It refuses an operation that arrives after its undo. */
  readonly fences: boolean;
  /** For how long it remembers a key, before scaling. */
  readonly keyLifetimeMs: number;
}

export interface Context {
  readonly now: number;
  /** A random number in [0, 1), new at each call. */
  readonly random: () => number;
  readonly capabilities: (participant: Participant) => Capabilities;
}
