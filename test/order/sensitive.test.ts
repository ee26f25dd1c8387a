import { describe, expect, it } from 'vitest';
import { domainEventsOf } from '../../src/order/domain-events.ts';
import { cloudEventOf } from '../../src/order/cloud-event.ts';
import { historyOf } from '../../src/order/history.ts';
import { brokenSeal, erased, NO_SEAL, sealOf, shownRow } from '../../src/order/seal.ts';
import { secretPointers, shownEntries } from '../../src/order/sensitive.ts';
import { summaryOf } from '../../src/order/summary.ts';
import { viewOf } from '../../src/order/view.ts';
import type { Answer } from '../../src/saga/answer.ts';
import { defineSaga } from '../../src/saga/builder.ts';
import { fields } from '../../src/saga/read-answer.ts';
import { requestOf } from '../../src/saga/request.ts';
import { placing, Scenario, START } from '../saga/scenario.ts';

const saga = defineSaga({
  name: 'carded',
  version: 1,
  deadlineMs: 60_000,
  events: { placed: ['Placed'], completed: ['Completed'], rolledBack: [] },
})
  .step('tokenize', {
    call: {
      participant: 'cards',
      path: '/tokens',
      body: () => ({}),
      read: fields('payment_id', 'card_token'),
      sensitive: ['payment_id', 'card_token'],
    },
    events: { succeeded: ['Tokenized'] },
  })
  .step('charge', {
    call: {
      participant: 'cards',
      path: '/charges',
      body: ({ outputs }) => ({ token: outputs.tokenize.card_token }),
      read: fields('reservation_id'),
    },
  })
  .done();

function charging(charged: Answer = { type: 'succeeded', output: { reservation_id: 'charge-1' } }) {
  const order = new Scenario({ definition: saga });
  order.when(placing({ saga: saga.name }));
  order.answer('tokenize.do', { type: 'succeeded', output: { payment_id: 'SECRET-1', card_token: 'SECRET-2' } });
  order.answer('charge.do', charged);
  if (!order.state) throw new Error('There is no order');
  const entries = shownEntries(saga, [{ seq: 1, at: START, events: order.events }]);
  const told = {
    view: viewOf(saga, order.state),
    history: historyOf(saga, '4711', entries, 0),
    events: domainEventsOf(saga, entries).map((event) => cloudEventOf(saga, event, '')),
    summary: summaryOf(saga, entries),
  };
  return { state: order.state, entries, told };
}

describe('what a definition says is sensitive', () => {
  it('goes to the call that needs it', () => expect(requestOf(saga, charging().state, 'charge.do').body).toBe('{"token":"SECRET-2"}'));

  it.each(['refused', 'turned_away'] as const)('is told to nobody where a participant repeats it: %s', (type) => {
    const message = 'The token SECRET-2 of SECRET-1 is blocked';
    const { told } = charging({ type, code: 'blocked', message });
    expect(JSON.stringify(told)).not.toContain('SECRET');
    expect(told.view.error).toMatchObject({ code: 'blocked', message: 'The token [removed] of [removed] is blocked' });
  });

  it('is in no history, view, event or summary; what is not, is', () => {
    const { told } = charging();
    expect(told.events).toHaveLength(3);
    expect(JSON.stringify(told)).not.toContain('SECRET');
    expect(told.view.reservation_id).toBe('charge-1');
    expect(JSON.stringify(told.history)).toContain('charge-1');
  });

  it('is in no row that is exported, which is verified all the same, also once it is erased', () => {
    const events = [
      { type: 'OperationSucceeded', operation: 'tokenize.do', output: { payment_id: 'SECRET-1', card_token: 'SECRET-2' } },
    ] as const;
    const row = { seq: 1, at: START, events };
    const pointers = { personal: [], secret: secretPointers(saga, events) };
    const seal = sealOf(NO_SEAL, row, pointers, () => crypto.randomUUID());
    const shown = shownRow(events, seal);
    expect(brokenSeal(NO_SEAL, row, seal)).toBeNull();
    expect(brokenSeal(NO_SEAL, { ...row, events: shown.events }, shown.seal)).toBeNull();
    expect(JSON.stringify(shown)).not.toContain('SECRET');
    expect(shown.seal.secret?.salt).toBeUndefined();
    const left = erased(events, seal);
    expect(JSON.stringify(left)).not.toContain('SECRET');
    expect(brokenSeal(NO_SEAL, { ...row, events: left.events }, left.seal)).toBeNull();
    expect(
      brokenSeal(NO_SEAL, { ...row, events: [{ ...events[0], output: { payment_id: 'hidden', card_token: 'another' } }] }, shown.seal),
    ).not.toBeNull();
  });

  it('is taken to be everything where nobody knows the definition any more', () => {
    const { entries } = charging();
    expect(JSON.stringify(shownEntries(null, entries))).not.toContain('charge-1');
  });
});
