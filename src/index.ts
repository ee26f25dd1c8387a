/** Wiring only: what the Worker answers with, and the objects that it is made of. */

import { createApp } from './http/app.ts';
import type { CoordinatorEnv } from './order/configuration.ts';
import { ordersOf } from './order/orders.ts';
import { consume } from './queues/consumer.ts';

export { OrderSaga } from './order/order-saga.ts';

const app = createApp({ orders: ordersOf });

export default {
  fetch: (request, env, ctx) => app.fetch(request, env, ctx),
  queue: (batch, env) => consume(batch, env),
} satisfies ExportedHandler<CoordinatorEnv>;
