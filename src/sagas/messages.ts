/** What customers are told, as the participant API has it. Sent is sent: nobody waits for a result. */

import type { CallStep, Json } from '../saga/definition.ts';
import { formatMoney } from '../saga/money.ts';
import type { Order } from '../saga/order.ts';
import { anything } from '../saga/read-answer.ts';

export const notifying = {
  participant: 'notification',
  path: '/notifications',
  read: anything,
  acceptedIsDone: true,
} as const satisfies Partial<CallStep['call']>;

export const message = (order: Order, channel: string, template: string, data: Json) => ({
  order_id: order.orderId,
  user_id: order.customerId,
  channel,
  template,
  data,
});

export const confirmationData = (order: Order) => ({
  order_id: order.orderId,
  items: order.items.map(({ name }) => name),
  total: formatMoney(order.totalMinor, order.currency),
  currency: order.currency,
});

export const cancellationData = (order: Order, reason: string) => ({
  order_id: order.orderId,
  reason,
  total: formatMoney(order.totalMinor, order.currency),
  currency: order.currency,
});
