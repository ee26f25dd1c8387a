/** Orders, answers and situations that are always the same: what a definition makes of them is what is known of its functions. */

import type { Output, ReadAnswer, SagaDefinition, Step } from '../../saga/definition.ts';
import type { SagaEvent } from '../../saga/event.ts';
import { evolve } from '../../saga/evolve.ts';
import { callOperations, type OperationId } from '../../saga/operation.ts';
import type { Order, Settings } from '../../saga/order.ts';
import type { OperationState, SagaState } from '../../saga/state.ts';

const ORDER: Order = {
  tenant: 'acme',
  orderId: '4711',
  customerId: 'c-1',
  currency: 'USD',
  paymentMethod: 'credit_card',
  items: [
    { sku: 'LAPTOP-X1', name: 'Laptop', quantity: 1, unitPriceMinor: 129_999 },
    { sku: 'MOUSE-M2', name: 'Mouse', quantity: 2, unitPriceMinor: 2_999 },
  ],
  shippingAddress: { street: '123 Main St', city: 'Anytown', state: 'CA', postalCode: '12345', country: 'US' },
  totalMinor: 135_997,
};

const YEN: Order = {
  ...ORDER,
  currency: 'JPY',
  paymentMethod: 'konbini',
  items: [{ sku: '茶', name: 'お茶', quantity: 2, unitPriceMinor: 750 }],
  totalMinor: 1_500,
};

const DEAR: Order = {
  ...ORDER,
  items: [{ sku: 'RACK', name: 'Rack', quantity: 20, unitPriceMinor: 1_000_000 }],
  totalMinor: 20_000_000,
};

/** For bodies. */
export const ORDERS: Readonly<Record<string, Order>> = { 'USD 1359.97': ORDER, 'JPY 1500': YEN };

/** For conditions. */
export const CASES: Readonly<Record<string, Order>> = { ...ORDERS, 'USD 200000.00': DEAR };

const PLAIN: Settings = { deadlineMs: 1_800_000, timeScale: 1, needsApproval: false, confirmationFailure: 'compensate' };

export const SETTINGS: Readonly<Record<string, Settings>> = {
  plain: PLAIN,
  'needs approval': { ...PLAIN, needsApproval: true },
  'a confirmation may fail': { ...PLAIN, confirmationFailure: 'complete' },
};

const VALUES = (name: string): readonly unknown[] => [`${name}_1`, undefined, true, 1, [], {}];

const MOST_TRIES = 2_000;

/** What a step gives for an answer that it takes: every field that it asks for is tried with values of every kind. Null where none will do. */
export function sampleOutput(read: ReadAnswer, order: Order): Output | null {
  const names: string[] = [];
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const reading = read(answer(names, tries), order);
    if (reading?.type === 'succeeded') return reading.output;
    if (tries >= VALUES('').length ** names.length) return null;
  }
  return null;
}

/** `nth` counts through the values of the fields that were asked for so far, like the digits of a number. */
function answer(names: string[], nth: number): unknown {
  return new Proxy(
    {},
    {
      has: () => true,
      get: (_, name) => {
        if (typeof name !== 'string') return undefined;
        if (!names.includes(name)) names.push(name);
        const values = VALUES(name);
        return values[Math.floor(nth / values.length ** names.indexOf(name)) % values.length];
      },
    },
  );
}

/** What is known of the calls of an order that has turned back. */
export type Knowledge = 'all known' | 'its outcome unknown' | 'without what may be missing';

export function situation(
  { name, version, steps }: SagaDefinition,
  order: Order,
  { step: about, isLate, knowledge }: { readonly step: string; readonly isLate: boolean; readonly knowledge: Knowledge },
): SagaState {
  const operations = steps.flatMap((step): readonly (readonly [OperationId, OperationState])[] => {
    if (step.kind !== 'call') return [];
    const output = sampleOutput(step.call.read, order) ?? {};
    const isMissing = step.name !== about && knowledge === 'without what may be missing' && mayBeMissing(step);
    if (isMissing) return [];
    const isUnknown = step.name === about && (knowledge === 'its outcome unknown' || isLate);
    const late = step.name === about && isLate && knowledge !== 'its outcome unknown' ? { late: output } : {};
    return callOperations(step).map((id) => [id, isUnknown ? { ...BEGUN, ...UNKNOWN, ...late } : { ...BEGUN, phase: 'succeeded', output }]);
  });
  const placed: SagaEvent = {
    type: 'OrderPlaced',
    saga: name,
    version,
    order,
    settings: PLAIN,
    deadlineAt: PLAIN.deadlineMs,
    idempotencyKey: null,
    traceId: '0af7651916cd43dd8448eb211c80319c',
  };
  const cause = { status: 'failed', step: null, code: 'sample_reason', message: 'A sample' } as const;
  return { ...evolve(null, placed, 0), cause, operations: Object.fromEntries(operations) };
}

const BEGUN = { startedAt: 0, attempt: 1, inDoubt: false, foundNothing: false, budget: { from: 0, attemptsBefore: 0 } };
const UNKNOWN = { phase: 'unresolved', code: 'timed_out', message: 'No answer' } as const;

/** Skipped by a condition, or gone on without. */
export const mayBeMissing = (step: Step): boolean =>
  Object.values(SETTINGS).some(
    (settings) =>
      (step.kind === 'call' && step.whenFailed(settings) === 'go_on') || Object.values(CASES).some((order) => !step.when(settings, order)),
  );
