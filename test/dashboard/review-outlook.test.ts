import { describe, expect, it } from 'vitest';
import { verdictOn, type Verdict } from '../../src/dashboard/review/canary.ts';
import { fateOf, waitsFor, type Fate } from '../../src/dashboard/review/fate.ts';
import { reviewOutlook } from '../../src/dashboard/review/outlook.ts';
import { insightOf, type Insight } from '../../src/dashboard/story/insight.ts';
import type { Command } from '../../src/saga/command.ts';
import type { JournalEntry } from '../../src/order/journal.ts';
import { REFUSED, Scenario } from '../saga/scenario.ts';

const REFUND = 'process_payment.undo';
const CAUSE = { step: 'process_payment', operation: 'undo', code: 'refused' } as const;

/** An order that keeps its journal. */
class Journaled extends Scenario {
  readonly entries: JournalEntry[] = [];

  override when(command: Command): readonly string[] {
    const known = this.events.length;
    const told = super.when(command);
    if (this.events.length > known) this.entries.push({ seq: known + 1, at: this.now, events: this.events.slice(known) });
    return told;
  }
}

const refusedFor = (code: string) => ({ type: 'refused', code, message: 'Refused' }) as const;
const unansweredFor = (code: string) => ({ type: 'unanswered', code, message: 'No answer', mayHaveHappened: true }) as const;

const retry: Command = { type: 'retry', step: 'process_payment', by: 'ann', note: 'Again' };
const resolve: Command = { type: 'resolve', step: 'process_payment', by: 'ann', note: 'By bank' };
const deliver: Command = { type: 'deliver', step: 'process_payment', direction: 'undo' };

/** Shipping refused, then the refund, too; the stock is back. */
function inReview(): Journaled {
  const order = new Journaled().until('create_shipment.do');
  order.answer('create_shipment.do', REFUSED);
  order.answer(REFUND, refusedFor('refused'));
  order.succeed('reserve_inventory.undo');
  expect(order.state?.ending).toBe('needs_review');
  return order;
}

function insightInto(order: Journaled): Insight {
  const insight = insightOf(order.entries);
  if (!insight) throw new Error('The saga is not deployed');
  return insight;
}

describe('what became of a retry', () => {
  const tried = (answers: (order: Journaled) => void): Fate => {
    const order = inReview();
    const since = order.later(60_000).now;
    order.when(retry);
    answers(order);
    return fateOf(insightInto(order), CAUSE, since);
  };

  it('is under way until it is answered', () => expect(tried(() => undefined)).toBe('under_way'));

  it('came through where it succeeded', () =>
    expect(
      tried((order) => {
        order.when(deliver);
        order.succeed(REFUND);
      }),
    ).toBe('through'));

  it('has the same error where it is refused as before', () =>
    expect(
      tried((order) => {
        order.when(deliver);
        order.answer(REFUND, refusedFor('refused'));
      }),
    ).toBe('same_error'));

  it('has another error where it is refused for another reason', () =>
    expect(
      tried((order) => {
        order.when(deliver);
        order.answer(REFUND, refusedFor('other'));
      }),
    ).toBe('other_error'));

  it('is under way while it is tried again for another reason, and has the same error at once for the same', () => {
    const unanswered = (code: string) => (order: Journaled) => {
      order.when(deliver);
      order.answer(REFUND, unansweredFor(code));
    };
    expect(tried(unanswered('http_503'))).toBe('under_way');
    expect(tried(unanswered('refused'))).toBe('same_error');
  });

  it('passed by where it did not wait, and is untried where it waits as it did', () => {
    const order = inReview();
    const since = order.later(60_000).now;
    expect(fateOf(insightInto(order), CAUSE, since)).toBe('untried');
    order.when(resolve);
    expect(fateOf(insightInto(order), CAUSE, since)).toBe('passed_by');
  });

  it('is not owed to an order that came to wait since', () => {
    const order = inReview();
    expect(waitsFor(insightInto(order), CAUSE, order.now)).toBe(false);
    expect(waitsFor(insightInto(order), CAUSE, order.now + 1)).toBe(true);
    expect(waitsFor(insightInto(order), { ...CAUSE, code: 'other' }, order.now + 1)).toBe(false);
  });
});

describe('a stage', () => {
  const cases: readonly (readonly [readonly Fate[], Verdict])[] = [
    [['through', 'under_way'], 'waits'],
    [['under_way', 'same_error'], 'same_error'],
    [['through', 'same_error'], 'same_error'],
    [['through', 'untried'], 'untried'],
    [['other_error'], 'none_through'],
    [['other_error', 'passed_by'], 'none_through'],
    [['other_error', 'through'], 'clear'],
    [['passed_by'], 'clear'],
    [['through'], 'clear'],
  ];
  it.each(cases)('with %j is told: %s', (fates, verdict) => {
    const order = { tenant: 'acme', order_id: 'a', since: '' };
    expect(verdictOn(fates.map((fate) => ({ order, fate })))).toBe(verdict);
  });
});

describe('the outlook of an order in review', () => {
  it('tells what each way would do to each step', () => {
    const order = inReview();
    const outlook = reviewOutlook(insightInto(order), 'process_payment', order.now);
    expect(outlook).toMatchObject({
      end: 'rolled_back',
      afterwards: 'Then all is undone, and the order ends as rolled back.',
      chargeMinor: 0,
    });
    expect(outlook?.refundMinor).toBe(order.state?.order.totalMinor);
    expect(outlook?.retry.map(({ isTouched }) => isTouched)).toEqual([false, false, false, true, false, false]);
    expect(reviewOutlook(insightInto(order), 'create_shipment', order.now)).toBeNull();
  });

  it('tells of the other steps that would go on waiting', () => {
    const order = new Journaled().until('create_shipment.do');
    order.answer('create_shipment.do', REFUSED);
    order.answer(REFUND, REFUSED);
    order.answer('reserve_inventory.undo', REFUSED);
    const outlook = reviewOutlook(insightInto(order), 'process_payment', order.now);
    expect(outlook).toMatchObject({ end: 'in_review', afterwards: 'The order goes on waiting for a person: reserve inventory.' });
    expect(outlook?.retry).toContainEqual({ step: 'reserve_inventory', what: 'Still waits for a person.', isTouched: false });
  });
});
