import { describe, expect, it } from 'vitest';
import { goneOnWithout } from '../../src/local/prove/shapes.ts';
import { defineSaga } from '../../src/saga/builder.ts';
import { fields } from '../../src/saga/read-answer.ts';
import type { Answer } from '../../src/saga/answer.ts';
import type { Command } from '../../src/saga/command.ts';
import { hours, minutes } from '../../src/saga/retry.ts';
import { requestOf } from '../../src/saga/request.ts';
import { orderStatus } from '../../src/saga/status.ts';
import { ORDER, placing, REFUSED, Scenario, spend } from './scenario.ts';

const HELD: Answer = { type: 'succeeded', output: { hold_id: 'h' } };

const hold = {
  call: { participant: 'payment', path: '/holds', body: () => null, read: fields('hold_id') },
  undo: { path: '/holds/release', body: () => null },
} as const;

const INSURE = 'insure.do';
const CANCEL_INSURANCE = 'insure.undo';

const insured: Command = { type: 'called_back', operation: INSURE, answer: HELD };
const deliver: Command = { type: 'deliver', step: 'insure', direction: 'undo' };

/** Charged; the insurance, that the order can do without, is asked for. */
function insuring(): Scenario {
  const order = new Scenario({ definition: goneOnWithout, capabilities: { fences: true, keyLifetimeMs: hours(1_000) } });
  const settings = { deadlineMs: hours(2), timeScale: 1, needsApproval: false, confirmationFailure: 'compensate' } as const;
  order.when(placing({ saga: goneOnWithout.name, order: ORDER, settings }));
  order.answer('charge.do', HELD);
  return order;
}

/** Nobody knows whether it is insured: the order has gone on, and the insurance is being cancelled. */
function withoutInsurance(): Scenario {
  const order = spend(insuring(), INSURE);
  expect(order.when({ type: 'probed', operation: INSURE, answer: { type: 'no_probe' } })).toEqual([
    `OperationUnresolved ${INSURE}`,
    `OperationStarted ${CANCEL_INSURANCE}`,
    'OperationStarted book.do',
  ]);
  return order;
}

/** Likewise, and it is completed: the insurance was refused. */
function uninsured(): Scenario {
  const order = insuring();
  expect(order.answer(INSURE, REFUSED)).toEqual([`OperationRefused ${INSURE}`, 'OperationStarted book.do']);
  expect(order.answer('book.do', HELD)).toContain('OrderCompleted');
  return order;
}

const statusOf = ({ state }: Scenario) => state && orderStatus(goneOnWithout, state);

describe('a step that the order goes on without, and that may have happened', () => {
  it('is undone meanwhile, and the order completed once it is', () => {
    const order = withoutInsurance();
    const request = order.state && requestOf(goneOnWithout, order.state, CANCEL_INSURANCE);
    expect(request).toMatchObject({
      path: '/holds/release',
      body: JSON.stringify({ hold_id: null, undoes: 'acme.4711.insure.do', reason: 'timed_out' }),
    });
    expect(order.answer('book.do', HELD)).toEqual(['OperationSucceeded book.do']);
    expect(order.succeed(CANCEL_INSURANCE)).toEqual([`OperationSucceeded ${CANCEL_INSURANCE}`, 'OrderCompleted']);
  });

  it('does not hold the order up: it is completed at once where the undo was faster', () => {
    const order = withoutInsurance();
    expect(order.succeed(CANCEL_INSURANCE)).toEqual([`OperationSucceeded ${CANCEL_INSURANCE}`]);
    expect(order.answer('book.do', HELD)).toContain('OrderCompleted');
  });

  it('goes to a person where it can’t be undone, and the order is completed when they have settled it', () => {
    const order = withoutInsurance();
    expect(order.answer(CANCEL_INSURANCE, REFUSED)).toEqual([`OperationParked ${CANCEL_INSURANCE}`]);
    expect(order.answer('book.do', HELD)).toEqual(['OperationSucceeded book.do', 'ReviewRequested']);
    expect(order.when({ type: 'resolve', step: 'insure', by: 'ann', note: 'By phone' })).toEqual([
      `OperationResolved ${CANCEL_INSURANCE}`,
      'OrderCompleted',
    ]);
  });

  it('can be undone on a person’s word while the order is under way', () => {
    const order = withoutInsurance();
    order.answer(CANCEL_INSURANCE, REFUSED);
    expect(order.when({ type: 'retry', step: 'insure', by: 'ann', note: '' })).toEqual([`OperationRetried ${CANCEL_INSURANCE}`]);
    order.when(deliver);
    expect(order.succeed(CANCEL_INSURANCE)).toEqual([`OperationSucceeded ${CANCEL_INSURANCE}`]);
    expect(order.when({ type: 'retry', step: 'insure', by: 'ann', note: '' })).toEqual(['refused: not_in_review']);
  });

  it('is undone once where the order turns back meanwhile', () => {
    const order = withoutInsurance();
    expect(order.answer('book.do', REFUSED)).toEqual(['OperationRefused book.do', 'RollbackStarted']);
    expect(order.succeed(CANCEL_INSURANCE)).toEqual([`OperationSucceeded ${CANCEL_INSURANCE}`, 'OperationStarted charge.undo']);
    expect(order.succeed('charge.undo')).toContain('OrderCompensated');
  });
});

describe('a step that the order went on without, and that happens after all', () => {
  it('is undone, though the order is completed, and stays so for its customer', () => {
    const order = uninsured();
    expect(order.when(insured)).toEqual([`OperationSucceededLate ${INSURE}`, 'OperationStarted insure.undo.late']);
    expect(statusOf(order)).toBe('completed');
    expect(order.when(insured)).toEqual([]);
    expect(order.succeed('insure.undo.late')).toEqual(['OperationSucceeded insure.undo.late', 'OrderCompleted']);
  });

  it('goes to a person where it can’t be undone', () => {
    const order = uninsured();
    order.when(insured);
    expect(order.answer('insure.undo.late', REFUSED)).toEqual(['OperationParked insure.undo.late', 'ReviewRequested']);
    expect(order.when({ type: 'retry', step: 'insure', by: 'ann', note: '' })).toEqual(['OperationRetried insure.undo.late']);
    order.when(deliver);
    expect(order.succeed('insure.undo.late')).toContain('OrderCompleted');
  });

  it('goes to a person again where one has settled it without knowing', () => {
    const order = withoutInsurance();
    order.answer('book.do', HELD);
    order.answer(CANCEL_INSURANCE, REFUSED);
    order.when({ type: 'resolve', step: 'insure', by: 'ann', note: '' });
    expect(order.state?.ending).toBe('completed');
    expect(order.when(insured)).toEqual([`OperationSucceededLate ${INSURE}`, `OperationParked ${CANCEL_INSURANCE}`, 'ReviewRequested']);
  });

  it('is undone with the order where that is cancelled meanwhile', () => {
    const order = uninsured();
    order.when(insured);
    expect(order.when({ type: 'cancel', reason: null })).toEqual(['RollbackStarted', 'OperationStarted book.undo']);
    expect(order.succeed('book.undo')).toEqual(['OperationSucceeded book.undo']);
    expect(order.succeed('insure.undo.late')).toContain('OperationStarted charge.undo');
  });
});

describe('an order that is taken up again only to undo what it went on without', () => {
  /** Charged for good, then insured. */
  const committed = defineSaga({
    name: 'committed',
    version: 1,
    deadlineMs: minutes(5),
    events: { placed: [], completed: [], rolledBack: [] },
  })
    .step('charge', hold)
    .pivot()
    .step('insure', { ...hold, whenFailed: 'go_on' })
    .done();

  it('is told of its parcel, which was on its way before', () => {
    const order = uninsured();
    order.when(insured);
    const shipped: Command = { type: 'report_shipment', report: 'shipped', trackingNumber: 'T', occurredAt: order.now };
    expect(order.when(shipped)).toEqual(['ShipmentReported']);
    order.answer('insure.undo.late', REFUSED);
    expect(order.state?.ending).toBe('needs_review');
    expect(order.when({ ...shipped, report: 'delivered' })).toEqual(['ShipmentReported']);
  });

  it('can be cancelled as a completed order can, also behind its pivot', () => {
    const order = new Scenario({ definition: committed });
    order.when(placing({ saga: committed.name }));
    order.answer('charge.do', HELD);
    expect(order.answer(INSURE, REFUSED)).toContain('OrderCompleted');
    order.when(insured);
    expect(order.when({ type: 'cancel', reason: null })).toContain('RollbackStarted');
  });
});

describe('an order that waits for a person while something is undone', () => {
  const asked = defineSaga({ name: 'asked', version: 1, deadlineMs: minutes(5), events: { placed: [], completed: [], rolledBack: [] } })
    .step('charge', hold)
    .step('insure', { ...hold, whenFailed: 'go_on' })
    .step('book', { ...hold, whenFailed: 'ask' })
    .step('confirm', hold)
    .done();

  it('has its time anew when what the person was asked about succeeds by itself', () => {
    const order = new Scenario({ definition: asked });
    const settings = { deadlineMs: minutes(5), timeScale: 1, needsApproval: false, confirmationFailure: 'compensate' } as const;
    order.when(placing({ saga: asked.name, settings }));
    order.answer('charge.do', HELD);
    order.answer(INSURE, REFUSED);
    expect(order.answer('book.do', REFUSED)).toContain('ReviewRequested');
    expect(order.later(minutes(6)).when(insured)).toContain('OperationStarted insure.undo.late');
    const booked: Command = { type: 'called_back', operation: 'book.do', answer: HELD };
    expect(order.when(booked)).toEqual(['OperationSucceeded book.do', 'OperationStarted confirm.do']);
  });
});

describe('a message that the order goes on without', () => {
  it('has nothing that could be undone: nobody is told that the order is cancelled', () => {
    const order = new Scenario();
    order.place({ confirmationFailure: 'complete' });
    for (const id of ['validate_order.do', 'reserve_inventory.do', 'process_payment.do', 'create_shipment.do']) order.succeed(id);
    order.answer('send_confirmation.do.email', REFUSED);
    const lost: Answer = { type: 'unanswered', code: 'timed_out', message: '', mayHaveHappened: true };
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      order.answer('send_confirmation.do.push', lost);
      order.later(60_000).when({ type: 'deliver', step: 'send_confirmation', direction: 'do' });
    }
    const probed = order.when({ type: 'probed', operation: 'send_confirmation.do.push', answer: { type: 'no_probe' } });
    expect(probed).toEqual(['OperationUnresolved send_confirmation.do.push', 'OrderCompleted']);
  });
});
