/** An order of the harness: what is bought, what goes wrong with it, and what people do to it. Fixed before it is placed. */

import type { FaultSetting } from '../../participants/simulated/faults.ts';
import { formatMoney, parseMoney } from '../../saga/money.ts';
import type { ParticipantName } from '../../saga/definition.ts';
import type { Item } from '../requests.ts';

export const CURRENCY = 'USD';

export type Fault = FaultSetting['fault'];

/** Faults of one route strike in their order. */
export interface PlannedFault {
  readonly service: ParticipantName;
  readonly route: string;
  /** Null: for ever. */
  readonly times: number | null;
  readonly fault: Fault;
}

export const on = ({ service, route }: Pick<PlannedFault, 'service' | 'route'>, times: number | null, fault: Fault): PlannedFault => ({
  service,
  route,
  times,
  fault,
});

/** Counted from the moment the order was accepted; with `once`, from the first call of that route for it. */
export type Act = { readonly afterMs: number } & (
  | { readonly type: 'cancel'; readonly once?: string }
  | { readonly type: 'decide'; readonly decision: 'approve' | 'reject' }
  /** The carrier picks the parcel up, if there is one by then. */
  | { readonly type: 'dispatch' }
);

export interface PlannedOrder {
  readonly orderId: string;
  readonly items: readonly Item[];
  readonly faults: readonly PlannedFault[];
  readonly acts: readonly Act[];
  /** Its customer sends the request again where it broke. Others never learn what became of it. */
  readonly isSentAgain: boolean;
}

/** As a decimal string, like the wire's. */
export function totalOf({ items }: Pick<PlannedOrder, 'items'>): string {
  const minor = items.map(({ unit_price, quantity }) => {
    const price = parseMoney(unit_price, CURRENCY);
    if (!price.ok) throw new Error(`${unit_price} is not an amount`);
    return price.value * quantity;
  });
  return formatMoney(
    minor.reduce((sum, amount) => sum + amount, 0),
    CURRENCY,
  );
}
