import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/local/chaos/outcome.ts';
import { violationsOf } from '../../../src/local/chaos/verdict.ts';
import type { ReviewItem } from '../../../src/local/chaos/wire.ts';
import { absent, event, MONEY, outcomeOf, ROLLED_BACK, rolledBack, SHIPMENTS, STOCK, TOTAL, type Changes } from './outcomes.ts';

const undo = (step: string, outstanding: ReviewItem['outstanding']): ReviewItem => ({ step, operation: 'undo', outstanding });

const REFUND = undo('process_payment', { kind: 'money', amount: TOTAL, currency: 'USD', reference: 'pay_1' });
const RELEASE = undo('reserve_inventory', {
  kind: 'stock',
  items: [
    { sku: 'CABLE-K4', quantity: 1 },
    { sku: 'MOUSE-M2', quantity: 2 },
  ],
});

const inReview = (items: readonly ReviewItem[], changes: Changes = {}): Outcome =>
  rolledBack({ ...changes, view: { status: 'needs_review', saga_status: 'needs_review', review: { items: [...items] } } });

const doubted = (operation: string) => event(150, 'OperationDoubted', { step: 'process_payment', data: { operation, code: 'timed_out' } });

/** Nothing is wrong with any of these. */
const RIGHT: Readonly<Record<string, Outcome>> = {
  'a completed order': outcomeOf(),
  'one rolled back': rolledBack(),
  'one rolled back before anything was done': rolledBack({ ledgers: { money: MONEY.none, stock: {}, shipments: SHIPMENTS.none } }),
  'one that was never accepted': absent(),
  'one that exists though nobody was told so': outcomeOf({ told: { isAccepted: false } }),
  'one whose refund a person has to make': inReview([REFUND], { ledgers: { money: MONEY.charged } }),
  'one whose stock a person has to put back': inReview([RELEASE], { ledgers: { stock: STOCK.taken } }),
  'one whose charge nobody knows of, and that was not made': inReview([REFUND], {
    history: [...ROLLED_BACK, event(150, 'OperationUnresolved', { step: 'process_payment' })],
    ledgers: { money: MONEY.none },
  }),
  'one whose refund nobody heard of, and that was made': inReview([REFUND], {
    history: [...ROLLED_BACK, doubted('undo')],
  }),
  'one that was cancelled as it was completed': rolledBack({ told: { isCancelTaken: true } }),
};

/** Each differs from a right one in one thing. */
const WRONG: Readonly<Record<string, Outcome>> = {
  'charged twice': outcomeOf({ ledgers: { money: { charged: '133.70', refunded: '0.00', net: '133.70', currency: 'USD' } } }),
  'charged twice and refunded once': outcomeOf({ ledgers: { money: { charged: '133.70', refunded: TOTAL, net: TOTAL, currency: 'USD' } } }),
  'charged a cent too little': outcomeOf({ ledgers: { money: { charged: '66.84', refunded: '0.00', net: '66.84', currency: 'USD' } } }),
  'not charged': outcomeOf({ ledgers: { money: MONEY.none } }),
  'completed and refunded': outcomeOf({ ledgers: { money: MONEY.refunded } }),
  'reserved twice': outcomeOf({ ledgers: { stock: STOCK.takenTwice } }),
  'not reserved': outcomeOf({ ledgers: { stock: {} } }),
  'completed and put back': outcomeOf({ ledgers: { stock: STOCK.back } }),
  'shipped twice': outcomeOf({ ledgers: { shipments: { ...SHIPMENTS.live, live: 2 } } }),
  'not shipped': outcomeOf({ ledgers: { shipments: SHIPMENTS.none } }),
  'shipped, cancelled and shipped again': outcomeOf({ ledgers: { shipments: { ...SHIPMENTS.live, cancelled: 1 } } }),
  'told twice': outcomeOf({
    ledgers: {
      messages: [
        { channel: 'email', template: 'order_confirmed' },
        { channel: 'email', template: 'order_confirmed' },
      ],
    },
  }),
  'cancelled and completed all the same': outcomeOf({ told: { isCancelTaken: true } }),
  'rejected and completed all the same': outcomeOf({ told: { decision: 'reject' } }),
  'refunded twice': rolledBack({ ledgers: { money: { charged: TOTAL, refunded: '133.70', net: '-66.85', currency: 'USD' } } }),
  'charged and refunded twice': rolledBack({ ledgers: { money: { charged: '133.70', refunded: '133.70', net: '0.00', currency: 'USD' } } }),
  'rolled back and not refunded': rolledBack({ ledgers: { money: MONEY.charged } }),
  'stock held': rolledBack({ ledgers: { stock: STOCK.taken } }),
  'some of the stock held': rolledBack({ ledgers: { stock: STOCK.halfBack } }),
  'a shipment still on its way': rolledBack({ ledgers: { shipments: SHIPMENTS.live } }),
  'accepted and lost': absent({ told: { isAccepted: true } }),
  'charged for an order that does not exist': absent({ ledgers: { money: MONEY.charged } }),
  asleep: outcomeOf({ view: { status: 'processing', saga_status: 'running' } }),
  'at rest, and not any more': rolledBack({ firstLook: { at: 1_000, view: outcomeOf().view } }),
  'in review for nothing': inReview([]),
  'in review, and refunded': inReview([REFUND]),
  'in review and refunded, where only the charge was in doubt for a while': inReview([REFUND], {
    history: [...ROLLED_BACK, doubted('do')],
  }),
  'in review for the money, and the stock is held too': inReview([REFUND], { ledgers: { money: MONEY.charged, stock: STOCK.taken } }),
  'in review for another amount': inReview([undo('process_payment', { ...REFUND.outstanding, amount: '66.84' })], {
    ledgers: { money: MONEY.charged },
  }),
  'in review for less stock than is held': inReview(
    [undo('reserve_inventory', { kind: 'stock', items: [{ sku: 'MOUSE-M2', quantity: 2 }] })],
    {
      ledgers: { stock: STOCK.taken },
    },
  ),
};

describe('the verdict', () => {
  it.each(Object.entries(RIGHT))('has nothing to say against %s', (_name, outcome) => {
    expect(violationsOf(outcome)).toEqual([]);
  });

  it.each(Object.entries(WRONG))('catches what is wrong: %s', (_name, outcome) => {
    expect(violationsOf(outcome)).toHaveLength(1);
  });

  describe('of an order that was not at rest when it was first looked at', () => {
    const LOOKED_AT = 30_000;
    const seen = (deadlineAt: number) => outcomeOf({ view: { saga_status: 'compensating', deadline_at: deadlineAt } }).view;
    const after = (events: Outcome['history'], deadlineAt = 1_000_000) =>
      rolledBack({ firstLook: { at: LOOKED_AT, view: seen(deadlineAt) }, history: [event(0, 'OrderPlaced'), ...events] });

    it('catches a sleep that only the look ended', () => {
      expect(violationsOf(after([event(100, 'RollbackStarted'), event(30_050, 'OrderCompensated')]))).toEqual([
        'it slept for 29900 ms, until somebody asked about it',
      ]);
    });

    it('lets it go on in its own time', () => {
      expect(violationsOf(after([event(28_000, 'RollbackStarted'), event(30_050, 'OrderCompensated')]))).toEqual([]);
      expect(violationsOf(after([event(100, 'RollbackStarted'), event(40_000, 'OrderCompensated')]))).toEqual([]);
    });

    const overdue = [
      event(100, 'ApprovalRequested'),
      event(30_050, 'RollbackStarted', { data: { operation: '', code: 'approval_timed_out' } }),
      event(30_060, 'OrderCompensated'),
    ];

    it.each([28_000, 30_040])('lets its deadline come, at %i', (deadlineAt) => {
      expect(violationsOf(after(overdue, deadlineAt))).toEqual([]);
    });

    it.each([101, 27_999])('catches that it slept through its deadline, at %i', (deadlineAt) => {
      expect(violationsOf(after(overdue, deadlineAt))).toHaveLength(1);
    });

    const settling = (retryAt: number) => [
      event(12_000, 'NothingToUndoYet', { data: { operation: 'undo', code: '', retry_at: retryAt } }),
      event(30_050, 'OrderCompensated'),
    ];

    it.each([28_000, 30_040])('lets a pause end that it had planned, at %i', (retryAt) => {
      expect(violationsOf(after(settling(retryAt)))).toEqual([]);
    });

    it.each([27_999, 32_001])('catches that it slept longer, or less, than it had planned: until %i', (retryAt) => {
      expect(violationsOf(after(settling(retryAt)))).toHaveLength(1);
    });
  });
});
