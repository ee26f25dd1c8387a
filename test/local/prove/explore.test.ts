import { describe, expect, it } from 'vitest';
import { configuration } from '../../../src/local/prove/configuration.ts';
import { configurationsOf } from '../../../src/local/prove/configurations.ts';
import { CORE } from '../../../src/local/prove/core.ts';
import { explore } from '../../../src/local/prove/explore.ts';
import type { SagaEvent } from '../../../src/saga/event.ts';
import { orderFulfillment } from '../../../src/sagas/order-fulfillment.ts';
import { paymentFirst } from '../../../src/sagas/payment-first.ts';
import { SAGAS } from '../../../src/sagas/registry.ts';
import { reserveAndPay } from '../../../src/sagas/reserve-and-pay.ts';
import { approved, delayed, fallback, message, SHAPES } from '../../../src/local/prove/shapes.ts';
import { told, whole } from './told.ts';

const CAREFUL = { fences: false, confirmationFailure: 'compensate', needsApproval: false } as const;

/** Enough to be there and back again in every way, if not all of them. */
const SOME = 1_000;

/** Told by the compiler where one is missing. */
const ALL: Readonly<Record<SagaEvent['type'], true>> = {
  OrderPlaced: true,
  OperationStarted: true,
  AttemptFailed: true,
  AttemptInterrupted: true,
  AttemptStarted: true,
  OperationAccepted: true,
  OperationDoubted: true,
  ProbeUnanswered: true,
  OperationSucceeded: true,
  OperationSucceededLate: true,
  OperationRefused: true,
  OperationTurnedAway: true,
  OperationUnresolved: true,
  NothingToUndoYet: true,
  OperationParked: true,
  OperationRetried: true,
  OperationResolved: true,
  StepSkipped: true,
  ApprovalRequested: true,
  ApprovalDecided: true,
  ApprovalTimedOut: true,
  DelayStarted: true,
  DelayEnded: true,
  ShipmentReported: true,
  RollbackStarted: true,
  OrderCompleted: true,
  OrderCompensated: true,
  ReviewRequested: true,
  OrderErased: true,
};

const EVENTS = Object.keys(ALL);

describe('everything that can happen', () => {
  it.each([true, false])('to a saga with one step, with two actions of a person, keeps the laws (fencing: %s)', (fences) => {
    expect(whole(fallback, { ...CAREFUL, fences, actions: 2 })).toEqual([]);
  });

  it('to a saga with a message, an approval, and a step that may fail, keeps the laws', () => {
    expect(whole(message, { fences: false, confirmationFailure: 'complete', needsApproval: true })).toEqual([]);
  });

  it('to a call that its queue gave up and a person has tried again, as far as it is gone through here, keeps the laws', () => {
    const configured = configuration(message, { ...CAREFUL, fences: true, actions: 1, reviewed: 'hand_out_key' });
    expect(told(explore(CORE, configured, { maxStates: 6_000 }))).toEqual([]);
  });

  it('to a step that a person acts on twice keeps the laws', () => {
    expect(whole(message, { ...CAREFUL, actions: 2, reviewed: 'take_deposit' })).toEqual([]);
  });

  it.each([true, false])(
    'to a step whose participant calls back, also after a person has acted, keeps the laws (fencing: %s)',
    (fences) => {
      expect(whole(fallback, { ...CAREFUL, fences, callsBack: true, actions: 1 })).toEqual([]);
    },
  );

  it.each([true, false])('to an order that is erased, and of which more is told after that, keeps the laws (fencing: %s)', (fences) => {
    expect(whole(fallback, { ...CAREFUL, fences, callsBack: true, actions: 1, erasing: true })).toEqual([]);
    expect(whole(reserveAndPay, { ...CAREFUL, fences, erasing: true })).toEqual([]);
  });

  it('to an order on whose parcel a carrier reports keeps the laws', () => {
    expect(whole(reserveAndPay, { ...CAREFUL, carrier: true })).toEqual([]);
  });

  it.each(SHAPES)('to $name keeps the laws', (saga) => {
    expect(whole(saga, { ...CAREFUL, fences: true })).toEqual([]);
  });

  it.each(SHAPES)('to $name, whose participants call back, as far as it is gone through here, keeps the laws', (saga) => {
    expect(told(explore(CORE, configuration(saga, { ...CAREFUL, callsBack: true }), { maxStates: SOME }))).toEqual([]);
  });

  it.each([paymentFirst, reserveAndPay])('to $name keeps the laws', (saga) => {
    expect(whole(saga, CAREFUL)).toEqual([]);
  });

  it.each(SAGAS.flatMap((saga) => configurationsOf(saga).map((configured) => [saga.name, configured.name, configured] as const)))(
    'to %s (%s), as far as it is gone through here, keeps the laws',
    (_saga, _configuration, configured) => {
      const exploration = explore(CORE, configured, { maxStates: SOME });
      expect(told(exploration)).toEqual([]);
      expect(exploration.states).toBeGreaterThan(SOME);
    },
  );
});

describe('an exploration', () => {
  it('comes to every event that the core can write', () => {
    const { written } = explore(CORE, configuration(message, { ...CAREFUL, needsApproval: true, reviewed: 'take_deposit', actions: 1 }));
    const { written: withoutApproval } = explore(CORE, configuration(message, CAREFUL), { maxStates: SOME });
    const { written: withWaits } = explore(CORE, configuration(approved, CAREFUL));
    const { written: withDelay } = explore(CORE, configuration(delayed, CAREFUL));
    const { written: withNews } = explore(CORE, configuration(fallback, { ...CAREFUL, callsBack: true, carrier: true, erasing: true }), {
      maxStates: SOME,
    });
    const all = new Set<string>([...written, ...withoutApproval, ...withWaits, ...withDelay, ...withNews, 'OrderPlaced']);
    expect(EVENTS.filter((type) => !all.has(type))).toEqual([]);
  });

  it('says so when it stops before its end', () => {
    expect(explore(CORE, configuration(orderFulfillment, CAREFUL), { maxStates: 100 }).isWhole).toBe(false);
  });

  it('finds the same each time', () => {
    const [first, second] = [1, 2].map(() => explore(CORE, configuration(fallback, CAREFUL)));
    expect([first?.states, first?.transitions]).toEqual([second?.states, second?.transitions]);
  });
});
