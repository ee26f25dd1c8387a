/** What a demonstrated order is made of: the world it meets, what people do to it, and how it has to end. */

import type { Item } from '../requests.ts';
import type { ServiceFault } from './api.ts';

/** A fault as a fate names it: its order is the fate's own. */
export type FateFault = Omit<ServiceFault, 'order_id'>;

/** An event of the history: its type and, where it is of an operation, the step, `do` or `undo`, and the channel if there is one. */
export type Fact = string;

export type Act = { readonly once: Fact } & (
  | { readonly type: 'cancel'; readonly reason: string }
  | { readonly type: 'decide'; readonly decision: 'approve' | 'reject'; readonly by: string; readonly note: string }
  | { readonly type: 'review'; readonly action: 'retry' | 'resolve'; readonly step: string; readonly by: string; readonly note: string }
  | { readonly type: 'dispatch' }
);

export interface Expected {
  readonly status: string;
  readonly sagaStatus: string;
  /** The code of what turned the order back; null where nothing did. */
  readonly errorCode: string | null;
  /** `charged`: exactly the order's total, once. `refunded`: charged and all of it given back. */
  readonly money: 'none' | 'charged' | 'refunded';
  /** Of every item, exactly the ordered quantity. */
  readonly stock: 'none' | 'taken' | 'put back';
  readonly shipment: 'none' | 'live' | 'cancelled' | 'returned';
  /** Each as channel and template, in any order. */
  readonly messages: readonly string[];
  /** What a person is told to settle; none where no one is needed. */
  readonly review: readonly { readonly step: string; readonly kind: string; readonly amount?: string; readonly currency?: string }[];
  /** These happened, in this order; others may lie between. */
  readonly history: readonly Fact[];
  /** Exactly these domain events were published, in this order. Without: whatever they are. */
  readonly published?: readonly string[];
}

export interface Fate {
  readonly orderId: string;
  readonly saga: string;
  readonly title: string;
  /** What is done to the world first, or what somebody is going to do, for a reader. */
  readonly world: string;
  readonly items: readonly Item[];
  readonly stock?: { readonly sku: string; readonly level: number };
  readonly faults: readonly FateFault[];
  readonly acts: readonly Act[];
  /** How often the same request is sent, all at once. */
  readonly copies: number;
  readonly expected: Expected;
}
