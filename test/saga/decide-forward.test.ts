import { describe, expect, it } from 'vitest';
import { NO_ANSWER, ORDER, placing, Scenario, spend, START } from './scenario.ts';

describe('forward', () => {
  it('an order starts its first step in the transaction that places it', () => {
    expect(new Scenario().place()).toEqual(['OrderPlaced', 'OperationStarted validate_order.do']);
  });

  it('the end of a step and the start of the next are one transaction', () => {
    const order = new Scenario();
    order.place();
    expect(order.succeed('validate_order.do')).toEqual([
      'OperationSucceeded validate_order.do',
      'StepSkipped',
      'OperationStarted reserve_inventory.do',
    ]);
  });

  it('both channels of the confirmation start side by side, and both have to succeed', () => {
    const order = new Scenario().until('create_shipment.do');
    expect(order.succeed('create_shipment.do')).toEqual([
      'OperationSucceeded create_shipment.do',
      'OperationStarted send_confirmation.do.email',
      'OperationStarted send_confirmation.do.push',
    ]);
    expect(order.succeed('send_confirmation.do.push')).toEqual(['OperationSucceeded send_confirmation.do.push']);
    expect(order.succeed('send_confirmation.do.email')).toEqual(['OperationSucceeded send_confirmation.do.email', 'OrderCompleted']);
  });

  it('the confirmation is called at once, and what has to be tried again is brought by the queue', () => {
    const order = new Scenario().until('create_shipment.do');
    order.succeed('create_shipment.do');
    expect(order.next()?.owed).toEqual([
      { type: 'call', operation: 'send_confirmation.do.email' },
      { type: 'call', operation: 'send_confirmation.do.push' },
    ]);
    order.succeed('send_confirmation.do.push');
    order.answer('send_confirmation.do.email', NO_ANSWER);
    expect(order.next()?.owed).toMatchObject([{ type: 'hand', step: 'send_confirmation', direction: 'do' }]);
    order.later(60_000).when({ type: 'deliver', step: 'send_confirmation', direction: 'do' });
    expect(order.state?.operations['send_confirmation.do.email']).toMatchObject({ phase: 'calling', attempt: 2 });
    expect(order.next()?.owed).toEqual([{ type: 'call', operation: 'send_confirmation.do.email' }]);
  });

  it('an answer that comes twice changes nothing the second time', () => {
    const order = new Scenario().until('process_payment.do');
    const answer = {
      type: 'answered',
      operation: 'process_payment.do',
      attempt: 1,
      answer: { type: 'succeeded', output: { payment_id: 'p' } },
    } as const;
    expect(order.when(answer)).toContain('OperationStarted create_shipment.do');
    expect(order.when(answer)).toEqual([]);
  });

  it('placing the same order again is the same order; another one is refused', () => {
    const order = new Scenario();
    order.when(placing({ idempotencyKey: 'k' }));
    expect(order.when(placing({ idempotencyKey: 'k' }))).toEqual([]);
    expect(order.when(placing({ idempotencyKey: 'other' }))).toEqual([]);
    const another = { ...ORDER, customerId: 'c-2' };
    expect(order.when(placing({ idempotencyKey: 'k', order: another }))).toEqual(['refused: idempotency_key_reused']);
    expect(order.when(placing({ order: another }))).toEqual(['refused: order_exists']);
    expect(order.when(placing({ saga: 'another_saga' }))).toEqual(['refused: order_exists']);
  });
});

describe('an unanswered call', () => {
  it('is made again with the same key after a jittered, doubling pause', () => {
    const order = new Scenario().until('process_payment.do');
    const pauses = [];
    for (let attempt = 1; attempt < 5; attempt += 1) {
      order.answer('process_payment.do', NO_ANSWER);
      const operation = order.state?.operations['process_payment.do'];
      if (operation?.phase !== 'waiting') throw new Error('not waiting');
      pauses.push(operation.at - order.now);
      order.now = operation.at;
      expect(order.when({ type: 'tick' })).toEqual(['AttemptStarted process_payment.do']);
    }
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000]);
  });

  it.each([0, 0.25, 0.999])(
    'waits as long as Retry-After says and a jittered pause on top, so that not all come back at once (%d)',
    (random) => {
      const order = new Scenario().until('process_payment.do');
      order.random = random;
      order.answer('process_payment.do', {
        type: 'unanswered',
        code: 'http_429',
        message: '',
        mayHaveHappened: false,
        retryAfterMs: 90_000,
      });
      expect(order.state?.operations['process_payment.do']).toMatchObject({ phase: 'waiting', at: START + 90_000 + random * 1_000 });
    },
  );

  it('waits no longer than Retry-After says where the order has no more time than that', () => {
    const order = new Scenario().until('process_payment.do');
    const busy = { type: 'unanswered', code: 'http_429', message: '', mayHaveHappened: false, retryAfterMs: 1_799_900 } as const;
    order.answer('process_payment.do', busy);
    expect(order.state?.operations['process_payment.do']).toMatchObject({ phase: 'waiting', at: START + 1_799_900 });
  });

  it('turned away for a reason of our own takes the order back, and blames no customer', () => {
    const order = new Scenario().until('process_payment.do');
    expect(order.answer('process_payment.do', { type: 'turned_away', code: 'http_401', message: '' })).toEqual([
      'OperationTurnedAway process_payment.do',
      'RollbackStarted',
      'OperationStarted reserve_inventory.undo',
    ]);
    expect(order.state?.cause).toMatchObject({ status: 'failed', step: 'process_payment', code: 'http_401' });
  });

  it('is not waited for past the order’s time', () => {
    const order = new Scenario().until('process_payment.do');
    expect(
      order.answer('process_payment.do', {
        type: 'unanswered',
        code: 'http_429',
        message: '',
        mayHaveHappened: false,
        retryAfterMs: 3_600_000,
      }),
    ).toEqual(['OperationDoubted process_payment.do']);
  });

  it('is asked about when the attempts are spent, and the answer found goes forward', () => {
    const order = spend(new Scenario().until('process_payment.do'), 'process_payment.do');
    expect(order.state?.operations['process_payment.do']).toMatchObject({ phase: 'asking' });
    const found = { type: 'succeeded', output: { payment_id: 'pay_1' } } as const;
    expect(order.when({ type: 'probed', operation: 'process_payment.do', answer: found })).toContain('OperationStarted create_shipment.do');
  });

  it('that stays unknown is undone, never taken for a failure', () => {
    const order = spend(new Scenario().until('process_payment.do'), 'process_payment.do');
    expect(order.when({ type: 'probed', operation: 'process_payment.do', answer: { type: 'no_probe' } })).toEqual([
      'OperationUnresolved process_payment.do',
      'RollbackStarted',
      'OperationStarted process_payment.undo',
    ]);
  });

  it('followed by a refusal of our credentials stays unknown', () => {
    const order = new Scenario().until('process_payment.do');
    order.answer('process_payment.do', NO_ANSWER);
    order.later(10_000).when({ type: 'tick' });
    const turnedAway = { type: 'turned_away', code: 'http_401', message: '' } as const;
    expect(order.answer('process_payment.do', turnedAway)).toEqual(['OperationDoubted process_payment.do']);
  });

  it('cut off by a restart counts as an attempt and is made again at once', () => {
    const order = new Scenario().until('process_payment.do');
    const lost = { type: 'interrupted', operation: 'process_payment.do' } as const;
    expect(order.when(lost)).toEqual(['AttemptInterrupted process_payment.do', 'AttemptStarted process_payment.do']);
    expect(order.state?.operations['process_payment.do']).toMatchObject({ phase: 'calling', attempt: 2, inDoubt: true });
  });
});
