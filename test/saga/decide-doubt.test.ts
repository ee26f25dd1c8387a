import { describe, expect, it } from 'vitest';
import type { ProbeAnswer } from '../../src/saga/answer.ts';
import { message } from '../../src/local/prove/shapes.ts';
import { defineSaga } from '../../src/saga/builder.ts';
import { anything } from '../../src/saga/read-answer.ts';
import { NO_ANSWER, ORDER, placing, REFUSED, Scenario, spend, START } from './scenario.ts';

const CHARGE = 'process_payment.do';

const probe = (order: Scenario, answer: ProbeAnswer) => order.when({ type: 'probed', operation: CHARGE, answer });

/** The first attempt went unanswered, the second was refused. */
function refusedInDoubt(): Scenario {
  const order = new Scenario().until(CHARGE);
  order.answer(CHARGE, NO_ANSWER);
  order.later(10_000).when({ type: 'tick' });
  expect(order.answer(CHARGE, REFUSED)).toEqual([`OperationDoubted ${CHARGE}`]);
  return order;
}

describe('a refusal after an attempt that may have happened', () => {
  it.each(['no_probe', 'never_seen'] as const)('stands where the probe knows no better (%s)', (type) => {
    const order = refusedInDoubt();
    expect(probe(order, { type })).toEqual([`OperationRefused ${CHARGE}`, 'RollbackStarted', 'OperationStarted reserve_inventory.undo']);
    expect(order.state?.cause).toMatchObject({ status: 'failed', code: 'card_declined' });
  });

  it('stands where the probe does not answer', () => {
    const order = refusedInDoubt();
    expect(probe(order, { type: 'unanswered' })).toEqual([`ProbeUnanswered ${CHARGE}`]);
    probe(order, { type: 'unanswered' });
    expect(probe(order, { type: 'unanswered' })[0]).toBe(`OperationRefused ${CHARGE}`);
  });

  it('does not stand where the probe knows that it happened', () => {
    expect(probe(refusedInDoubt(), { type: 'succeeded', output: { payment_id: 'pay_1' } })[0]).toBe(`OperationSucceeded ${CHARGE}`);
  });

  it('is undone by its key where it is said to be running to the end', () => {
    const order = refusedInDoubt();
    expect(probe(order, { type: 'running' })).toEqual([`ProbeUnanswered ${CHARGE}`]);
    order.later(1_799_000 - (order.now - START));
    expect(probe(order, { type: 'running' })[0]).toBe(`OperationUnresolved ${CHARGE}`);
  });
});

describe('a refusal that may not be the participant’s own word', () => {
  const VAGUE = { type: 'refused', code: 'http_404', message: 'The participant answered 404', isVague: true } as const;

  it('settles nothing after an attempt that may have happened: what nobody knows is undone by its key', () => {
    const order = new Scenario().until(CHARGE);
    order.answer(CHARGE, NO_ANSWER);
    order.later(10_000).when({ type: 'tick' });
    expect(order.answer(CHARGE, VAGUE)).toEqual([`OperationDoubted ${CHARGE}`]);
    expect(probe(order, { type: 'no_probe' })).toEqual([
      `OperationUnresolved ${CHARGE}`,
      'RollbackStarted',
      'OperationStarted process_payment.undo',
    ]);
  });

  it('is a refusal like any other where nothing can have happened', () => {
    const order = new Scenario().until(CHARGE);
    expect(order.answer(CHARGE, VAGUE)[0]).toBe(`OperationRefused ${CHARGE}`);
  });
});

describe('an accepted operation', () => {
  it('may have happened, whatever is said of an attempt after a person had it tried again', () => {
    const order = new Scenario({ definition: message });
    order.when(placing({ saga: message.name }));
    order.answer('take_deposit.do', { type: 'succeeded', output: { hold_id: 'h' } });
    order.answer('hand_out_key.do', { type: 'accepted' });
    order.when({ type: 'give_up', step: 'hand_out_key', direction: 'do' });
    order.when({ type: 'retry', step: 'hand_out_key', by: 'ann', note: '' });
    order.when({ type: 'deliver', step: 'hand_out_key', direction: 'do' });
    expect(order.answer('hand_out_key.do', { type: 'turned_away', code: 'http_401', message: '' })).toEqual([
      'OperationDoubted hand_out_key.do',
    ]);
  });

  it('is waited for to the end of its time where there is no probe', () => {
    const order = new Scenario().until(CHARGE);
    expect(order.answer(CHARGE, { type: 'accepted' })).toEqual([`OperationAccepted ${CHARGE}`]);
    expect(probe(order, { type: 'no_probe' })).toEqual([`ProbeUnanswered ${CHARGE}`]);
    expect(order.next()).toEqual({ owed: [], wakeAt: START + 1_800_000 });
  });

  it('is undone at once when the order turns back', () => {
    const order = new Scenario().until(CHARGE);
    order.answer(CHARGE, { type: 'accepted' });
    order.when({ type: 'cancel', reason: null });
    expect(order.next()?.owed).toEqual([{ type: 'probe', operation: CHARGE }]);
    expect(probe(order, { type: 'running' })).toEqual([`OperationUnresolved ${CHARGE}`, 'OperationStarted process_payment.undo']);
  });
});

describe('an answer', () => {
  it('to an attempt that is not under way any more changes nothing', () => {
    const order = new Scenario().until(CHARGE);
    order.when({ type: 'interrupted', operation: CHARGE });
    expect(order.when({ type: 'answered', operation: CHARGE, attempt: 1, answer: REFUSED })).toEqual([]);
  });

  it('is waited for, and its call not made again, when the order turns back', () => {
    const order = new Scenario().until(CHARGE);
    order.when({ type: 'cancel', reason: null });
    expect(order.next()?.owed).toEqual([{ type: 'await', operation: CHARGE }]);
  });
});

describe('an interruption', () => {
  it('makes no further attempt when the order has turned back', () => {
    const order = new Scenario().until(CHARGE);
    order.when({ type: 'cancel', reason: null });
    expect(order.when({ type: 'interrupted', operation: CHARGE })).toEqual([`OperationDoubted ${CHARGE}`]);
  });

  it('counts: a call that brings the process down each time comes to an end', () => {
    const order = new Scenario().until(CHARGE);
    const lost = { type: 'interrupted', operation: CHARGE } as const;
    for (let attempt = 1; attempt < 5; attempt += 1) expect(order.when(lost)).toContain(`AttemptStarted ${CHARGE}`);
    expect(order.when(lost)).toEqual([`OperationDoubted ${CHARGE}`]);
  });
});

describe('a key', () => {
  it('is not sent again past its lifetime, forward', () => {
    const order = new Scenario({ capabilities: { keyLifetimeMs: 60_000 } }).until(CHARGE);
    order.answer(CHARGE, { type: 'unanswered', code: 'http_429', message: '', mayHaveHappened: false, retryAfterMs: 59_000 });
    order.later(61_000);
    expect(order.when({ type: 'tick' })).toEqual([`OperationDoubted ${CHARGE}`]);
  });

  it('is not sent again past its lifetime, back: the probe is asked, then a person', () => {
    const order = new Scenario({ capabilities: { keyLifetimeMs: 60_000 } }).until(CHARGE);
    order.answer(CHARGE, REFUSED);
    order.answer('reserve_inventory.undo', NO_ANSWER);
    order.later(61_000);
    expect(order.when({ type: 'deliver', step: 'reserve_inventory', direction: 'undo' })).toEqual([
      'OperationDoubted reserve_inventory.undo',
    ]);
    const unseen = { type: 'probed', operation: 'reserve_inventory.undo', answer: { type: 'never_seen' } } as const;
    expect(order.when(unseen)).toEqual(['OperationParked reserve_inventory.undo', 'ReviewRequested']);
  });

  it('remembered for less than the settling time leaves nothing to ask again', () => {
    const order = spend(new Scenario({ capabilities: { keyLifetimeMs: 400_000 } }).until(CHARGE), CHARGE);
    probe(order, { type: 'no_probe' });
    order.answer('process_payment.undo', { type: 'nothing_to_undo' });
    order.later(600_000);
    expect(order.when({ type: 'deliver', step: 'process_payment', direction: 'undo' })).toEqual(['OperationDoubted process_payment.undo']);
    const found = { type: 'probed', operation: 'process_payment.undo', answer: { type: 'nothing_to_undo' } } as const;
    expect(order.when(found)[0]).toBe('OperationParked process_payment.undo');
  });
});

describe('a step with a time of its own', () => {
  it('is not tried past it, though the order has time left', () => {
    const call = { participant: 'inventory', path: '/availability', body: () => ({}), read: anything } as const;
    const definition = defineSaga({
      name: 'short',
      version: 1,
      deadlineMs: 1_800_000,
      events: { placed: [], completed: [], rolledBack: [] },
    })
      .step('look', { timeoutMs: 10_000, withinMs: 60_000, call })
      .done();
    const order = new Scenario({ definition });
    order.when(placing({ saga: 'short', order: ORDER }));
    const busy = { type: 'unanswered', code: 'http_503', message: '', mayHaveHappened: true, retryAfterMs: 61_000 } as const;
    expect(order.answer('look.do', busy)).toEqual(['OperationDoubted look.do']);
  });
});

describe('a dead letter', () => {
  it('of a confirmation on the way back is undone, and asks nobody', () => {
    const order = new Scenario().until('create_shipment.do');
    order.succeed('create_shipment.do');
    order.when({ type: 'cancel', reason: null });
    expect(order.when({ type: 'give_up', step: 'send_confirmation', direction: 'do' })).toEqual([
      'OperationUnresolved send_confirmation.do.email',
      'OperationUnresolved send_confirmation.do.push',
      'OperationStarted send_confirmation.undo.email',
      'OperationStarted create_shipment.undo',
    ]);
  });
});
