import { describe, expect, it } from 'vitest';
import { callBack, CHARGE, DECLINED, LATE_REFUND, PAID, REFUND, RELEASE } from './callbacks.ts';
import { REFUSED, Scenario } from './scenario.ts';

const types = (order: Scenario) => order.events.map(({ type }) => type);

/** The first attempt of the charge is under way, and its participant calls back that it was refused. */
function refusedByCallback(): Scenario {
  const order = new Scenario().until(CHARGE);
  order.when(callBack(CHARGE, DECLINED));
  expect(order.state?.cause).toMatchObject({ status: 'failed' });
  return order;
}

describe('a call that is refused by callback, and then answered as done', () => {
  it('is undone: what happened is never lost', () => {
    const order = refusedByCallback();
    order.answer(CHARGE, PAID);
    expect(types(order)).toContain('OperationSucceededLate');
    order.succeed(RELEASE);
    order.succeed(LATE_REFUND);
    expect(order.state?.ending).toBe('compensated');
  });

  it('is undone also when the order had come to rest', () => {
    const order = refusedByCallback();
    order.succeed(RELEASE);
    expect(order.state?.ending).toBe('compensated');
    order.answer(CHARGE, PAID);
    expect(order.state?.ending).toBeNull();
    order.succeed(LATE_REFUND);
    expect(order.state?.ending).toBe('compensated');
  });

  it('is undone also where the probe says it', () => {
    const order = new Scenario().until(CHARGE);
    order.answer(CHARGE, { type: 'accepted' });
    order.when(callBack(CHARGE, DECLINED));
    order.when({ type: 'probed', operation: CHARGE, answer: PAID });
    expect(types(order)).toContain('OperationSucceededLate');
  });

  it('takes nothing back where the answer says no more than the callback', () => {
    const order = refusedByCallback();
    const before = order.events.length;
    order.answer(CHARGE, REFUSED);
    order.answer(CHARGE, { type: 'unanswered', code: 'timed_out', message: '', mayHaveHappened: true });
    expect(order.events).toHaveLength(before);
  });
});

describe('an undo that a callback refused, and that is then answered as done', () => {
  it('is done: no person gives the money back a second time', () => {
    const order = new Scenario().until('create_shipment.do');
    order.answer('create_shipment.do', REFUSED);
    order.when(callBack(REFUND, DECLINED));
    expect(order.state?.operations[REFUND]?.phase).toBe('parked');
    order.succeed(REFUND);
    expect(order.state?.operations[REFUND]?.phase).toBe('succeeded');
  });
});
