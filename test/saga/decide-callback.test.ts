import { describe, expect, it } from 'vitest';
import { defineSaga } from '../../src/saga/builder.ts';
import { readCallback } from '../../src/saga/callback.ts';
import type { CallbackAnswer } from '../../src/saga/command.ts';
import { fields } from '../../src/saga/read-answer.ts';
import { orderFulfillment } from '../../src/sagas/order-fulfillment.ts';
import {
  bodyOf,
  callBack,
  CANCEL,
  CHARGE,
  DECLINED,
  deliver,
  inDoubt,
  NOTHING,
  PAID,
  REFUND,
  RELEASE,
  twice,
  UNDONE,
} from './callbacks.ts';
import { NO_ANSWER, placing, REFUSED, Scenario, spend } from './scenario.ts';

describe('a callback of a call that is open', () => {
  const waits: readonly (readonly [string, (order: Scenario) => void])[] = [
    ['is under way', () => undefined],
    ['was accepted', (order) => order.answer(CHARGE, { type: 'accepted' })],
    ['waits to be tried again', (order) => order.answer(CHARGE, NO_ANSWER)],
    ['is asked about', (order) => spend(order, CHARGE)],
  ];

  it.each(waits)('that %s is its success', (_, wait) => {
    const order = new Scenario().until(CHARGE);
    wait(order);
    expect(twice(order, CHARGE, PAID)).toEqual([`OperationSucceeded ${CHARGE}`, 'OperationStarted create_shipment.do']);
    expect(order.state?.operations[CHARGE]).toMatchObject({ output: { payment_id: 'pay_9' } });
  });

  it.each(waits.slice(0, 2))('that %s is its refusal', (_, wait) => {
    const order = new Scenario().until(CHARGE);
    wait(order);
    expect(twice(order, CHARGE, DECLINED)).toEqual([`OperationRefused ${CHARGE}`, 'RollbackStarted', `OperationStarted ${RELEASE}`]);
    expect(order.state?.cause).toMatchObject({ status: 'failed', step: 'process_payment', code: 'fraud' });
  });

  it.each(waits.slice(2))('that %s, with an attempt that may have happened, is its refusal once the probe agrees', (_, wait) => {
    const order = new Scenario().until(CHARGE);
    wait(order);
    expect(twice(order, CHARGE, DECLINED)).toEqual([`OperationDoubted ${CHARGE}`]);
    expect(order.when({ type: 'probed', operation: CHARGE, answer: DECLINED })).toContain(`OperationRefused ${CHARGE}`);
    expect(order.state?.cause).toMatchObject({ status: 'failed', step: 'process_payment', code: 'fraud' });
  });

  it('is contradicted by the probe, where an attempt that nobody heard of had happened', () => {
    const order = new Scenario().until(CHARGE);
    order.answer(CHARGE, NO_ANSWER);
    order.when(callBack(CHARGE, DECLINED));
    expect(order.when({ type: 'probed', operation: CHARGE, answer: PAID })).toContain(`OperationSucceeded ${CHARGE}`);
  });

  it.each(waits)('that %s says nothing of the customer where it is about our key', (_, wait) => {
    const order = new Scenario().until(CHARGE);
    wait(order);
    twice(order, CHARGE, { type: 'turned_away', code: 'idempotency_key_reused', message: '' });
    spend(order, CHARGE);
    expect(order.state?.operations[CHARGE]).toMatchObject({ phase: 'asking', because: 'doubted' });
    order.when({ type: 'probed', operation: CHARGE, answer: { type: 'no_probe' } });
    expect(order.state?.operations[CHARGE]?.phase).toBe('unresolved');
    expect(order.state?.operations[REFUND]?.phase).toBe('calling');
  });

  it('goes before the answer that is still to come', () => {
    const order = new Scenario().until(CHARGE);
    order.when(callBack(CHARGE, PAID));
    expect(order.answer(CHARGE, { type: 'accepted' })).toEqual([]);
    expect(order.answer(CHARGE, REFUSED)).toEqual([]);
    expect(order.when({ type: 'probed', operation: CHARGE, answer: { type: 'running' } })).toEqual([]);
  });

  it('of an order that has turned back is undone, with its output', () => {
    const order = new Scenario().until(CHARGE);
    order.answer(CHARGE, { type: 'accepted' });
    order.when({ type: 'cancel', reason: null });
    expect(twice(order, CHARGE, PAID)).toEqual([`OperationSucceeded ${CHARGE}`, `OperationStarted ${REFUND}`]);
    expect(bodyOf(order, REFUND)).toMatchObject({ payment_id: 'pay_9' });
  });

  it('is news once: an older failure takes nothing back, and there is no second output', () => {
    const order = new Scenario().until(CHARGE);
    order.when(callBack(CHARGE, PAID));
    expect(order.when(callBack(CHARGE, DECLINED))).toEqual([]);
    expect(order.when(callBack(CHARGE, { type: 'succeeded', output: { payment_id: 'other' } }))).toEqual([]);
    expect(order.state?.operations[CHARGE]).toMatchObject({ output: { payment_id: 'pay_9' } });
  });
});

describe('a callback of an undo that is open', () => {
  function refunding(): Scenario {
    const order = new Scenario().until('create_shipment.do');
    order.answer('create_shipment.do', REFUSED);
    order.answer(REFUND, { type: 'accepted' });
    return order;
  }

  it('is its end', () => {
    expect(twice(refunding(), REFUND, UNDONE)).toEqual([`OperationSucceeded ${REFUND}`, `OperationStarted ${RELEASE}`]);
  });

  it('that was refused is parked', () => {
    expect(twice(refunding(), REFUND, DECLINED)).toEqual([`OperationParked ${REFUND}`, `OperationStarted ${RELEASE}`]);
  });

  it('with nothing to undo is settled where the step is known to have happened', () => {
    expect(twice(refunding(), REFUND, NOTHING)).toEqual([`OperationSucceeded ${REFUND}`, `OperationStarted ${RELEASE}`]);
  });

  it('with nothing to undo waits where nobody knows; said twice it is heard once', () => {
    const order = inDoubt(false);
    order.answer(REFUND, { type: 'accepted' });
    expect(twice(order, REFUND, NOTHING)).toEqual([`NothingToUndoYet ${REFUND}`]);
    order.later(600_000).when(deliver('process_payment'));
    expect(order.when(callBack(REFUND, NOTHING))).toEqual([]);
    order.answer(REFUND, { type: 'accepted' });
    expect(order.when(callBack(REFUND, NOTHING))).toContain(`OperationParked ${REFUND}`);
  });

  it('goes another way where it is refused for that', () => {
    const order = new Scenario().until('create_shipment.do');
    order.succeed('create_shipment.do');
    order.when({ type: 'cancel', reason: null });
    for (const channel of ['email', 'push']) order.succeed(`send_confirmation.do.${channel}`);
    order.answer(CANCEL, { type: 'accepted' });
    const dispatched: CallbackAnswer = { type: 'refused', code: 'already_dispatched', message: '' };
    expect(twice(order, CANCEL, dispatched)).toEqual([`OperationRefused ${CANCEL}`, 'OperationStarted create_shipment.undo.return']);
  });
});

describe('a callback of what is parked', () => {
  function refundParked(): Scenario {
    const order = new Scenario().until('create_shipment.do');
    order.answer('create_shipment.do', REFUSED);
    order.answer(REFUND, REFUSED);
    return order;
  }

  it('settles it, and the order ends; the person is too late', () => {
    const order = refundParked();
    order.succeed(RELEASE);
    expect(order.state?.ending).toBe('needs_review');
    expect(twice(order, REFUND, UNDONE)).toEqual([`OperationSucceeded ${REFUND}`, 'OrderCompensated']);
    expect(order.when({ type: 'retry', step: 'process_payment', by: 'ann', note: '' })).toEqual(['refused: not_in_review']);
  });

  it('settles it before the order is at rest, too', () => {
    const order = refundParked();
    expect(twice(order, REFUND, UNDONE)).toEqual([`OperationSucceeded ${REFUND}`]);
    expect(order.succeed(RELEASE)).toEqual([`OperationSucceeded ${RELEASE}`, 'OrderCompensated']);
  });

  it('with a refusal changes nothing', () => {
    const order = refundParked();
    expect(order.when(callBack(REFUND, DECLINED))).toEqual([]);
  });

  it('with nothing to undo settles what is known to have happened, and nothing else', () => {
    expect(twice(refundParked(), REFUND, NOTHING)).toEqual([`OperationSucceeded ${REFUND}`]);
    const order = inDoubt(false);
    order.answer(REFUND, REFUSED);
    expect(order.when(callBack(REFUND, NOTHING))).toEqual([]);
  });

  it('forward lets the order go on, with time anew', () => {
    const definition = asking();
    const order = new Scenario({ definition });
    order.when(placing({ saga: 'asking' }));
    expect(order.answer('charge.do', REFUSED)).toEqual(['OperationParked charge.do', 'ReviewRequested']);
    order.later(3_600_000);
    expect(order.when(callBack('charge.do', DECLINED))).toEqual([]);
    expect(twice(order, 'charge.do', PAID)).toEqual(['OperationSucceeded charge.do', 'OperationStarted look.do']);
    expect(order.state).toMatchObject({ ending: null, deadlineAt: order.now + 1_800_000 });
  });
});

/** A saga that asks a person instead of turning back. */
function asking() {
  const call = { participant: 'payment', path: '/charges', body: () => ({}), read: fields('payment_id') } as const;
  const head = { name: 'asking', version: 1, deadlineMs: 1_800_000, events: { placed: [], completed: [], rolledBack: [] } };
  return defineSaga(head).step('charge', { timeoutMs: 1_000, call, whenFailed: 'ask' }).step('look', { timeoutMs: 1_000, call }).done();
}

describe('a callback is read', () => {
  const read = (order: Scenario, idempotencyKey: string, output: Parameters<typeof readCallback>[2]['outcome'], step = 'process_payment') =>
    order.state && readCallback(orderFulfillment, order.state, { step, idempotencyKey, outcome: output });
  const key = (operation: string) => `acme.4711.${operation}`;
  const paid = { type: 'succeeded', output: { payment_id: 'pay_9' } } as const;

  it('as the step reads an answer', () => {
    const order = new Scenario().until(CHARGE);
    expect(read(order, key(CHARGE), paid)).toEqual({ ok: true, value: callBack(CHARGE, PAID) });
    const unreadable = { ok: false, refusal: { reason: 'unreadable_output', step: 'process_payment' } };
    expect(read(order, key(CHARGE), { type: 'succeeded', output: {} })).toEqual(unreadable);
    expect(read(order, key(CHARGE), { type: 'succeeded', output: { payment_id: 'pay_9', amount: '1.00' } })).toEqual(unreadable);
  });

  it('of an undo with {undone: false} as nothing to undo', () => {
    const order = inDoubt();
    expect(read(order, key(REFUND), { type: 'succeeded', output: { undone: false } })).toMatchObject({ value: { answer: NOTHING } });
    expect(read(order, key(REFUND), { type: 'succeeded', output: { undone: true } })).toMatchObject({ value: { answer: UNDONE } });
  });

  it.each([
    ['of another order', 'acme.4712.process_payment.do', 'process_payment'],
    ['of another tenant', 'bolt.4711.process_payment.do', 'process_payment'],
    ['of another step', 'acme.4711.reserve_inventory.do', 'process_payment'],
    ['at another step', 'acme.4711.process_payment.do', 'reserve_inventory'],
    ['of what was never asked for', 'acme.4711.process_payment.undo', 'process_payment'],
    ['of no operation', 'acme.4711.process_payment.do.push', 'process_payment'],
    ['of no step', 'acme.4711.dance.do', 'dance'],
  ])('not with the key %s', (_, idempotencyKey, step) => {
    const order = new Scenario().until(CHARGE);
    expect(read(order, idempotencyKey, paid, step)).toEqual({ ok: false, refusal: { reason: 'wrong_key', step } });
  });
});
