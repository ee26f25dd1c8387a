import { describe, expect, it } from 'vitest';
import { NO_ANSWER, REFUSED, Scenario, spend } from './scenario.ts';

describe('back', () => {
  it('a refusal undoes the steps before it, in reverse', () => {
    const order = new Scenario().until('create_shipment.do');
    expect(order.answer('create_shipment.do', REFUSED)).toEqual([
      'OperationRefused create_shipment.do',
      'RollbackStarted',
      'OperationStarted process_payment.undo',
    ]);
    expect(order.succeed('process_payment.undo')).toEqual([
      'OperationSucceeded process_payment.undo',
      'OperationStarted reserve_inventory.undo',
    ]);
    expect(order.succeed('reserve_inventory.undo')).toEqual(['OperationSucceeded reserve_inventory.undo', 'OrderCompensated']);
  });

  it('a step that can’t be undone is parked, and the ones before it are still undone', () => {
    const order = new Scenario().until('create_shipment.do');
    order.answer('create_shipment.do', REFUSED);
    expect(order.answer('process_payment.undo', REFUSED)).toEqual([
      'OperationParked process_payment.undo',
      'OperationStarted reserve_inventory.undo',
    ]);
    expect(order.succeed('reserve_inventory.undo')).toEqual(['OperationSucceeded reserve_inventory.undo', 'ReviewRequested']);
  });

  it('a shipment on its way is returned instead of cancelled', () => {
    const order = new Scenario().until('create_shipment.do');
    order.succeed('create_shipment.do');
    order.answer('send_confirmation.do.push', REFUSED);
    order.answer('send_confirmation.do.email', REFUSED);
    const dispatched = { type: 'refused', code: 'already_dispatched', message: '' } as const;
    expect(order.answer('create_shipment.undo', dispatched)).toEqual([
      'OperationRefused create_shipment.undo',
      'OperationStarted create_shipment.undo.return',
    ]);
    expect(order.succeed('create_shipment.undo.return')).toContain('OperationStarted process_payment.undo');
  });

  it('an undo is tried for an hour and a half, then the probe is asked, then a person', () => {
    const order = new Scenario().until('process_payment.do');
    order.answer('process_payment.do', REFUSED);
    const startedAt = order.now;
    for (let attempt = 0; attempt < 1_000; attempt += 1) {
      order.answer('reserve_inventory.undo', NO_ANSWER);
      const operation = order.state?.operations['reserve_inventory.undo'];
      if (operation?.phase !== 'waiting') break;
      order.now = operation.at;
      order.when({ type: 'deliver', step: 'reserve_inventory', direction: 'undo' });
    }
    expect(order.events.at(-1)?.type).toBe('OperationDoubted');
    expect(order.next()?.owed).toEqual([{ type: 'probe', operation: 'reserve_inventory.undo' }]);
    expect(order.when({ type: 'probed', operation: 'reserve_inventory.undo', answer: { type: 'never_seen' } })).toEqual([
      'OperationParked reserve_inventory.undo',
      'ReviewRequested',
    ]);
    expect(order.now - startedAt).toBeGreaterThan(85 * 60_000);
    expect(order.now - startedAt).toBeLessThanOrEqual(90 * 60_000);
  });

  it('an undo waits for as long as the participant asks, within its time', () => {
    const order = new Scenario().until('create_shipment.do');
    order.answer('create_shipment.do', REFUSED);
    const busy = { type: 'unanswered', code: 'http_503', message: '', mayHaveHappened: true, retryAfterMs: 3_600_000 } as const;
    expect(order.answer('process_payment.undo', busy)).toEqual(['AttemptFailed process_payment.undo']);
    expect(order.state?.operations['process_payment.undo']).toMatchObject({ at: order.now + 3_600_000 + 500 });
  });

  it('an undo that was applied, and whose every answer was lost, is found by the probe', () => {
    const order = new Scenario().until('create_shipment.do');
    order.answer('create_shipment.do', REFUSED);
    order.later(89 * 60_000);
    order.answer('process_payment.undo', {
      type: 'unanswered',
      code: 'http_503',
      message: '',
      mayHaveHappened: true,
      retryAfterMs: 3_600_000,
    });
    const found = { type: 'probed', operation: 'process_payment.undo', answer: { type: 'succeeded', output: {} } } as const;
    expect(order.when(found)).toEqual(['OperationSucceeded process_payment.undo', 'OperationStarted reserve_inventory.undo']);
  });

  it.each([
    { answer: { type: 'refused', code: 'already_refunded', message: '' } as const },
    { answer: { type: 'turned_away', code: 'http_401', message: '' } as const },
  ])('an undo that is $answer.type after a lost answer is checked with the probe', ({ answer }) => {
    const order = new Scenario().until('create_shipment.do');
    order.answer('create_shipment.do', REFUSED);
    order.answer('process_payment.undo', NO_ANSWER);
    order.later(1_000).when({ type: 'deliver', step: 'process_payment', direction: 'undo' });
    expect(order.answer('process_payment.undo', answer)).toEqual(['OperationDoubted process_payment.undo']);
    const unknown = { type: 'probed', operation: 'process_payment.undo', answer: { type: 'no_probe' } } as const;
    expect(order.when(unknown)[0]).toBe('OperationParked process_payment.undo');
    expect(order.state?.operations['process_payment.undo']).toMatchObject({ code: answer.code });
  });

  it('an undo that an outage of our own cut off is made again, however long that took', () => {
    const order = new Scenario().until('create_shipment.do');
    order.answer('create_shipment.do', REFUSED);
    const lost = { type: 'interrupted', operation: 'process_payment.undo' } as const;
    order.later(7_200_000);
    expect(order.when(lost)).toEqual(['AttemptInterrupted process_payment.undo', 'AttemptStarted process_payment.undo']);
    expect(order.answer('process_payment.undo', NO_ANSWER)).toEqual(['AttemptFailed process_payment.undo']);
  });

  it('an undo has all of its time left after an outage that it spent waiting', () => {
    const order = new Scenario().until('create_shipment.do');
    order.answer('create_shipment.do', REFUSED);
    order.answer('process_payment.undo', NO_ANSWER);
    order.later(7_200_000).when({ type: 'deliver', step: 'process_payment', direction: 'undo' });
    expect(order.answer('process_payment.undo', NO_ANSWER)).toEqual(['AttemptFailed process_payment.undo']);
    order.later(60_000).when({ type: 'deliver', step: 'process_payment', direction: 'undo' });
    order.later(88 * 60_000);
    expect(order.answer('process_payment.undo', NO_ANSWER)).toEqual(['AttemptFailed process_payment.undo']);
  });

  it('an undo that brings the process down each time comes to an end', () => {
    const order = new Scenario().until('create_shipment.do');
    order.answer('create_shipment.do', REFUSED);
    const lost = { type: 'interrupted', operation: 'process_payment.undo' } as const;
    let crashes = 0;
    while (order.later(5_000).when(lost)[0] === 'AttemptInterrupted process_payment.undo') crashes += 1;
    expect(crashes).toBe((90 * 60) / 5);
    expect(order.state?.operations['process_payment.undo']).toMatchObject({ phase: 'asking' });
  });

  it('an undo that was accepted and is not known any more is asked for again, with its key', () => {
    const order = new Scenario().until('create_shipment.do');
    order.answer('create_shipment.do', REFUSED);
    order.answer('process_payment.undo', { type: 'accepted' });
    const forgotten = { type: 'probed', operation: 'process_payment.undo', answer: { type: 'never_seen' } } as const;
    expect(order.when(forgotten)).toEqual(['AttemptFailed process_payment.undo']);
  });

  it('nothing to undo settles an unknown outcome only where the participant fences', () => {
    for (const fences of [true, false]) {
      const order = spend(new Scenario({ capabilities: { fences } }).until('process_payment.do'), 'process_payment.do');
      order.when({ type: 'probed', operation: 'process_payment.do', answer: { type: 'no_probe' } });
      const first = order.answer('process_payment.undo', { type: 'nothing_to_undo' });
      expect(first[0]).toBe(fences ? 'OperationSucceeded process_payment.undo' : 'NothingToUndoYet process_payment.undo');
    }
  });

  it('where it does not, the undo is asked once more after ten minutes and then parked', () => {
    const order = spend(new Scenario().until('process_payment.do'), 'process_payment.do');
    order.when({ type: 'probed', operation: 'process_payment.do', answer: { type: 'no_probe' } });
    order.answer('process_payment.undo', { type: 'nothing_to_undo' });
    expect(order.state?.operations['process_payment.undo']).toMatchObject({ phase: 'waiting', at: order.now + 600_000 });
    order.later(600_000).when({ type: 'deliver', step: 'process_payment', direction: 'undo' });
    expect(order.answer('process_payment.undo', { type: 'nothing_to_undo' })[0]).toBe('OperationParked process_payment.undo');
    expect(order.state?.operations['process_payment.undo']).toMatchObject({ code: 'outcome_unknown' });
  });

  it('nothing to undo means the same where the probe says it of an undo that was accepted', () => {
    const order = spend(new Scenario().until('process_payment.do'), 'process_payment.do');
    order.when({ type: 'probed', operation: 'process_payment.do', answer: { type: 'no_probe' } });
    order.answer('process_payment.undo', { type: 'accepted' });
    const found = { type: 'probed', operation: 'process_payment.undo', answer: { type: 'nothing_to_undo' } } as const;
    expect(order.when(found)).toEqual(['NothingToUndoYet process_payment.undo']);
  });

  it('a known step that is gone already is undone', () => {
    const order = new Scenario().until('process_payment.do');
    order.answer('process_payment.do', REFUSED);
    expect(order.answer('reserve_inventory.undo', { type: 'nothing_to_undo' })).toContain('OrderCompensated');
  });

  it('a message that its queue gave up is parked', () => {
    const order = new Scenario().until('process_payment.do');
    order.answer('process_payment.do', REFUSED);
    const gaveUp = { type: 'give_up', step: 'reserve_inventory', direction: 'undo' } as const;
    expect(order.when(gaveUp)).toEqual([
      'AttemptInterrupted reserve_inventory.undo',
      'OperationParked reserve_inventory.undo',
      'ReviewRequested',
    ]);
    expect(order.when(gaveUp)).toEqual([]);
  });

  it('a confirmation that its queue gave up goes to a person, and nothing is undone', () => {
    const order = new Scenario().until('create_shipment.do');
    order.succeed('create_shipment.do');
    order.succeed('send_confirmation.do.push');
    const gaveUp = { type: 'give_up', step: 'send_confirmation', direction: 'do' } as const;
    expect(order.when(gaveUp)).toEqual([
      'AttemptInterrupted send_confirmation.do.email',
      'OperationParked send_confirmation.do.email',
      'ReviewRequested',
    ]);
    expect(order.state?.cause).toBeNull();
  });
});

describe('cancel', () => {
  it('waits for the call in flight and undoes what it did', () => {
    const order = new Scenario().until('process_payment.do');
    expect(order.when({ type: 'cancel', reason: null })).toEqual(['RollbackStarted']);
    expect(order.succeed('process_payment.do')).toEqual(['OperationSucceeded process_payment.do', 'OperationStarted process_payment.undo']);
  });

  it('is sticky: a success that comes after it never goes forward', () => {
    const order = new Scenario().until('process_payment.do');
    order.when({ type: 'cancel', reason: null });
    order.succeed('process_payment.do');
    expect(
      order.events.filter(({ type }) => type === 'OperationStarted').map((event) => 'operation' in event && event.operation),
    ).not.toContain('create_shipment.do');
  });

  it('makes no further attempt, but asks what became of the last', () => {
    const order = new Scenario().until('process_payment.do');
    order.when({ type: 'cancel', reason: null });
    expect(order.answer('process_payment.do', NO_ANSWER)).toEqual(['OperationDoubted process_payment.do']);
  });

  it('between two attempts asks at once', () => {
    const order = new Scenario().until('process_payment.do');
    order.answer('process_payment.do', NO_ANSWER);
    expect(order.when({ type: 'cancel', reason: null })).toEqual(['RollbackStarted', 'OperationDoubted process_payment.do']);
  });

  it('between two attempts of two channels makes no other in either', () => {
    const order = new Scenario().until('create_shipment.do');
    order.succeed('create_shipment.do');
    order.answer('send_confirmation.do.email', NO_ANSWER);
    order.answer('send_confirmation.do.push', NO_ANSWER);
    expect(order.when({ type: 'cancel', reason: null })).toEqual([
      'RollbackStarted',
      'OperationDoubted send_confirmation.do.email',
      'OperationDoubted send_confirmation.do.push',
    ]);
    order.later(10_000);
    expect(order.when({ type: 'deliver', step: 'send_confirmation', direction: 'do' })).toEqual([]);
  });

  it('twice is once; of a failed order it is refused', () => {
    const order = new Scenario().until('reserve_inventory.do');
    order.when({ type: 'cancel', reason: null });
    expect(order.when({ type: 'cancel', reason: null })).toEqual([]);
    const failed = new Scenario().until('validate_order.do');
    failed.answer('validate_order.do', REFUSED);
    expect(failed.when({ type: 'cancel', reason: null })).toEqual(['refused: cannot_cancel']);
  });

  it('of a completed order undoes everything; nobody’s money waits for the message about it', () => {
    const order = new Scenario().until('create_shipment.do');
    order.succeed('create_shipment.do');
    order.succeed('send_confirmation.do.email');
    order.succeed('send_confirmation.do.push');
    expect(order.when({ type: 'cancel', reason: null })).toEqual([
      'RollbackStarted',
      'OperationStarted send_confirmation.undo.email',
      'OperationStarted create_shipment.undo',
    ]);
    order.succeed('create_shipment.undo');
    order.succeed('process_payment.undo');
    expect(order.succeed('reserve_inventory.undo')).toEqual(['OperationSucceeded reserve_inventory.undo']);
    expect(order.succeed('send_confirmation.undo.email')).toEqual(['OperationSucceeded send_confirmation.undo.email', 'OrderCompensated']);
  });
});
