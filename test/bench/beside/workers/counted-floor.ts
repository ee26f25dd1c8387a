/** The floor, with its objects' written rows counted: for a run of its own, in which nothing is timed. */

import floor, { OrderObject as Order } from './floor/index.ts';
import { countRows, isAboutRows, tellRows } from './rows.ts';

export class OrderObject extends Order {
  constructor(ctx: DurableObjectState, env: ConstructorParameters<typeof Order>[1]) {
    countRows(ctx);
    super(ctx, env);
  }
}

export default {
  fetch: (request: Request<unknown, IncomingRequestCfProperties>, env: ConstructorParameters<typeof Order>[1]) =>
    isAboutRows(request) ? tellRows() : floor.fetch(request, env),
};
