/** Outcomes as a run would find them: all is well, but for what a test says. */

import type { Answered, Told } from '../../../src/local/chaos/customers.ts';
import type { Outcome } from '../../../src/local/chaos/outcome.ts';
import type { PlannedOrder } from '../../../src/local/chaos/planned-order.ts';
import type { HistoryEvent, OrderLedgers, OrderView } from '../../../src/local/chaos/wire.ts';

const ORDER: PlannedOrder = {
  orderId: 'an-order',
  items: [
    { sku: 'MOUSE-M2', name: 'Mouse', quantity: 2, unit_price: '29.90' },
    { sku: 'CABLE-K4', name: 'Cable', quantity: 1, unit_price: '7.05' },
  ],
  faults: [],
  acts: [],
  isSentAgain: false,
};

export const TOTAL = '66.85';

const moves = (reserved: readonly [number, number], released: readonly [number, number]) => ({
  'MOUSE-M2': { reserved: reserved[0], released: released[0], net: reserved[0] - released[0] },
  'CABLE-K4': { reserved: reserved[1], released: released[1], net: reserved[1] - released[1] },
});

export const STOCK = {
  taken: moves([2, 1], [0, 0]),
  takenTwice: moves([4, 2], [0, 0]),
  back: moves([2, 1], [2, 1]),
  halfBack: moves([2, 1], [2, 0]),
};

export const MONEY = {
  none: { charged: '0', refunded: '0', net: '0', currency: null },
  charged: { charged: TOTAL, refunded: '0.00', net: TOTAL, currency: 'USD' },
  refunded: { charged: TOTAL, refunded: TOTAL, net: '0.00', currency: 'USD' },
};

export const SHIPMENTS = {
  none: { live: 0, dispatched: 0, cancelled: 0, returned: 0 },
  live: { live: 1, dispatched: 0, cancelled: 0, returned: 0 },
  cancelled: { live: 0, dispatched: 0, cancelled: 1, returned: 0 },
};

export const event = (at: number, type: string, more: Partial<HistoryEvent> = {}): HistoryEvent => ({
  seq: at + 1,
  at,
  type,
  step: '',
  ...more,
  data: { operation: '', code: '', ...more.data },
});

export const COMPLETED: readonly HistoryEvent[] = [event(0, 'OrderPlaced'), event(100, 'OrderCompleted')];
export const ROLLED_BACK: readonly HistoryEvent[] = [
  event(0, 'OrderPlaced'),
  event(100, 'RollbackStarted'),
  event(200, 'OrderCompensated'),
];

export interface Changes {
  readonly order?: Partial<PlannedOrder>;
  readonly told?: Partial<Told>;
  /** Null: the coordinator knows no such order. */
  readonly view?: Partial<OrderView> | null;
  readonly history?: readonly HistoryEvent[];
  readonly ledgers?: Partial<OrderLedgers>;
  readonly firstLook?: Outcome['firstLook'];
}

const view = (changes: Partial<OrderView>): OrderView => ({
  order_id: ORDER.orderId,
  status: 'completed',
  saga_status: 'completed',
  review: null,
  updated_at: 100,
  deadline_at: 1_000_000,
  ...changes,
});

export const answer = (status: Answered['status'], more: Partial<Answered> = {}): Answered => ({
  asked: 'place',
  status,
  from: 0,
  to: 10,
  ...more,
});

/** Completed, and charged, reserved and shipped as it should be. */
export function outcomeOf(changes: Changes = {}): Outcome {
  const seen = changes.view === null ? null : view(changes.view ?? {});
  return {
    told: {
      order: { ...ORDER, ...changes.order },
      answers: [answer(202)],
      isAccepted: true,
      isCancelTaken: false,
      decision: null,
      ...changes.told,
    },
    view: seen,
    history: changes.history ?? COMPLETED,
    ledgers: {
      money: MONEY.charged,
      stock: STOCK.taken,
      shipments: SHIPMENTS.live,
      messages: [
        { channel: 'email', template: 'order_confirmed' },
        { channel: 'push', template: 'order_confirmed' },
      ],
      duplicates: 0,
      calls: [],
      ...changes.ledgers,
    },
    firstLook: changes.firstLook ?? { at: 1_000, view: seen },
  };
}

const UNTOUCHED = { money: MONEY.none, stock: {}, shipments: SHIPMENTS.none, messages: [] };

/** Known to nobody: the request broke, and was never accepted. */
export const absent = (changes: Changes = {}): Outcome =>
  outcomeOf({
    ...changes,
    view: null,
    history: [],
    told: { answers: [answer('broken')], isAccepted: false, ...changes.told },
    ledgers: { ...UNTOUCHED, ...changes.ledgers },
  });

/** Everything was done, and is undone. */
export const rolledBack = (changes: Changes = {}): Outcome =>
  outcomeOf({
    history: ROLLED_BACK,
    ...changes,
    view: { status: 'failed', saga_status: 'compensated', ...changes.view },
    ledgers: { money: MONEY.refunded, stock: STOCK.back, shipments: SHIPMENTS.cancelled, ...changes.ledgers },
  });
