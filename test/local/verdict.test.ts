import { describe, expect, it } from 'vitest';
import { complaintsOf, exitStatus } from '../../src/local/demo/verdict.ts';
import { fateOf, HISTORY, outcomeOf, publishing } from './outcomes.ts';

const REVIEW = { items: [{ step: 'process_payment', operation: 'undo', outstanding: { kind: 'money', amount: '1299.99' } }] } as const;
const shipments = { live: 0, dispatched: 0, cancelled: 0, returned: 0 };
const money = { charged: '1299.99', refunded: '0.00', net: '1299.99' };

/** Each differs from what is expected in one thing. */
const WRONG: Readonly<Record<string, Parameters<typeof outcomeOf>[0]>> = {
  status: { view: { status: 'failed' } },
  'saga status': { view: { saga_status: 'compensated' } },
  reason: { view: { error: { code: 'card_declined' } } },
  'a second charge': { ledgers: { money: { charged: '2599.98', refunded: '0.00', net: '2599.98' } } },
  'a second charge, given back': { ledgers: { money: { charged: '2599.98', refunded: '1299.99', net: '1299.99' } } },
  'a charge that is missing': { ledgers: { money: { charged: '0', refunded: '0', net: '0' } } },
  'a cent too much': { ledgers: { money: { ...money, charged: '1300.00', net: '1300.00' } } },
  'a refund that should not be': { ledgers: { money: { charged: '1299.99', refunded: '1299.99', net: '0.00' } } },
  'stock taken twice': { ledgers: { stock: { 'LAPTOP-X1': { reserved: 2, released: 0, net: 2 } } } },
  'stock put back': { ledgers: { stock: { 'LAPTOP-X1': { reserved: 1, released: 1, net: 0 } } } },
  'stock of another item': {
    ledgers: { stock: { 'LAPTOP-X1': { reserved: 1, released: 0, net: 1 }, 'MOUSE-M2': { reserved: 1, released: 0, net: 1 } } },
  },
  'no stock': { ledgers: { stock: {} } },
  'two live shipments': { ledgers: { shipments: { ...shipments, live: 2 } } },
  'no live shipment': { ledgers: { shipments } },
  'a cancelled shipment beside the live one': { ledgers: { shipments: { ...shipments, live: 1, cancelled: 1 } } },
  'a message that is missing': { ledgers: { messages: [{ channel: 'email', template: 'order_confirmed' }] } },
  'something to settle by hand': { view: { review: { items: [...REVIEW.items] } } },
  'another order': { placed: [{ orderId: 'another', isReplayed: false }] },
  'an order that was there already': { placed: [{ orderId: 'an-order', isReplayed: true }] },
  'a history without its end': { history: HISTORY.slice(0, -1) },
};

describe('complaints', () => {
  it('are none where the order is as expected', () => {
    expect(complaintsOf(fateOf(), outcomeOf())).toEqual([]);
  });

  it.each(Object.entries(WRONG))('name exactly what is wrong: %s', (_name, wrong) => {
    expect(complaintsOf(fateOf(), outcomeOf(wrong))).toHaveLength(1);
  });

  it.each([
    { status: 'failed' },
    { errorCode: 'card_declined' },
    { money: 'none' },
    { money: 'refunded' },
    { stock: 'none' },
    { stock: 'put back' },
    { shipment: 'none' },
    { shipment: 'returned' },
    { messages: [] },
    { review: [{ step: 'process_payment', kind: 'money' }] },
  ] as const)('come of another expectation too: %o', (expected) => {
    expect(complaintsOf(fateOf(expected), outcomeOf())).toHaveLength(1);
  });

  it('hold a review to what is outstanding, to the cent', () => {
    const parked = outcomeOf({ view: { review: { items: [...REVIEW.items] } } });
    const review = (amount: string) => fateOf({ review: [{ step: 'process_payment', kind: 'money', amount }] });
    expect(complaintsOf(review('1299.99'), parked)).toEqual([]);
    expect(complaintsOf(review('1299.98'), parked)).toHaveLength(1);
  });

  it('hold the history to its order', () => {
    const [charged, done] = ['OperationSucceeded process_payment do', 'OrderCompleted'];
    expect(complaintsOf(fateOf({ history: [charged, done] }), outcomeOf())).toEqual([]);
    expect(complaintsOf(fateOf({ history: [done, charged] }), outcomeOf())).toEqual([
      `the history: "${charged}" does not come where it should`,
    ]);
  });

  it('hold what is published to its names and their order, where a fate says them', () => {
    const outcome = outcomeOf({ history: [...HISTORY, publishing('Event3'), publishing('Event4')] });
    expect(complaintsOf(fateOf({ published: ['Event3', 'Event4'] }), outcome)).toEqual([]);
    for (const published of [[], ['Event3'], ['Event4', 'Event3'], ['Event3', 'Event4', 'Event5']])
      expect(complaintsOf(fateOf({ published }), outcome)).toHaveLength(1);
  });

  it('say so where a fault never struck', () => {
    const fate = fateOf({}, { faults: [{ service: 'payment', route: '/charges', fault: { kind: 'lose_answer' } }] });
    const struck = { service: 'payment', route: '/charges', duplicate: false, fault: 'lose_answer' };
    expect(complaintsOf(fate, outcomeOf())).toEqual(['the fault "payment /charges lose_answer" never struck']);
    expect(complaintsOf(fate, outcomeOf({ ledgers: { calls: [struck] } }))).toEqual([]);
  });

  it('want one order of a request that is sent twice, and one replay', () => {
    const fate = fateOf({}, { copies: 2 });
    const placed = (isReplayed: boolean, orderId = 'an-order') => ({ orderId, isReplayed });
    expect(complaintsOf(fate, outcomeOf({ placed: [placed(true), placed(false)] }))).toEqual([]);
    expect(complaintsOf(fate, outcomeOf({ placed: [placed(false), placed(false)] }))).toHaveLength(1);
    expect(complaintsOf(fate, outcomeOf({ placed: [placed(false), placed(true, 'another')] }))).toHaveLength(1);
  });
});

describe('the exit status', () => {
  it('is 0 only where every order is as expected', () => {
    expect(exitStatus([{ complaints: [] }, { complaints: [] }])).toBe(0);
    expect(exitStatus([{ complaints: [] }, { complaints: ['the money'] }])).toBe(1);
  });

  it('is 1 where nothing was shown', () => {
    expect(exitStatus([])).toBe(1);
  });
});
