/**
 * What the edge asks of orders, and the shapes that it answers with: the wire's own, hence their spelling. Expected refusals come back
 * as values; whatever else goes wrong is thrown.
 */

import type { Callback } from '../saga/callback.ts';
import type { Refusal as Refused, ReportShipment } from '../saga/command.ts';
import type { Outstanding } from '../saga/definition.ts';
import type { Order } from '../saga/order.ts';
import type { Result } from '../saga/result.ts';
import type { SagaStatus } from '../saga/status.ts';
import type { NotConfigured } from './configuration.ts';
import type { JournalEntry } from './journal.ts';
import type { Stranded } from './stranded.ts';

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

export interface OrderError {
  /** Null where it was no step: a cancellation, the deadline. */
  readonly step: string | null;
  readonly code: string;
  readonly message: string;
}

export interface OrderStatus {
  readonly order_id: string;
  readonly status: string;
  readonly saga_status: SagaStatus;
  readonly current_step: string | null;
  readonly completed_steps: readonly string[];
  readonly error: OrderError | null;
}

export interface OrderView extends OrderStatus {
  readonly tenant: string;
  readonly saga: string;
  readonly saga_version: number;
  readonly compensated_steps: readonly string[];
  readonly customer_id: string;
  readonly currency: string;
  readonly total: string;
  readonly items: readonly OrderViewItem[];
  readonly shipping_address: OrderViewAddress;
  readonly payment_method: string;
  readonly reservation_id: string | null;
  readonly payment_id: string | null;
  readonly shipment_id: string | null;
  readonly tracking_number: string | null;
  readonly review: OrderReview | null;
  /** W3C trace id, 32 hexadecimal digits: the caller's own where it sent a `traceparent`. */
  readonly trace_id: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly deadline_at: string;
  readonly links: OrderLinks;
}

export interface OrderViewItem {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unit_price: string;
}

export interface OrderViewAddress {
  readonly street: string;
  readonly city: string;
  readonly state: string;
  readonly postal_code: string;
  readonly country: string;
}

export interface OrderReview {
  readonly since: string;
  readonly items: readonly ReviewItem[];
}

export interface ReviewItem {
  readonly step: string;
  readonly operation: 'do' | 'undo';
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  /** `unknown`: the saga that could tell is not deployed; the reference is the idempotency key of the call. */
  readonly outstanding: Outstanding | { readonly kind: 'unknown'; readonly reference: string };
}

/** Absolute paths. Order ids need no escaping in them. */
export interface OrderLinks {
  readonly self: string;
  readonly status: string;
  readonly events: string;
  readonly cancel: string;
}

export interface HistoryEvent {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly step?: string;
  readonly data: unknown;
}

export interface History {
  readonly events: readonly HistoryEvent[];
  /** What to give as `after` to get what comes next. */
  readonly next_after: number;
}
