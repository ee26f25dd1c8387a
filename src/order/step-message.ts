/** What a queue carries: which order has something to do. Never what to do it with: the order's object knows that, and knows it better by then. */

import * as z from 'zod';
import type { Direction } from '../saga/operation.ts';
import type { Order } from '../saga/order.ts';
import type { CoordinatorEnv } from './configuration.ts';

export const stepMessage = z.object({
  tenant: z.string(),
  order_id: z.string(),
  step: z.string(),
  direction: z.enum(['do', 'undo']),
});

export type StepMessage = z.infer<typeof stepMessage>;

interface Owed {
  readonly order: Order;
  readonly step: string;
  readonly direction: Direction;
}

/** Each direction has a queue of its own. */
export async function handOver({ COMPENSATIONS, NOTIFICATIONS }: CoordinatorEnv, { order, step, direction }: Owed): Promise<void> {
  const message: StepMessage = { tenant: order.tenant, order_id: order.orderId, step, direction };
  await (direction === 'undo' ? COMPENSATIONS : NOTIFICATIONS).send(message);
}
