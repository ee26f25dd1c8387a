import { describe, expect, it } from 'vitest';
import { approved, delayed, persistent, pivoted, sideBySide, skipped } from '../../src/local/prove/shapes.ts';
import type { Answer } from '../../src/saga/answer.ts';
import type { Command } from '../../src/saga/command.ts';
import { defineSaga } from '../../src/saga/builder.ts';
import { anything } from '../../src/saga/read-answer.ts';
import type { SagaDefinition } from '../../src/saga/definition.ts';
import { hours } from '../../src/saga/retry.ts';
import { placing, REFUSED, Scenario } from './scenario.ts';

const DEADLINE_MS = hours(48);

const HELD: Answer = { type: 'succeeded', output: { hold_id: 'h' } };

const cancel: Command = { type: 'cancel', reason: null };

/** Placed, and these operations succeeded. */
function order(definition: SagaDefinition, ...held: readonly string[]): Scenario {
  const scenario = new Scenario({ definition, capabilities: { keyLifetimeMs: hours(1_000) } });
  const settings = { deadlineMs: DEADLINE_MS, timeScale: 1, needsApproval: false, confirmationFailure: 'compensate' } as const;
  scenario.when(placing({ saga: definition.name, settings }));
  for (const operation of held) scenario.answer(operation, HELD);
  return scenario;
}

describe('a wait for a person behind the pivot', () => {
  it('is theirs to end also when the time of the order is over', () => {
    const call = { participant: 'payment', path: '/charges', body: () => ({}), read: anything } as const;
    const definition = defineSaga({
      name: 'released',
      version: 1,
      deadlineMs: hours(1),
      events: { placed: [], completed: [], rolledBack: [] },
    })
      .step('charge', { timeoutMs: 1_000, call, undo: { path: '/refunds', body: () => ({}) } })
      .pivot()
      .approval('release', () => true, { withinMs: hours(24), whenLate: 'approve' })
      .step('ship', { timeoutMs: 1_000, call, whenFailed: 'ask' })
      .done();
    const waiting = new Scenario({ definition });
    waiting.when(placing({ saga: 'released' }));
    waiting.succeed('charge.do');
    waiting.later(hours(2)).when({ type: 'tick' });
    expect(waiting.when({ type: 'approve', decision: 'approve', by: 'ann', note: null })).toEqual([
      'ApprovalDecided',
      'OperationStarted ship.do',
    ]);
  });
});

describe('steps side by side', () => {
  it('begin together, and the order goes on when both are done', () => {
    const both = order(sideBySide);
    expect(both.answer('reserve.do', HELD).slice(1)).toEqual(['OperationStarted charge.do', 'OperationStarted insure.do']);
    expect(both.answer('insure.do', HELD)).toEqual(['OperationSucceeded insure.do']);
    expect(both.answer('charge.do', HELD)).toEqual(['OperationSucceeded charge.do', 'OrderCompleted']);
  });

  it('are undone together, and before the stage before them', () => {
    const both = order(sideBySide, 'reserve.do', 'charge.do', 'insure.do');
    expect(both.when(cancel)).toEqual(['RollbackStarted', 'OperationStarted charge.undo', 'OperationStarted insure.undo']);
    expect(both.succeed('insure.undo')).toEqual(['OperationSucceeded insure.undo']);
    expect(both.succeed('charge.undo')).toEqual(['OperationSucceeded charge.undo', 'OperationStarted reserve.undo']);
    expect(both.succeed('reserve.undo')).toContain('OrderCompensated');
  });

  it('wait for the one that is under way when the other fails, and undo it', () => {
    const both = order(sideBySide, 'reserve.do');
    expect(both.answer('charge.do', REFUSED)).toEqual(['OperationRefused charge.do', 'RollbackStarted']);
    expect(both.answer('insure.do', HELD)).toEqual(['OperationSucceeded insure.do', 'OperationStarted insure.undo']);
    expect(both.succeed('insure.undo')).toContain('OperationStarted reserve.undo');
  });
});

describe('a step that the order has no need of', () => {
  it('is skipped, and not undone', () => {
    const dear = order(skipped, 'charge.do', 'insure.do');
    expect(dear.state?.skipped).toEqual(['check_credit']);
    dear.when(cancel);
    dear.succeed('insure.undo');
    expect(dear.succeed('charge.undo')).toEqual(['OperationSucceeded charge.undo', 'OrderCompensated']);
  });
});

describe('a wait', () => {
  it('is over when its time is, and the order is woken for it', () => {
    const thought = order(delayed, 'charge.do');
    expect(thought.next()).toEqual({ owed: [], wakeAt: thought.now + hours(24) });
    expect(thought.later(hours(24) - 1).when({ type: 'tick' })).toEqual([]);
    expect(thought.later(1).when({ type: 'tick' })).toEqual(['DelayEnded', 'OperationStarted book.do']);
  });

  it('for a person ends as the saga says where nobody decides', () => {
    const silent = order(approved);
    expect(silent.next()?.wakeAt).toBe(silent.now + hours(1));
    expect(silent.later(hours(1)).when({ type: 'tick' })).toEqual(['ApprovalTimedOut', 'OperationStarted charge.do']);
    silent.answer('charge.do', HELD);
    expect(silent.later(hours(1)).when({ type: 'tick' })).toEqual(['ApprovalTimedOut', 'RollbackStarted', 'OperationStarted charge.undo']);
    expect(silent.state?.cause).toMatchObject({ status: 'cancelled', step: 'goods', code: 'approval_timed_out' });
  });
});

describe('an order behind its pivot', () => {
  it('is cancelled no more, has no deadline, and asks a person where a step fails', () => {
    const committed = order(pivoted, 'reserve.do', 'charge.do');
    expect(committed.when(cancel)).toEqual(['refused: cannot_cancel']);
    expect(committed.later(DEADLINE_MS).when({ type: 'tick' })).toEqual([]);
    expect(committed.answer('book.do', REFUSED)).toEqual(['OperationParked book.do', 'ReviewRequested']);
    expect(committed.when({ type: 'retry', step: 'book', by: 'ann', note: '' })).toEqual(['OperationRetried book.do']);
    committed.when({ type: 'tick' });
    expect(committed.answer('book.do', HELD)).toContain('OrderCompleted');
  });

  it('turns back where the pivot itself fails', () => {
    const refused = order(pivoted, 'reserve.do');
    expect(refused.when(cancel)).toEqual(['refused: cannot_cancel']);
    expect(refused.answer('charge.do', REFUSED)).toEqual([
      'OperationRefused charge.do',
      'RollbackStarted',
      'OperationStarted reserve.undo',
    ]);
  });
});

describe('a step that is tried for long', () => {
  it('is tried until its time is over, and then a person is asked', () => {
    const tried = order(persistent, 'charge.do');
    for (let attempt = 1; attempt <= 50; attempt += 1) {
      tried.answer('book.do', { type: 'unanswered', code: 'busy', message: '', mayHaveHappened: false });
      tried.later(60_000).when({ type: 'tick' });
    }
    expect(tried.state?.operations['book.do']).toMatchObject({ phase: 'calling', attempt: 51 });
    tried.later(hours(12)).answer('book.do', { type: 'unanswered', code: 'timed_out', message: '', mayHaveHappened: true });
    expect(tried.when({ type: 'probed', operation: 'book.do', answer: { type: 'no_probe' } })).toEqual([
      'OperationParked book.do',
      'ReviewRequested',
    ]);
    expect(tried.state?.cause).toBeNull();
  });
});
