/** The order that is gone through, and the settings that it can be placed with: only those that make a difference to its saga. */

import type { SagaDefinition } from '../../saga/definition.ts';
import type { Order, Settings } from '../../saga/order.ts';

export const ORDER: Order = {
  tenant: 'acme',
  orderId: '4711',
  customerId: 'c-1',
  currency: 'USD',
  paymentMethod: 'credit_card',
  items: [{ sku: 'LAPTOP-X1', name: 'Laptop', quantity: 1, unitPriceMinor: 129_999 }],
  shippingAddress: { street: '123 Main St', city: 'Anytown', state: 'CA', postalCode: '12345', country: 'US' },
  totalMinor: 129_999,
};

/** What is left of it. */
export const ERASED_ORDER: Order = {
  ...ORDER,
  customerId: 'erased',
  items: ORDER.items.map((item) => ({ ...item, name: 'erased' })),
  shippingAddress: { street: 'erased', city: 'erased', state: 'erased', postalCode: 'erased', country: 'erased' },
};

export type Choices = Pick<Settings, 'confirmationFailure' | 'needsApproval'>;

/** What no step asks for stays like this. */
export const PLAIN: Choices = { confirmationFailure: 'compensate', needsApproval: false };

const FAILURES = ['compensate', 'complete'] as const;

/** One at a time: what they change has nothing to do with one another. */
export const settingsOf = (saga: SagaDefinition): readonly Choices[] => [
  PLAIN,
  ...(caresForApproval(saga) ? [{ ...PLAIN, needsApproval: true }] : []),
  ...(caresForFailure(saga) ? [{ ...PLAIN, confirmationFailure: 'complete' as const }] : []),
];

export const wordsOf = (saga: SagaDefinition, { confirmationFailure, needsApproval }: Choices): readonly string[] => [
  ...(needsApproval ? ['approval'] : []),
  ...(caresForFailure(saga) ? [`a failed confirmation ${confirmationFailure === 'complete' ? 'is let go' : 'turns back'}`] : []),
];

const caresForFailure = ({ steps }: SagaDefinition): boolean =>
  steps.some(
    (step) => step.kind === 'call' && differs(FAILURES, (confirmationFailure) => step.whenFailed(chosen({ confirmationFailure }))),
  );

const caresForApproval = ({ steps }: SagaDefinition): boolean =>
  steps.some((step) => differs([false, true], (needsApproval) => step.when(chosen({ needsApproval }), ORDER)));

const chosen = (choice: Partial<Choices>): Settings => ({ deadlineMs: 1, timeScale: 1, ...PLAIN, ...choice });

const differs = <Item>([first, ...rest]: readonly Item[], of: (item: Item) => string | boolean): boolean =>
  first !== undefined && rest.some((item) => of(item) !== of(first));
