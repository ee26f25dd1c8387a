/** Everything that is known of one order at the end: what its customer was told, what the coordinator says, what the services' ledgers say. */

import type { Told } from './customers.ts';
import type { HistoryEvent, OrderLedgers, OrderView } from './wire.ts';

export interface Outcome {
  readonly told: Told;
  /** Null: the coordinator knows no such order. */
  readonly view: OrderView | null;
  readonly history: readonly HistoryEvent[];
  readonly ledgers: OrderLedgers;
  /** The first time that anybody asked about it; until then it was left alone. */
  readonly firstLook: { readonly at: number; readonly view: OrderView | null };
}

const AT_REST: ReadonlySet<string> = new Set(['completed', 'compensated', 'needs_review']);

export const isAtRest = (view: OrderView | null): boolean => view !== null && AT_REST.has(view.saga_status);
