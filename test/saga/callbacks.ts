/** What participants call back with, and an order that nobody knows all about. */

import { expect } from 'vitest';
import type { CallbackAnswer, Command } from '../../src/saga/command.ts';
import { requestOf } from '../../src/saga/request.ts';
import { orderFulfillment } from '../../src/sagas/order-fulfillment.ts';
import { Scenario, spend } from './scenario.ts';

export const CHARGE = 'process_payment.do';
export const REFUND = 'process_payment.undo';
export const LATE_REFUND = 'process_payment.undo.late';
export const RELEASE = 'reserve_inventory.undo';
export const CANCEL = 'create_shipment.undo';

export const PAID = { type: 'succeeded', output: { payment_id: 'pay_9' } } as const satisfies CallbackAnswer;
export const DECLINED = { type: 'refused', code: 'fraud', message: 'Suspicious' } as const satisfies CallbackAnswer;
export const UNDONE = { type: 'succeeded', output: {} } as const satisfies CallbackAnswer;
export const NOTHING = { type: 'nothing_to_undo' } as const satisfies CallbackAnswer;

export const callBack = (operation: string, answer: CallbackAnswer): Command => ({ type: 'called_back', operation, answer });
export const deliver = (step: string): Command => ({ type: 'deliver', step, direction: 'undo' });

export const bodyOf = (order: Scenario, operation: string): unknown =>
  order.state && JSON.parse(requestOf(orderFulfillment, order.state, operation).body);

/** Says the same twice: the second time nothing happens. */
export function twice(order: Scenario, operation: string, answer: CallbackAnswer): readonly string[] {
  const first = order.when(callBack(operation, answer));
  expect(order.when(callBack(operation, answer))).toEqual([]);
  return first;
}

/** Nobody knows whether the charge happened, and its refund is under way. */
export function inDoubt(fences = true): Scenario {
  const order = spend(new Scenario({ capabilities: { fences } }).until(CHARGE), CHARGE);
  order.when({ type: 'probed', operation: CHARGE, answer: { type: 'no_probe' } });
  expect(order.state?.operations[REFUND]?.phase).toBe('calling');
  return order;
}
