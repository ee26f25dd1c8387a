/** When an order counts as overdue: it should have moved by itself and did not. "Running" must not hide that. */

import type { OrderSummary } from '../order/order-message.ts';

/** What is on its way, and the news of it, may take so long. */
export const LATE_MS = 15_000;

export const isOverdue = ({ due_at: dueAt }: Pick<OrderSummary, 'due_at'>, now: number): boolean => dueAt !== null && dueAt + LATE_MS < now;
