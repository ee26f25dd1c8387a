/** The Worker as it is deployed, with its objects' written rows counted: for a run of its own, in which nothing is timed. */

import coordinator, { OrderSaga as Order } from '../../../../src/index.ts';
import type { CoordinatorEnv } from '../../../../src/order/configuration.ts';
import { countRows, isAboutRows, tellRows } from './rows.ts';

export class OrderSaga extends Order {
  constructor(ctx: DurableObjectState, env: CoordinatorEnv) {
    countRows(ctx);
    super(ctx, env);
  }
}

export default {
  ...coordinator,
  fetch: (request: Request<unknown, IncomingRequestCfProperties>, env: CoordinatorEnv, ctx: ExecutionContext) =>
    isAboutRows(request) ? tellRows() : coordinator.fetch(request, env, ctx),
};
