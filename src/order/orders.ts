/** Orders as the edge sees them: each call finds the order's object and asks it. */

import { refuse, type Result } from '../saga/result.ts';
import { newestSaga } from '../sagas/registry.ts';
import { readConfiguration, type CoordinatorEnv } from './configuration.ts';
import type { OrderSummary } from './order-message.ts';
import type { OrdersPort, Refusal } from './orders-port.ts';
import { askObject, askOrder } from './routing.ts';

export function ordersOf(env: CoordinatorEnv): OrdersPort {
  const { ORDERS } = env;
  return {
    async start(command) {
      const { tenant, orderId } = command.order;
      const definition = newestSaga(command.saga);
      const configuration = readConfiguration(env, definition);
      if (!configuration.ok) return configuration;
      if (!definition) return refuse({ reason: 'unknown_saga', saga: command.saga });
      const { keyOrderId } = command;
      const start = () => askOrder(ORDERS, tenant, orderId, async (object) => object.start(command));
      if (keyOrderId === null || keyOrderId === orderId) return start();
      const claim = await askOrder(ORDERS, tenant, keyOrderId, async (object) => object.claimKey(orderId));
      if (claim === 'taken') return refuse({ reason: 'idempotency_key_reused' });
      const started = await start();
      if (started.ok || started.refusal.reason !== 'order_exists') return started;
      return claim === 'held' ? refuse({ reason: 'idempotency_key_reused' }) : started;
    },
    view: (tenant, orderId) => askOrder(ORDERS, tenant, orderId, async (object) => object.view()),
    status: (tenant, orderId) => askOrder(ORDERS, tenant, orderId, async (object) => object.status()),
    events: (tenant, orderId, afterSeq) => askOrder(ORDERS, tenant, orderId, async (object) => object.events(afterSeq)),
    watch: (tenant, orderId, afterSeq) => askOrder(ORDERS, tenant, orderId, async (object) => object.watch(afterSeq)),
    journal: (tenant, orderId) => askOrder(ORDERS, tenant, orderId, async (object) => object.journal()),
    cancel: (tenant, orderId, reason) => askOrder(ORDERS, tenant, orderId, async (object) => object.cancel(reason)),
    approve: (tenant, orderId, decision) => askOrder(ORDERS, tenant, orderId, async (object) => object.approve(decision)),
    review: (tenant, orderId, action) => askOrder(ORDERS, tenant, orderId, async (object) => object.review(action)),
    callBack: (tenant, orderId, callback) => askOrder(ORDERS, tenant, orderId, async (object) => object.callBack(callback)),
    reportShipment: (tenant, orderId, report) => askOrder(ORDERS, tenant, orderId, async (object) => object.reportShipment(report)),
    whenAtRest: (tenant, orderId, waitMs) => askOrder(ORDERS, tenant, orderId, async (object) => object.whenAtRest(waitMs)),
  };
}

/** Has an order's personal data erased; null where there is none. */
export const eraseAt =
  ({ ORDERS }: CoordinatorEnv) =>
  (tenant: string, orderId: string): Promise<Result<OrderSummary, Refusal> | null> =>
    askOrder(ORDERS, tenant, orderId, async (object) => object.erase());

/** Has an order look at what it owes, and tells where it stands; null where there is none: for those who keep an eye on many. */
export const lookAt =
  ({ ORDERS }: CoordinatorEnv) =>
  (tenant: string, orderId: string): Promise<OrderSummary | null> =>
    askOrder(ORDERS, tenant, orderId, async (object) => object.look());

/** The same for the object with this id, as the platform lists them. Throws where there can be no such object. */
export const lookAtObject =
  ({ ORDERS }: CoordinatorEnv) =>
  async (objectId: string): Promise<OrderSummary | null> => {
    const id = ORDERS.idFromString(objectId);
    return askObject(
      () => ORDERS.get(id),
      async (object) => object.look(),
    );
  };
