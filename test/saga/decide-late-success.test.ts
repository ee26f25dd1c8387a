import { describe, expect, it } from 'vitest';
import type { CallbackAnswer } from '../../src/saga/command.ts';
import { requestOf } from '../../src/saga/request.ts';
import { orderFulfillment } from '../../src/sagas/order-fulfillment.ts';
import { bodyOf, callBack, CHARGE, DECLINED, deliver, inDoubt, LATE_REFUND, PAID, REFUND, RELEASE, twice, UNDONE } from './callbacks.ts';
import { NO_ANSWER, REFUSED, Scenario } from './scenario.ts';

/** The charge was refused, and the order is rolled back for it. */
function rolledBack(): Scenario {
  const order = new Scenario().until(CHARGE);
  order.answer(CHARGE, REFUSED);
  order.succeed(RELEASE);
  expect(order.state?.ending).toBe('compensated');
  return order;
}

/** Likewise, but there was nothing to refund, and that settled it. */
function rolledBackForNothing(): Scenario {
  const order = inDoubt();
  order.answer(REFUND, { type: 'nothing_to_undo' });
  order.succeed(RELEASE);
  expect(order.state?.ending).toBe('compensated');
  return order;
}

describe('a charge that was refused and then succeeded', () => {
  it('is refunded with an operation of its own; the order ends compensated again', () => {
    const order = rolledBack();
    expect(twice(order, CHARGE, PAID)).toEqual([`OperationSucceededLate ${CHARGE}`, `OperationStarted ${LATE_REFUND}`]);
    expect(order.state?.ending).toBeNull();
    expect(bodyOf(order, LATE_REFUND)).toMatchObject({ payment_id: 'pay_9', undoes: 'acme.4711.process_payment.do' });
    expect(order.next()?.owed).toMatchObject([{ type: 'hand', step: 'process_payment', direction: 'undo' }]);
    expect(order.succeed(LATE_REFUND)).toEqual([`OperationSucceeded ${LATE_REFUND}`, 'OrderCompensated']);
    expect(order.when(callBack(CHARGE, PAID))).toEqual([]);
    expect(order.state?.cause).toMatchObject({ status: 'failed', code: 'card_declined' });
  });

  it('is refunded beside what is still being undone', () => {
    const order = new Scenario().until(CHARGE);
    order.answer(CHARGE, REFUSED);
    expect(twice(order, CHARGE, PAID)).toEqual([`OperationSucceededLate ${CHARGE}`, `OperationStarted ${LATE_REFUND}`]);
    expect(order.succeed(RELEASE)).toEqual([`OperationSucceeded ${RELEASE}`]);
    expect(order.succeed(LATE_REFUND)).toEqual([`OperationSucceeded ${LATE_REFUND}`, 'OrderCompensated']);
  });

  it('goes to a person where that refund fails, who can have it tried again', () => {
    const order = rolledBack();
    order.when(callBack(CHARGE, PAID));
    expect(order.answer(LATE_REFUND, REFUSED)).toEqual([`OperationParked ${LATE_REFUND}`, 'ReviewRequested']);
    expect(order.when({ type: 'retry', step: 'process_payment', by: 'ann', note: '' })).toEqual([`OperationRetried ${LATE_REFUND}`]);
    order.when(deliver('process_payment'));
    expect(order.succeed(LATE_REFUND)).toContain('OrderCompensated');
  });

  it('goes to a person where there is nothing to refund, even with a participant that fences', () => {
    const order = new Scenario({ capabilities: { fences: true } }).until(CHARGE);
    order.answer(CHARGE, REFUSED);
    order.succeed(RELEASE);
    order.when(callBack(CHARGE, PAID));
    expect(order.answer(LATE_REFUND, { type: 'nothing_to_undo' })).toEqual([`NothingToUndoYet ${LATE_REFUND}`]);
    order.later(600_000).when(deliver('process_payment'));
    expect(order.answer(LATE_REFUND, { type: 'nothing_to_undo' })).toEqual([`OperationParked ${LATE_REFUND}`, 'ReviewRequested']);
    expect(order.state?.operations[LATE_REFUND]).toMatchObject({ code: 'happened_after_all' });
  });

  it('is refunded in an order that waits for a person about something else', () => {
    const order = new Scenario().until(CHARGE);
    order.answer(CHARGE, REFUSED);
    order.answer(RELEASE, REFUSED);
    expect(order.state?.ending).toBe('needs_review');
    order.when(callBack(CHARGE, PAID));
    expect(order.succeed(LATE_REFUND)).toEqual([`OperationSucceeded ${LATE_REFUND}`, 'ReviewRequested']);
  });
});

describe('a shipment that was refused and then succeeded', () => {
  it('is cancelled, or returned, each under a key of its own', () => {
    const order = new Scenario().until('create_shipment.do');
    order.answer('create_shipment.do', REFUSED);
    const shipped: CallbackAnswer = { type: 'succeeded', output: { shipment_id: 's', tracking_number: 't' } };
    expect(order.when(callBack('create_shipment.do', shipped))).toContain('OperationStarted create_shipment.undo.late');
    expect(order.answer('create_shipment.undo.late', { type: 'refused', code: 'already_dispatched', message: '' })).toEqual([
      'OperationRefused create_shipment.undo.late',
      'OperationStarted create_shipment.undo.return_late',
    ]);
    const request = order.state && requestOf(orderFulfillment, order.state, 'create_shipment.undo.return_late');
    expect(request).toMatchObject({ path: '/shipments/return', idempotencyKey: 'acme.4711.create_shipment.undo.return_late' });
    expect(bodyOf(order, 'create_shipment.undo.return_late')).toMatchObject({ shipment_id: 's' });
  });
});

describe('a charge that nobody knew of and that succeeded', () => {
  it('while its refund is under way: nothing to undo settles it no more, and its body stays as it was', () => {
    const order = inDoubt();
    const before = order.state && requestOf(orderFulfillment, order.state, REFUND).body;
    expect(twice(order, CHARGE, PAID)).toEqual([`OperationSucceededLate ${CHARGE}`]);
    expect(order.state && requestOf(orderFulfillment, order.state, REFUND).body).toBe(before);
    expect(order.answer(REFUND, { type: 'nothing_to_undo' })).toEqual([`NothingToUndoYet ${REFUND}`]);
    order.later(600_000).when(deliver('process_payment'));
    expect(order.answer(REFUND, { type: 'nothing_to_undo' })[0]).toBe(`OperationParked ${REFUND}`);
    expect(order.state?.operations[REFUND]).toMatchObject({ code: 'happened_after_all' });
  });

  it('is undone under a key of its own when a person has it tried again: under the first one it is known that there was nothing', () => {
    const order = inDoubt();
    order.when(callBack(CHARGE, PAID));
    order.answer(REFUND, { type: 'nothing_to_undo' });
    order.later(600_000).when(deliver('process_payment'));
    order.answer(REFUND, { type: 'nothing_to_undo' });
    order.succeed(RELEASE);
    expect(order.state?.ending).toBe('needs_review');
    expect(order.when({ type: 'retry', step: 'process_payment', by: 'ann', note: '' })).toEqual([
      `OperationRetried ${REFUND}`,
      `OperationSucceeded ${REFUND}`,
      `OperationStarted ${LATE_REFUND}`,
    ]);
    expect(bodyOf(order, LATE_REFUND)).toMatchObject({ payment_id: 'pay_9' });
    expect(order.succeed(LATE_REFUND)).toEqual([`OperationSucceeded ${LATE_REFUND}`, 'OrderCompensated']);
  });

  it('is undone under the first key where nobody was ever told that there was nothing: that refund may have happened', () => {
    const order = inDoubt();
    order.answer(REFUND, NO_ANSWER);
    order.when({ type: 'give_up', step: 'process_payment', direction: 'undo' });
    order.succeed(RELEASE);
    expect(order.when({ type: 'resolve', step: 'process_payment', by: 'ann', note: '' })).toContain('OrderCompensated');
    expect(order.when(callBack(CHARGE, PAID))).toContain(`OperationParked ${REFUND}`);
    expect(order.when({ type: 'retry', step: 'process_payment', by: 'bob', note: '' })).toEqual([`OperationRetried ${REFUND}`]);
    order.when(deliver('process_payment'));
    expect(order.succeed(REFUND)).toEqual([`OperationSucceeded ${REFUND}`, 'OrderCompensated']);
  });

  it('while its refund is under way, which then undoes it, is undone', () => {
    const order = inDoubt();
    order.when(callBack(CHARGE, PAID));
    expect(order.succeed(REFUND)).toEqual([`OperationSucceeded ${REFUND}`, `OperationStarted ${RELEASE}`]);
    expect(order.succeed(RELEASE)).toContain('OrderCompensated');
  });

  it('after a person had settled it is told to a person, in words of its own, and tried again under the same key', () => {
    const order = inDoubt();
    order.answer(REFUND, REFUSED);
    order.succeed(RELEASE);
    order.when({ type: 'resolve', step: 'process_payment', by: 'ann', note: '' });
    expect(order.when(callBack(CHARGE, PAID))).toEqual([
      `OperationSucceededLate ${CHARGE}`,
      `OperationParked ${REFUND}`,
      'ReviewRequested',
    ]);
    expect(order.state?.operations[REFUND]).toMatchObject({ code: 'happened_after_settling' });
    expect(order.when({ type: 'retry', step: 'process_payment', by: 'bob', note: '' })).toEqual([`OperationRetried ${REFUND}`]);
  });

  it('after its refund undid it is old news', () => {
    const order = inDoubt();
    order.succeed(REFUND);
    expect(order.when(callBack(CHARGE, PAID))).toEqual([]);
    order.succeed(RELEASE);
    expect(order.when(callBack(CHARGE, PAID))).toEqual([]);
    expect(order.state?.ending).toBe('compensated');
  });

  it('after its refund found it at the second ask is old news', () => {
    const order = inDoubt(false);
    order.answer(REFUND, { type: 'nothing_to_undo' });
    order.later(600_000).when(deliver('process_payment'));
    order.succeed(REFUND);
    expect(order.when(callBack(CHARGE, PAID))).toEqual([]);
  });

  it('after its refund found nothing is refunded with an operation of its own', () => {
    const order = rolledBackForNothing();
    expect(twice(order, CHARGE, PAID)).toEqual([`OperationSucceededLate ${CHARGE}`, `OperationStarted ${LATE_REFUND}`]);
    expect(bodyOf(order, LATE_REFUND)).toMatchObject({ payment_id: 'pay_9' });
    expect(order.succeed(LATE_REFUND)).toEqual([`OperationSucceeded ${LATE_REFUND}`, 'OrderCompensated']);
  });

  it('after a person was told that nobody knows is told to the person', () => {
    const order = inDoubt(false);
    order.answer(REFUND, { type: 'nothing_to_undo' });
    order.later(600_000).when(deliver('process_payment'));
    order.answer(REFUND, { type: 'nothing_to_undo' });
    order.succeed(RELEASE);
    expect(order.state?.ending).toBe('needs_review');
    expect(twice(order, CHARGE, PAID)).toEqual([`OperationSucceededLate ${CHARGE}`, `OperationParked ${REFUND}`, 'ReviewRequested']);
  });

  it('after a person settled it, not knowing this, is asked of a person again', () => {
    const order = inDoubt();
    order.answer(REFUND, REFUSED);
    order.succeed(RELEASE);
    order.when({ type: 'resolve', step: 'process_payment', by: 'ann', note: 'There is no charge' });
    expect(order.state?.ending).toBe('compensated');
    expect(twice(order, CHARGE, PAID)).toEqual([`OperationSucceededLate ${CHARGE}`, `OperationParked ${REFUND}`, 'ReviewRequested']);
    order.when({ type: 'resolve', step: 'process_payment', by: 'ann', note: 'Now it is given back' });
    expect(order.when(callBack(CHARGE, PAID))).toEqual([]);
    expect(order.state?.ending).toBe('compensated');
  });

  it('and then is said to have failed has succeeded all the same', () => {
    const order = rolledBackForNothing();
    order.when(callBack(CHARGE, PAID));
    expect(order.when(callBack(CHARGE, DECLINED))).toEqual([]);
  });
});

describe('a late success that nothing has to be done about', () => {
  it('of a step without an undo changes nothing', () => {
    const order = new Scenario().until('validate_order.do');
    order.answer('validate_order.do', REFUSED);
    expect(order.when(callBack('validate_order.do', { type: 'succeeded', output: {} }))).toEqual([]);
  });

  it('of a message that the order went on without is only noted, and undone should the order be cancelled', () => {
    const order = new Scenario();
    order.place({ confirmationFailure: 'complete' });
    for (const id of ['validate_order', 'reserve_inventory', 'process_payment', 'create_shipment']) order.succeed(`${id}.do`);
    order.answer('send_confirmation.do.email', REFUSED);
    expect(order.answer('send_confirmation.do.push', REFUSED)).toContain('OrderCompleted');
    expect(twice(order, 'send_confirmation.do.email', UNDONE)).toEqual(['OperationSucceededLate send_confirmation.do.email']);
    expect(order.state?.ending).toBe('completed');
    expect(order.when({ type: 'cancel', reason: null })).toContain('OperationStarted send_confirmation.undo.email_late');
  });
});
