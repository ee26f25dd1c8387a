/** Queue messages, and their delivery without waiting for a queue. */

import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import worker from '../../src/index.ts';

/** Delivers messages as the platform would, and tells what became of each. */
export async function deliver(queue: string, bodies: readonly unknown[]) {
  const messages = bodies.map((body, index) => ({ id: `m${index}`, timestamp: new Date(), attempts: 1, body }));
  const batch = createMessageBatch(queue, messages);
  const context = createExecutionContext();
  await worker.queue(batch, env);
  return getQueueResult(batch, context);
}

export const message = (orderId: string, step: string, direction: 'do' | 'undo') => ({
  tenant: 'local',
  order_id: orderId,
  step,
  direction,
});
