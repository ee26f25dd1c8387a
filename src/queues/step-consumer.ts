/**
 * The consumer of what orders have to do. It asks the order's object, which alone knows whether the work is still owed, and acknowledges each
 * message by itself: one order's trouble is never another's.
 */

import type { CoordinatorEnv } from '../order/configuration.ts';
import type { Delivery } from '../order/driver.ts';
import { askOrder } from '../order/routing.ts';
import { stepMessage, type StepMessage } from '../order/step-message.ts';

/** Pauses while the object can't be asked at all: a hundred of them are more than seven hours, and then the message is dead. */
const TROUBLE_SECONDS = 30;
const MAX_TROUBLE_SECONDS = 300;

/** The platform's limit for a delay. */
const MAX_DELAY_SECONDS = 43_200;

const isDeadLetterQueue = (queue: string): boolean => queue.endsWith('-dead');

export async function consumeSteps(batch: MessageBatch, env: CoordinatorEnv): Promise<void> {
  const isDead = isDeadLetterQueue(batch.queue);
  await Promise.all(batch.messages.map((message) => consumeOne(message, env, isDead)));
}

/** Never throws: a consumer that does has the whole batch brought again, acknowledged messages too. */
async function consumeOne(message: Message, env: CoordinatorEnv, isDead: boolean): Promise<void> {
  const parsed = stepMessage.safeParse(message.body);
  if (!parsed.success) {
    // Nobody of ours sends this, and no later try will make it readable.
    console.error(JSON.stringify({ message: 'A queue message could not be read', id: message.id, issues: parsed.error.issues }));
    message.ack();
    return;
  }
  try {
    settle(message, await ask(env, parsed.data, isDead));
  } catch (error) {
    console.error(JSON.stringify({ message: 'An order could not be asked', ...parsed.data, error: String(error) }));
    message.retry({ delaySeconds: Math.min(TROUBLE_SECONDS * message.attempts, MAX_TROUBLE_SECONDS) });
  }
}

const ask = (env: CoordinatorEnv, { tenant, order_id: orderId, step, direction }: StepMessage, isDead: boolean): Promise<Delivery> =>
  askOrder(env.ORDERS, tenant, orderId, async (object) => (isDead ? object.giveUp(step, direction) : object.deliver(step, direction)));

function settle(message: Message, delivery: Delivery): void {
  if (delivery.type === 'again') message.retry({ delaySeconds: Math.min(Math.ceil(delivery.delayMs / 1_000), MAX_DELAY_SECONDS) });
  else message.ack();
}
