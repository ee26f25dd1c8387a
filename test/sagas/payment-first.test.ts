/** The definition, to the letter: its times, its limits, and its order state machine whatever the world does. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evolve } from '../../src/saga/evolve.ts';
import { parkedOf } from '../../src/saga/progress.ts';
import { requestOf } from '../../src/saga/request.ts';
import type { SagaState } from '../../src/saga/state.ts';
import { orderStatus } from '../../src/saga/status.ts';
import { paymentFirst } from '../../src/sagas/payment-first.ts';
import { NO_ANSWER, ORDER, REFUSED, Scenario, START } from '../saga/scenario.ts';
import { World } from '../saga/world.ts';
import { stateOf } from './fulfillments.ts';

const TRANSITIONS: Readonly<Record<string, readonly string[]>> = {
  pending: ['payment_processing', 'cancelled'],
  payment_processing: ['payment_completed', 'cancelled'],
  payment_completed: ['inventory_reserved', 'cancelled'],
  inventory_reserved: ['confirmed', 'cancelled'],
  confirmed: [],
  cancelled: [],
};

/** Each status once, in order. While a person is waited for the order is where it was. */
function statusesOf({ events }: Scenario): readonly string[] {
  let state: SagaState | null = null;
  const statuses = events.map((event) => {
    state = evolve(state, event, START);
    return orderStatus(paymentFirst, state);
  });
  return statuses.filter((status) => status !== 'needs_review').filter((status, index, all) => status !== all[index - 1]);
}

const invalid = (statuses: readonly string[]): readonly string[] =>
  statuses.flatMap((from, index) => {
    const to = statuses[index + 1];
    return to === undefined || TRANSITIONS[from]?.includes(to) ? [] : [`${from} -> ${to}`];
  });

const placed = (): Scenario => {
  const order = new Scenario({ definition: paymentFirst });
  order.place();
  return order;
};

const paid = (): Scenario => {
  const order = placed();
  order.succeed('process_payment.do');
  return order;
};

describe('the order state machine', () => {
  it('goes from one state to the next, and ends confirmed', () => {
    const order = paid();
    order.succeed('reserve_inventory.do');
    order.succeed('send_confirmation.do.email');
    expect(statusesOf(order)).toEqual(['pending', 'payment_processing', 'payment_completed', 'inventory_reserved', 'confirmed']);
  });

  it('knows no way out of confirmed but the parcel’s: a cancel is refused', () => {
    const order = paid();
    order.succeed('reserve_inventory.do');
    order.succeed('send_confirmation.do.email');
    const answer = order.ask({ type: 'cancel', reason: null });
    expect(answer).toEqual({ ok: false, refusal: { reason: 'cannot_cancel', status: 'confirmed' } });
  });

  it('stays cancelled while a charge that happened after all is given back', () => {
    const order = placed();
    order.answer('process_payment.do', REFUSED);
    expect(statusesOf(order)).toEqual(['pending', 'payment_processing', 'cancelled']);
    const late = {
      type: 'called_back',
      operation: 'process_payment.do',
      answer: { type: 'succeeded', output: { payment_id: 'p' } },
    } as const;
    expect(order.when(late)).toContain('OperationStarted process_payment.undo.late');
    expect(orderStatus(paymentFirst, stateOf(order))).toBe('cancelled');
    order.succeed('process_payment.undo.late');
    expect(statusesOf(order)).toEqual(['pending', 'payment_processing', 'cancelled']);
  });

  it('makes no other transition, whatever the world does', () => {
    const seen = new Set<string>();
    const tapes = fc.tuple(fc.array(fc.nat(1_000), { maxLength: 300, size: 'max' }), fc.boolean(), fc.constantFrom('retry', 'resolve'));
    const law = fc.property(tapes, ([tape, fences, action]) => {
      const order = new Scenario({ definition: paymentFirst, capabilities: { fences } });
      order.place();
      const world = new World(order, tape, fences);
      world.play();
      for (const { step } of parkedOf(paymentFirst, stateOf(order)))
        order.when({ type: action, step: step.name, by: 'ann', note: 'Looked at it' });
      world.play();
      const statuses = statusesOf(order);
      expect(invalid(statuses)).toEqual([]);
      for (const [index, from] of statuses.entries()) seen.add(`${from} -> ${statuses[index + 1] ?? 'end'}`);
    });
    fc.assert(law, { numRuns: 5_000 });
    const all = Object.entries(TRANSITIONS).flatMap(([from, targets]) => targets.map((to) => `${from} -> ${to}`));
    // Before its payment begins an order is in nobody's hands: both stand in one transaction.
    for (const transition of all.filter((transition) => transition !== 'pending -> cancelled')) expect(seen).toContain(transition);
  });
});

describe('a compensation', () => {
  it('is tried three times, after two seconds and then four at the longest, and then a person is asked', () => {
    const order = paid();
    order.random = 0.999_999;
    order.answer('reserve_inventory.do', { type: 'refused', code: 'out_of_stock', message: 'None left' });
    const pauses: number[] = [];
    for (const attempt of [1, 2, 3]) {
      expect(order.state?.operations['process_payment.undo']).toMatchObject({ phase: 'calling', attempt });
      order.answer('process_payment.undo', NO_ANSWER);
      const waiting = order.state?.operations['process_payment.undo'];
      if (waiting?.phase !== 'waiting') break;
      pauses.push(waiting.at - order.now);
      order.later(waiting.at - order.now).when({ type: 'deliver', step: 'process_payment', direction: 'undo' });
    }
    expect(pauses).toEqual([2_000, 4_000]);
    order.when({ type: 'probed', operation: 'process_payment.undo', answer: { type: 'no_probe' } });
    expect(order.state?.ending).toBe('needs_review');
    expect(parkedOf(paymentFirst, stateOf(order)).map(({ operation, state }) => [operation, state.attempt])).toEqual([
      ['process_payment.undo', 3],
    ]);
  });
});

describe('the definition', () => {
  it('confirms by e-mail, with what was ordered and what it costs', () => {
    const order = paid();
    order.succeed('reserve_inventory.do');
    const { body, path } = requestOf(paymentFirst, stateOf(order), 'send_confirmation.do.email');
    expect(path).toBe('/notifications');
    expect(JSON.parse(body)).toEqual({
      order_id: ORDER.orderId,
      user_id: ORDER.customerId,
      channel: 'email',
      template: 'order_confirmed',
      data: { order_id: ORDER.orderId, items: ['Laptop'], total: '1299.99', currency: 'USD' },
    });
  });
});
