/** Orders under `order_fulfillment`: two currencies, everything known of their steps or nothing. */

import type { Order } from '../../src/saga/order.ts';
import { callOperations, undoOperations } from '../../src/saga/operation.ts';
import type { SagaState } from '../../src/saga/state.ts';
import { orderFulfillment } from '../../src/sagas/order-fulfillment.ts';
import { ORDER, Scenario } from '../saga/scenario.ts';

const FORWARD = ['validate_order.do', 'reserve_inventory.do', 'process_payment.do', 'create_shipment.do'];

export const USD: Order = {
  ...ORDER,
  items: [
    { sku: 'LAPTOP-X1', name: 'Laptop', quantity: 1, unitPriceMinor: 129_999 },
    { sku: 'MOUSE', name: 'Mouse', quantity: 3, unitPriceMinor: 10 },
  ],
  totalMinor: 130_029,
};

export const JPY: Order = {
  ...ORDER,
  currency: 'JPY',
  paymentMethod: 'konbini',
  items: [{ sku: '茶', name: 'お茶', quantity: 2, unitPriceMinor: 750 }],
  totalMinor: 1_500,
};

/** Every step before the confirmation has succeeded, and then the order is cancelled. */
export const allKnown = (order: Order): SagaState => cancelled(order, FORWARD);

/** Cancelled while the first call is under way: nothing is known of any step. */
export const nothingKnown = (order: Order): SagaState => cancelled(order, []);

function cancelled(order: Order, succeeding: readonly string[]): SagaState {
  const scenario = new Scenario();
  scenario.place({}, order);
  for (const operation of succeeding) scenario.succeed(operation);
  scenario.when({ type: 'cancel', reason: 'Changed my mind' });
  if (!scenario.state) throw new Error('The order was not placed');
  return scenario.state;
}

export const steps = orderFulfillment.steps.filter((step) => step.kind === 'call');
export const operations = steps.flatMap((step) => [...callOperations(step), ...undoOperations(step)]);

export const quantities = {
  USD: [
    { sku: 'LAPTOP-X1', quantity: 1 },
    { sku: 'MOUSE', quantity: 3 },
  ],
  JPY: [{ sku: '茶', quantity: 2 }],
};

export function stateOf({ state }: Scenario): SagaState {
  if (!state) throw new Error('The order was not placed');
  return state;
}
