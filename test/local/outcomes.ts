/** Fates and outcomes to compare: an order that ended as it had to, and ways to make it another. */

import type { Expected, Fate } from '../../src/local/demo/fate.ts';
import type { Outcome } from '../../src/local/demo/outcome.ts';
import { completed, laptop, ordinary } from '../../src/local/demo/ordinary.ts';
import type { HistoryEvent, OrderLedgers, OrderView } from '../../src/local/demo/wire.ts';

export const fateOf = (expected: Partial<Expected> = {}, more: Partial<Fate> = {}): Fate => ({
  ...ordinary,
  orderId: 'an-order',
  title: 'An order',
  world: 'All services work.',
  ...more,
  expected: { ...completed, ...expected },
});

const VIEW: OrderView = {
  order_id: 'an-order',
  status: 'completed',
  saga_status: 'completed',
  error: null,
  total: laptop.unit_price,
  currency: 'USD',
  items: [{ sku: laptop.sku, quantity: 1 }],
  review: null,
};

const LEDGERS: OrderLedgers = {
  money: { charged: '1299.99', refunded: '0.00', net: '1299.99' },
  stock: { [laptop.sku]: { reserved: 1, released: 0, net: 1 } },
  shipments: { live: 1, dispatched: 0, cancelled: 0, returned: 0 },
  messages: [
    { channel: 'push', template: 'order_confirmed' },
    { channel: 'email', template: 'order_confirmed' },
  ],
  calls: [{ service: 'payment', route: '/charges', duplicate: false, fault: null }],
};

export const HISTORY: readonly HistoryEvent[] = [
  { seq: 1, at: 1_000, type: 'OrderPlaced', step: '', data: { total: '1299.99', currency: 'USD' } },
  { seq: 2, at: 1_000, type: 'OperationStarted', step: 'process_payment', data: { operation: 'do', channel: '' } },
  { seq: 3, at: 1_012, type: 'OperationSucceeded', step: 'process_payment', data: { operation: 'do', channel: '', payment_id: 'pay_1' } },
  { seq: 4, at: 1_012, type: 'OrderCompleted', step: '', data: {} },
];

/** An event that others are told of by these names. */
export const publishing = (...names: string[]): HistoryEvent => ({
  seq: 5,
  at: 1_020,
  type: 'OrderCompleted',
  step: '',
  data: { domain_events: names },
});

/** The completed order, but for what is given. */
export const outcomeOf = (
  more: Partial<Omit<Outcome, 'view' | 'ledgers'>> & { readonly view?: Partial<OrderView>; readonly ledgers?: Partial<OrderLedgers> } = {},
): Outcome => ({
  placed: more.placed ?? [{ orderId: 'an-order', isReplayed: false }],
  history: more.history ?? HISTORY,
  view: { ...VIEW, ...more.view },
  ledgers: { ...LEDGERS, ...more.ledgers },
});
