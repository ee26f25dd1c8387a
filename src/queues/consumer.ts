/** Which consumer a queue's messages are for. */

import type { CoordinatorEnv } from '../order/configuration.ts';
import { consumeOrderMessages } from './order-message-consumer.ts';
import { consumeSteps } from './step-consumer.ts';

/** Whatever stands before it: each environment has queues of its own. */
const ORDER_EVENTS = /(?:^|-)order-events(?:-dead)?$/;

export const consume = (batch: MessageBatch, env: CoordinatorEnv): Promise<void> =>
  ORDER_EVENTS.test(batch.queue) ? consumeOrderMessages(batch, env.READ_MODEL, env.ANALYTICS) : consumeSteps(batch, env);
