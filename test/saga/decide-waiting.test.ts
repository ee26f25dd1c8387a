import { describe, expect, it } from 'vitest';
import { NO_ANSWER, Scenario } from './scenario.ts';

describe('an order whose deadline came while nobody looked', () => {
  it('is to be looked at now', () => {
    const order = new Scenario();
    order.place({ needsApproval: true });
    order.succeed('validate_order.do');
    order.later(1_800_000);
    expect(order.next()).toEqual({ owed: [], wakeAt: order.now });
    order.when({ type: 'tick' });
    expect(order.state?.cause).toMatchObject({ code: 'approval_timed_out' });
  });
});

describe('time', () => {
  it('that is over turns the order back, whatever it waits for', () => {
    const order = new Scenario().until('process_payment.do');
    order.answer('process_payment.do', NO_ANSWER);
    order.later(1_800_000);
    expect(order.when({ type: 'tick' })).toEqual(['OperationDoubted process_payment.do', 'RollbackStarted']);
    expect(order.state?.cause).toMatchObject({ status: 'cancelled', code: 'deadline_exceeded' });
  });

  it('does nothing before it is due, and nothing twice', () => {
    const order = new Scenario().until('process_payment.do');
    expect(order.when({ type: 'tick' })).toEqual([]);
    order.answer('process_payment.do', NO_ANSWER);
    expect(order.when({ type: 'tick' })).toEqual([]);
    order.later(500);
    expect(order.when({ type: 'tick' })).toEqual(['AttemptStarted process_payment.do']);
    expect(order.when({ type: 'tick' })).toEqual([]);
  });

  it('does not take back an order whose confirmation may fail', () => {
    const order = new Scenario();
    order.place({ confirmationFailure: 'complete' });
    for (const step of ['validate_order', 'reserve_inventory', 'process_payment', 'create_shipment']) order.succeed(`${step}.do`);
    order.succeed('send_confirmation.do.push');
    order.answer('send_confirmation.do.email', NO_ANSWER);
    order.later(1_800_000);
    expect(order.when({ type: 'tick' })).toEqual(['OperationDoubted send_confirmation.do.email']);
    expect(order.next()).toEqual({ owed: [{ type: 'probe', operation: 'send_confirmation.do.email' }], wakeAt: null });
    const none = { type: 'probed', operation: 'send_confirmation.do.email', answer: { type: 'no_probe' } } as const;
    expect(order.when(none)).toEqual(['OperationUnresolved send_confirmation.do.email', 'OrderCompleted']);
  });

  it('never turns back an order that is complete', () => {
    const order = new Scenario().until('create_shipment.do');
    order.succeed('create_shipment.do');
    order.succeed('send_confirmation.do.email');
    order.later(1_800_001);
    expect(order.succeed('send_confirmation.do.push')).toContain('OrderCompleted');
    expect(order.when({ type: 'tick' })).toEqual([]);
  });
});

/** An order that waits for a person. */
function waiting(): Scenario {
  const order = new Scenario();
  order.place({ needsApproval: true });
  order.succeed('validate_order.do');
  return order;
}

describe('approval', () => {
  it('is waited for before anything is reserved', () => {
    expect(waiting().events.at(-1)).toMatchObject({ type: 'ApprovalRequested', step: 'approval' });
  });

  it('goes on when given; the first decision wins', () => {
    const order = waiting();
    const approve = { type: 'approve', decision: 'approve', by: 'ann', note: null } as const;
    expect(order.when(approve)).toEqual(['ApprovalDecided', 'OperationStarted reserve_inventory.do']);
    expect(order.when(approve)).toEqual([]);
    expect(order.when({ ...approve, decision: 'reject' })).toEqual(['refused: already_decided']);
  });

  it('refused cancels the order', () => {
    const order = waiting();
    expect(order.when({ type: 'approve', decision: 'reject', by: 'ann', note: null })).toEqual([
      'ApprovalDecided',
      'RollbackStarted',
      'OrderCompensated',
    ]);
    expect(order.state?.cause).toMatchObject({ status: 'cancelled', code: 'approval_rejected' });
  });

  it('that nobody gives in time cancels the order, and comes too late then', () => {
    const order = waiting().later(1_800_000);
    order.when({ type: 'tick' });
    expect(order.state?.cause).toMatchObject({ status: 'cancelled', code: 'approval_timed_out' });
    expect(order.when({ type: 'approve', decision: 'approve', by: 'ann', note: null })).toEqual(['refused: not_waiting']);
  });

  it('comes too late when the time is over, though nobody has noticed yet', () => {
    const order = waiting().later(1_800_000);
    expect(order.when({ type: 'approve', decision: 'approve', by: 'ann', note: null })).toEqual(['refused: not_waiting']);
  });

  it('is refused before the order waits for it', () => {
    expect(new Scenario().until('validate_order.do').when({ type: 'approve', decision: 'approve', by: 'ann', note: null })).toEqual([
      'refused: not_waiting',
    ]);
  });
});
