/** Wiring only: what the Worker answers with, and the objects that it is made of. */

import { dashboardRoutes } from './dashboard/dashboard.ts';
import { createApp } from './http/app.ts';
import type { CoordinatorEnv } from './order/configuration.ts';
import { lookAt, ordersOf } from './order/orders.ts';
import { consume } from './queues/consumer.ts';
import { readModelOf } from './read-model/read-model.ts';
import { sweep } from './read-model/sweep.ts';

export { OrderSaga } from './order/order-saga.ts';

const ports = { orders: ordersOf, readModel: readModelOf };
const app = createApp({ ...ports, dashboard: dashboardRoutes(ports) });

export default {
  fetch: (request, env, ctx) => app.fetch(request, env, ctx),
  queue: (batch, env) => consume(batch, env),
  scheduled: async ({ scheduledTime }, env) => {
    await sweep(env.READ_MODEL, lookAt(env), scheduledTime);
  },
} satisfies ExportedHandler<CoordinatorEnv>;
