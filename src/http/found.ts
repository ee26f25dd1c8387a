/** The answer with what was asked for of an order, or with why there is none. */

import type { Unreadable } from '../order/orders-port.ts';
import { answer, type Answer } from './answer.ts';
import type { OrderAddress } from './order-address.ts';
import type { ProblemAnswer } from './problem-document.ts';
import { problemResponse } from './problem.ts';

export function found<Value extends object>(
  value: Value | Unreadable | null,
  { orderId }: OrderAddress,
): Answer<Value, 200> | ProblemAnswer {
  if (value === null) return problemResponse({ reason: 'order_not_found', orderId });
  return value === 'unreadable' ? problemResponse({ reason: 'order_unreadable', orderId }) : answer(value, 200);
}
