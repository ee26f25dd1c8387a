/**
 * What the edge asks of orders; what it answers with has the wire's own shapes, hence their spelling. Expected refusals come back as
 * values; whatever else goes wrong is thrown.
 */

import type { Callback } from '../saga/callback.ts';
import type { Refusal as Refused, ReportShipment } from '../saga/command.ts';
import type { Order } from '../saga/order.ts';
import type { Result } from '../saga/result.ts';
import type { NotConfigured } from './configuration.ts';
import type { JournalEntry } from './journal.ts';
import type { Stranded } from './stranded.ts';
import type { History, OrderStatus, OrderView } from './wire.ts';

export type { History, HistoryEvent, OrderError, OrderReview, OrderStatus, OrderView, ReviewItem } from './wire.ts';

/** What an order refuses: by what its saga decides, or because nothing can be decided for it now. */
export type Refusal = Refused | Stranded;

/** Of an order of which this deployment can't read anything. */
export type Unreadable = 'unreadable';

/** The journal itself, for those who show more of an order than the wire tells. */
export interface OrderJournal {
  /** As far as they can be read. */
  readonly entries: readonly JournalEntry[];
  /** Why this deployment can't take the order further; null where it can. */
  readonly stranded: Stranded | null;
}

/** An order's tenant is always the caller's own, or the one that an operator named: the edge has checked it. */
export interface OrdersPort {
  start(command: StartOrder): Promise<Result<Started, StartRefusal>>;
  view(tenant: string, orderId: string): Promise<OrderView | Unreadable | null>;
  status(tenant: string, orderId: string): Promise<OrderStatus | Unreadable | null>;
  /** What stands in the history after the event with this sequence number; 0 is the whole of it. */
  events(tenant: string, orderId: string, afterSeq: number): Promise<History | Unreadable | null>;
  /** The same as server-sent events while they happen, until the order is at rest for good; `over` where nothing is left to tell. */
  watch(tenant: string, orderId: string, afterSeq: number): Promise<ReadableStream<Uint8Array> | 'over' | Unreadable | null>;
  /** The journal itself, whole: for those who show more of an order than the wire tells. */
  journal(tenant: string, orderId: string): Promise<OrderJournal | null>;
  cancel(tenant: string, orderId: string, reason: string | null): Promise<Result<Cancelled, Refusal> | null>;
  approve(tenant: string, orderId: string, decision: ApprovalDecision): Promise<Result<OrderView, Refusal> | null>;
  review(tenant: string, orderId: string, review: ReviewAction): Promise<Result<OrderView, Refusal> | null>;
  /** What a participant says became of an operation. The same again answers the same and changes nothing. */
  callBack(tenant: string, orderId: string, callback: Callback): Promise<Result<OrderView, Refusal> | null>;
  reportShipment(tenant: string, orderId: string, report: ShipmentReport): Promise<Result<OrderView, Refusal> | null>;
  /** The view once the order is at rest, or when `waitMs` is over, whichever comes first. */
  whenAtRest(tenant: string, orderId: string, waitMs: number): Promise<OrderView | null>;
}

export interface StartOrder {
  readonly order: Order;
  readonly saga: string;
  readonly idempotencyKey: string | null;
  /** The order id that the key alone leads to; null without a key. Another than the order's where its client named the order. */
  readonly keyOrderId: string | null;
  readonly traceparent: string | null;
}

export interface Started {
  readonly view: OrderView;
  readonly replayed: boolean;
}

export type StartRefusal = Refusal | NotConfigured | { readonly reason: 'unknown_saga'; readonly saga: string };

export interface Cancelled {
  readonly view: OrderView;
  /** The order was cancelled and at rest before this request. */
  readonly already: boolean;
}

export interface ApprovalDecision {
  readonly decision: 'approve' | 'reject';
  readonly by: string;
  readonly note: string | null;
}

export interface ReviewAction {
  /** `resolve`: it was settled by hand. */
  readonly action: 'retry' | 'resolve';
  readonly step: string;
  readonly by: string;
  readonly note: string;
}

export type ShipmentReport = Omit<ReportShipment, 'type'>;
