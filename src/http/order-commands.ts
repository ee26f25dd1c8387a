/** What becomes of the commands that a started order takes from outside. */

import type { OrdersPort, OrderView, Refusal } from '../order/orders-port.ts';
import type { Result } from '../saga/result.ts';
import { answer, type Answer } from './answer.ts';
import type { OrderAddress } from './order-address.ts';
import type { ProblemAnswer } from './problem-document.ts';
import { problemResponse } from './problem.ts';

/** 202 where the roll-back begins or runs already, 200 where it is over. A request without a body gives no reason. */
export async function cancelOrder(
  orders: OrdersPort,
  { tenant, orderId }: OrderAddress,
  reason: string | null,
): Promise<Answer<OrderView, 200 | 202> | ProblemAnswer> {
  const cancelled = await orders.cancel(tenant, orderId, reason);
  if (cancelled === null) return problemResponse({ reason: 'order_not_found', orderId });
  if (!cancelled.ok) return problemResponse(cancelled.refusal);
  return answer(cancelled.value.view, cancelled.value.already ? 200 : 202);
}

/** 200 with the order as it stands after the command, or why it was not taken. */
export function decided(orderId: string, taken: Result<OrderView, Refusal> | null): Answer<OrderView, 200> | ProblemAnswer {
  if (taken === null) return problemResponse({ reason: 'order_not_found', orderId });
  return taken.ok ? answer(taken.value, 200) : problemResponse(taken.refusal);
}
