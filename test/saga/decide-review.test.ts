import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/saga/command.ts';
import { sagaStatus } from '../../src/saga/status.ts';
import { orderFulfillment } from '../../src/sagas/order-fulfillment.ts';
import { callBack, CHARGE, inDoubt, PAID } from './callbacks.ts';
import { NO_ANSWER, REFUSED, Scenario } from './scenario.ts';

const REFUND = 'process_payment.undo';
const RELEASE = 'reserve_inventory.undo';
const WHO_AND_WHY = { by: 'ann', note: 'The account is open again' };

const retry = (step = 'process_payment'): Command => ({ type: 'retry', step, ...WHO_AND_WHY });
const resolve = (step = 'process_payment'): Command => ({ type: 'resolve', step, ...WHO_AND_WHY });
const deliver = (step = 'process_payment'): Command => ({ type: 'deliver', step, direction: 'undo' });

/** Shipping refused, so the charge is to be refunded: that was refused too. */
function refundParked(keyLifetimeMs = 86_400_000): Scenario {
  const order = new Scenario({ capabilities: { keyLifetimeMs } }).until('create_shipment.do');
  order.answer('create_shipment.do', REFUSED);
  order.answer(REFUND, REFUSED);
  return order;
}

function inReview(keyLifetimeMs?: number): Scenario {
  const order = refundParked(keyLifetimeMs);
  order.succeed(RELEASE);
  expect(order.state?.ending).toBe('needs_review');
  return order;
}

describe('a retry by a person', () => {
  it('owes the undo again at once, with the next attempt of the same operation', () => {
    const order = inReview();
    expect(order.when(retry())).toEqual([`OperationRetried ${REFUND}`]);
    expect(order.state).toMatchObject({ ending: null, operations: { [REFUND]: { phase: 'waiting', at: order.now, attempt: 1 } } });
    expect(order.next()?.owed).toEqual([{ type: 'hand', step: 'process_payment', direction: 'undo', at: order.now }]);
    expect(order.when(deliver())).toEqual([`AttemptStarted ${REFUND}`]);
    expect(order.succeed(REFUND)).toEqual([`OperationSucceeded ${REFUND}`, 'OrderCompensated']);
  });

  it('has who and why in its event', () => {
    const order = inReview();
    order.when(retry());
    expect(order.events.at(-1)).toMatchObject(WHO_AND_WHY);
  });

  it('asked for twice is one', () => {
    const order = inReview();
    order.when(retry());
    expect(order.when(retry())).toEqual(['refused: not_in_review']);
    order.when(deliver());
    expect(order.when(retry())).toEqual(['refused: not_in_review']);
    expect(order.when(resolve())).toEqual(['refused: not_in_review']);
  });

  it('that fails again is parked again', () => {
    const order = inReview();
    order.when(retry());
    order.when(deliver());
    expect(order.answer(REFUND, REFUSED)).toEqual([`OperationParked ${REFUND}`, 'ReviewRequested']);
    expect(order.state?.operations[REFUND]).toMatchObject({ attempt: 2 });
  });

  it('has all of its time anew', () => {
    const order = inReview();
    order.later(5 * 3_600_000).when(retry());
    order.when(deliver());
    expect(order.answer(REFUND, NO_ANSWER)).toEqual([`AttemptFailed ${REFUND}`]);
    order.later(91 * 60_000);
    expect(order.state?.operations[REFUND]?.phase).toBe('waiting');
  });

  it('past the lifetime of its key sends nothing: the probe is asked', () => {
    const order = inReview(3_600_000);
    order.later(3_600_000).when(retry());
    expect(order.when(deliver())).toEqual([`OperationDoubted ${REFUND}`]);
    expect(order.next()?.owed).toEqual([{ type: 'probe', operation: REFUND }]);
    const unseen = { type: 'probed', operation: REFUND, answer: { type: 'never_seen' } } as const;
    expect(order.when(unseen)).toEqual([`OperationParked ${REFUND}`, 'ReviewRequested']);
  });

  it('works while the steps before it are still being undone', () => {
    const order = refundParked();
    expect(order.when(retry())).toEqual([`OperationRetried ${REFUND}`]);
    expect(order.succeed(RELEASE)).toEqual([`OperationSucceeded ${RELEASE}`]);
    order.when(deliver());
    expect(order.succeed(REFUND)).toEqual([`OperationSucceeded ${REFUND}`, 'OrderCompensated']);
  });

  it('has as many attempts as the definition gives, however many were made before', () => {
    const order = new Scenario().until('create_shipment.do');
    order.succeed('create_shipment.do');
    order.succeed('send_confirmation.do.push');
    for (let attempt = 1; attempt < 5; attempt += 1) {
      order.answer('send_confirmation.do.email', NO_ANSWER);
      order.later(60_000).when({ type: 'deliver', step: 'send_confirmation', direction: 'do' });
    }
    order.when({ type: 'give_up', step: 'send_confirmation', direction: 'do' });
    order.when(retry('send_confirmation'));
    for (let attempt = 1; attempt < 5; attempt += 1) {
      order.later(60_000).when({ type: 'deliver', step: 'send_confirmation', direction: 'do' });
      expect(order.answer('send_confirmation.do.email', NO_ANSWER)).toEqual(['AttemptFailed send_confirmation.do.email']);
    }
  });
});

describe('an order that goes forward and waits for a person', () => {
  function confirmationParked(): Scenario {
    const order = new Scenario().until('create_shipment.do');
    order.succeed('create_shipment.do');
    order.succeed('send_confirmation.do.push');
    order.when({ type: 'give_up', step: 'send_confirmation', direction: 'do' });
    expect(order.state?.ending).toBe('needs_review');
    return order.later(7_200_000);
  }

  it('is not taken back because its time is over: a retry gives it time anew', () => {
    const order = confirmationParked();
    expect(order.when(retry('send_confirmation'))).toEqual(['OperationRetried send_confirmation.do.email']);
    expect(order.state?.deadlineAt).toBe(order.now + 1_800_000);
    order.when({ type: 'deliver', step: 'send_confirmation', direction: 'do' });
    expect(order.succeed('send_confirmation.do.email')).toContain('OrderCompleted');
  });

  it('is completed when a person has delivered the message', () => {
    expect(confirmationParked().when(resolve('send_confirmation'))).toEqual([
      'OperationResolved send_confirmation.do.email',
      'OrderCompleted',
    ]);
  });
});

describe('a call that its queue gave up while its process was gone', () => {
  it('may have happened: turned away at a person’s retry, it is asked about and not taken for never made', () => {
    const order = new Scenario().until('create_shipment.do');
    order.succeed('create_shipment.do');
    order.succeed('send_confirmation.do.push');
    order.when({ type: 'give_up', step: 'send_confirmation', direction: 'do' });
    order.when(retry('send_confirmation'));
    order.when({ type: 'deliver', step: 'send_confirmation', direction: 'do' });
    expect(order.answer('send_confirmation.do.email', { type: 'turned_away', code: 'http_401', message: '' })).toEqual([
      'OperationDoubted send_confirmation.do.email',
    ]);
  });
});

describe('a step that was settled by hand', () => {
  it('is as good as undone, so the order ends', () => {
    const order = inReview();
    expect(order.when(resolve())).toEqual([`OperationResolved ${REFUND}`, 'OrderCompensated']);
    expect(order.state?.cause?.status).toBe('failed');
  });

  it('takes nothing more: no retry, no late answer, no message, no dead letter', () => {
    const order = refundParked();
    order.when(resolve());
    expect(order.when(retry())).toEqual(['refused: not_in_review']);
    expect(order.when(deliver())).toEqual([]);
    expect(order.when({ type: 'give_up', step: 'process_payment', direction: 'undo' })).toEqual([]);
    expect(order.answer(REFUND, { type: 'succeeded', output: {} })).toEqual([]);
  });

  it('leaves the order in review where another step still waits', () => {
    const order = refundParked();
    order.answer(RELEASE, REFUSED);
    expect(order.when(resolve('reserve_inventory'))).toEqual([`OperationResolved ${RELEASE}`, 'ReviewRequested']);
    expect(order.when(resolve())).toEqual([`OperationResolved ${REFUND}`, 'OrderCompensated']);
  });
});

describe('a participant that refuses an undo in words of our own', () => {
  it.each(['happened_after_all', 'outcome_unknown', 'happened_after_settling'])('is asked again all the same: %s', (code) => {
    const order = new Scenario().until('create_shipment.do');
    order.answer('create_shipment.do', REFUSED);
    order.answer(REFUND, { type: 'refused', code, message: 'No' });
    order.succeed(RELEASE);
    expect(order.when(retry())).toEqual([`OperationRetried ${REFUND}`]);
    expect(order.when(deliver())).toEqual([`AttemptStarted ${REFUND}`]);
  });

  it('is not asked under another key either, though the charge is told late', () => {
    const order = inDoubt();
    order.answer(REFUND, { type: 'refused', code: 'outcome_unknown', message: 'No' });
    order.when(callBack(CHARGE, PAID));
    expect(order.when(retry())).toEqual([`OperationRetried ${REFUND}`]);
  });
});

describe('a person’s action on what is not in review', () => {
  it.each([
    { step: 'process_payment', at: 'process_payment.do', stands: 'running' },
    { step: 'reserve_inventory', at: 'process_payment.do', stands: 'succeeded' },
    { step: 'create_shipment', at: 'process_payment.do', stands: 'pending' },
    { step: 'no_such_step', at: 'process_payment.do', stands: null },
  ])('is refused, and says how $step stands: $stands', ({ step, at, stands }) => {
    const order = new Scenario().until(at);
    expect(order.ask(retry(step))).toEqual({ ok: false, refusal: { reason: 'not_in_review', step, stands } });
    expect(order.ask(resolve(step))).toEqual({ ok: false, refusal: { reason: 'not_in_review', step, stands } });
  });

  it('is refused when automation was faster', () => {
    const order = inReview();
    order.when(retry());
    order.when(deliver());
    order.succeed(REFUND);
    expect(order.ask(resolve())).toMatchObject({ refusal: { stands: 'undone' } });
    expect(order.state && sagaStatus(orderFulfillment, order.state)).toBe('compensated');
  });
});
