/** The Worker as it is deployed, with what it does counted: for a run of its own, in which nothing is timed. */

import coordinator, { OrderSaga as Order } from '../../../../src/index.ts';
import type { CoordinatorEnv } from '../../../../src/order/configuration.ts';
import { countBegun, countStorage, isAboutCounted, tellCounted } from './counting.ts';

export class OrderSaga extends Order {
  constructor(ctx: DurableObjectState, env: CoordinatorEnv) {
    countStorage(ctx);
    super(ctx, env);
  }

  override start(...asked: Parameters<Order['start']>): ReturnType<Order['start']> {
    countBegun();
    return super.start(...asked);
  }

  override deliver(...asked: Parameters<Order['deliver']>): ReturnType<Order['deliver']> {
    countBegun();
    return super.deliver(...asked);
  }

  override alarm(): Promise<void> {
    countBegun();
    return super.alarm();
  }
}

export default {
  ...coordinator,
  fetch(request: Request<unknown, IncomingRequestCfProperties>, env: CoordinatorEnv, ctx: ExecutionContext) {
    if (isAboutCounted(request)) return tellCounted();
    countBegun();
    return coordinator.fetch(request, env, ctx);
  },
  queue(batch: MessageBatch, env: CoordinatorEnv) {
    countBegun();
    return coordinator.queue(batch, env);
  },
};
