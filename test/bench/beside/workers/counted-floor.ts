/** The floor, with what it does counted: for a run of its own, in which nothing is timed. */

import type { OrderRequest } from '../order.ts';
import { countBegun, countStorage, isAboutCounted, tellCounted } from './counting.ts';
import floor, { OrderObject as Order } from './floor/index.ts';

type Env = ConstructorParameters<typeof Order>[1];

export class OrderObject extends Order {
  constructor(ctx: DurableObjectState, env: Env) {
    countStorage(ctx);
    super(ctx, env);
  }

  override start(order: OrderRequest): void {
    countBegun();
    super.start(order);
  }
}

export default {
  fetch(request: Request<unknown, IncomingRequestCfProperties>, env: Env) {
    if (isAboutCounted(request)) return tellCounted();
    countBegun();
    return floor.fetch(request, env);
  },
};
