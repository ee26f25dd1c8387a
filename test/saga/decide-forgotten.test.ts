import { describe, expect, it } from 'vitest';
import { attemptTimes } from '../../src/saga/next.ts';
import { orderFulfillment } from '../../src/sagas/order-fulfillment.ts';
import { NO_ANSWER, REFUSED, Scenario, spend } from './scenario.ts';

const CHARGE = 'process_payment.do';
const REFUND = 'process_payment.undo';
const HOUR = 3_600_000;

const NO_PROBE = { type: 'probed', operation: CHARGE, answer: { type: 'no_probe' } } as const;
const deliver = { type: 'deliver', step: 'process_payment', direction: 'undo' } as const;

/** Nobody knows whether it was charged, and the refund is owed. */
function inDoubt(keyLifetimeMs: number): Scenario {
  const order = spend(new Scenario({ capabilities: { fences: true, keyLifetimeMs } }).until(CHARGE), CHARGE);
  order.when(NO_PROBE);
  expect(order.state?.operations[REFUND]?.phase).toBe('calling');
  return order;
}

describe('a participant that fences, and finds nothing to undo', () => {
  it('is believed while it remembers the key of what is to be undone', () => {
    const order = inDoubt(HOUR);
    expect(order.answer(REFUND, { type: 'nothing_to_undo' })[0]).toBe(`OperationSucceeded ${REFUND}`);
  });

  it('is not believed once it may have forgotten that key: it can’t tell what was charged under it', () => {
    const order = inDoubt(HOUR);
    order.answer(REFUND, NO_ANSWER);
    order.later(HOUR - 200_000).when(deliver);
    expect(order.state?.operations[REFUND]).toMatchObject({ phase: 'calling', attempt: 2 });
    expect(order.answer(REFUND, { type: 'nothing_to_undo' })).toEqual([`NothingToUndoYet ${REFUND}`]);
    order.later(2 * HOUR).when(deliver);
    order.when({ type: 'probed', operation: REFUND, answer: { type: 'nothing_to_undo' } });
    expect(order.state?.operations[REFUND]).toMatchObject({ phase: 'parked', code: 'outcome_unknown' });
  });
});

describe('a confirmation that a person has tried again', () => {
  function givenUp(hoursLater = 0): Scenario {
    const order = new Scenario().until('create_shipment.do');
    order.succeed('create_shipment.do');
    order.when({ type: 'give_up', step: 'send_confirmation', direction: 'do' });
    expect(order.state?.ending).toBe('needs_review');
    order.later(hoursLater * HOUR).when({ type: 'retry', step: 'send_confirmation', by: 'ann', note: 'The service is back' });
    return order;
  }

  it('and that is refused, asks the person again: a retry of a message recalls no parcel', () => {
    const order = givenUp();
    order.when({ type: 'deliver', step: 'send_confirmation', direction: 'do' });
    const channels = Object.keys(order.state?.operations ?? {}).filter((id) => id.startsWith('send_confirmation.do'));
    for (const id of channels) order.answer(id, REFUSED);
    for (const id of channels) order.when({ type: 'probed', operation: id, answer: { type: 'no_probe' } });
    expect(order.state).toMatchObject({ cause: null, ending: 'needs_review' });
    expect(order.events.map(({ type }) => type)).not.toContain('RollbackStarted');
  });

  it('past the lifetime of its key, asks the person again where nobody can tell', () => {
    const order = givenUp(25);
    order.when({ type: 'deliver', step: 'send_confirmation', direction: 'do' });
    const asked = Object.entries(order.state?.operations ?? {}).filter(([, { phase }]) => phase === 'asking');
    expect(asked).not.toEqual([]);
    for (const [id] of asked) order.when({ type: 'probed', operation: id, answer: { type: 'no_probe' } });
    expect(order.events.map(({ type }) => type)).not.toContain('RollbackStarted');
  });
});

describe('a participant that asks for more time than there is', () => {
  it('is not called again before that time because its probe never saw the call', () => {
    const order = new Scenario().until(CHARGE);
    order.answer(CHARGE, { type: 'unanswered', code: 'http_503', message: '', mayHaveHappened: true, retryAfterMs: HOUR });
    expect(order.state?.operations[CHARGE]?.phase).toBe('asking');
    const unseen = { type: 'probed', operation: CHARGE, answer: { type: 'never_seen' } } as const;
    expect(order.when(unseen)[0]).toBe(`OperationUnresolved ${CHARGE}`);
  });
});

describe('the time after which an undo is to be refused', () => {
  it('never lies past the lifetime of its key', () => {
    const order = new Scenario({ capabilities: { keyLifetimeMs: HOUR } }).until('create_shipment.do');
    order.answer('create_shipment.do', REFUSED);
    order.later(HOUR - 10);
    const { state } = order;
    if (!state) throw new Error('There is no order');
    const { notAfter } = attemptTimes(orderFulfillment, state, REFUND, order.context);
    expect(notAfter).toBeLessThanOrEqual((state.operations[REFUND]?.startedAt ?? 0) + HOUR);
  });
});
