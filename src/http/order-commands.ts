/** The commands that a started order takes from outside: cancel, the decision of an approval, and a person's action in review. */

import type { OrdersPort } from '../order/orders-port.ts';
import { parseApproval, parseCancel, parseReview } from './command-requests.ts';
import { problemResponse } from './problem.ts';
import { readJsonBody } from './request-body.ts';

export interface OrderAddress {
  readonly tenant: string;
  readonly orderId: string;
}

/** 200 with the order as it stands after the action: tried again from now on, or settled. */
export async function reviewOrder(orders: OrdersPort, { tenant, orderId }: OrderAddress, request: Request): Promise<Response> {
  const body = await readJsonBody(request);
  if (!body.ok) return problemResponse(body.refusal);
  const action = parseReview(body.value);
  if (!action.ok) return problemResponse(action.refusal);
  const reviewed = await orders.review(tenant, orderId, action.value);
  if (reviewed === null) return problemResponse({ reason: 'order_not_found', orderId });
  return reviewed.ok ? Response.json(reviewed.value) : problemResponse(reviewed.refusal);
}

/** 202 where the roll-back begins or runs already, 200 where it is over. A request without a body gives no reason. */
export async function cancelOrder(orders: OrdersPort, { tenant, orderId }: OrderAddress, request: Request): Promise<Response> {
  const body = await readJsonBody(request, { whenEmpty: {} });
  if (!body.ok) return problemResponse(body.refusal);
  const reason = parseCancel(body.value);
  if (!reason.ok) return problemResponse(reason.refusal);
  const cancelled = await orders.cancel(tenant, orderId, reason.value);
  if (cancelled === null) return problemResponse({ reason: 'order_not_found', orderId });
  if (!cancelled.ok) return problemResponse(cancelled.refusal);
  return Response.json(cancelled.value.view, { status: cancelled.value.already ? 200 : 202 });
}

/** 200 with the order as it stands after the decision, which may well go on from there. */
export async function decideApproval(orders: OrdersPort, { tenant, orderId }: OrderAddress, request: Request): Promise<Response> {
  const body = await readJsonBody(request);
  if (!body.ok) return problemResponse(body.refusal);
  const decision = parseApproval(body.value);
  if (!decision.ok) return problemResponse(decision.refusal);
  const decided = await orders.approve(tenant, orderId, decision.value);
  if (decided === null) return problemResponse({ reason: 'order_not_found', orderId });
  return decided.ok ? Response.json(decided.value) : problemResponse(decided.refusal);
}
