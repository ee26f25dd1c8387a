/** The answer with what was asked for of an order, or with why there is none. */

import type { Unreadable } from '../order/orders-port.ts';
import { problemResponse } from './problem.ts';

export function found(value: object | Unreadable | null, orderId: string): Response {
  if (value === null) return problemResponse({ reason: 'order_not_found', orderId });
  return value === 'unreadable' ? problemResponse({ reason: 'order_unreadable', orderId }) : Response.json(value);
}
