/**
 * The HTTP edge, put together: routes, who may use them, and an answer to everything else. It keeps nothing between requests but the
 * digests of the configured tokens.
 */

import { Hono, type Env } from 'hono';
import type { OrdersPort } from '../order/orders-port.ts';
import type { ReadModelPort } from '../read-model/read-model.ts';
import type { EdgeBindings, EdgeEnv } from './access.ts';
import { logFailure, refusalOfError } from './failure.ts';
import { listingRoutes } from './listings.ts';
import { orderRoutes } from './orders.ts';
import { problemResponse } from './problem.ts';
import { rebuildingRoutes } from './rebuilding.ts';
import { signedRoutes } from './signed-calls.ts';

/** What the edge needs of the Worker, as functions of its bindings. */
interface AppDeps<Bindings, PagesEnv extends Env> {
  readonly orders: (env: Bindings) => OrdersPort;
  readonly readModel: (env: Bindings) => ReadModelPort;
  /** The pages for people, below /dashboard. */
  readonly dashboard?: Hono<PagesEnv>;
}

/** The application. */
export function createApp<Bindings extends EdgeBindings, PagesEnv extends Env = Env>(
  deps: AppDeps<Bindings, PagesEnv>,
): Hono<EdgeEnv<Bindings>> {
  const app = new Hono<EdgeEnv<Bindings>>();
  app.use(async function onEveryAnswer(c, next) {
    await next();
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
    c.header('X-Content-Type-Options', 'nosniff');
  });
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.route('/', listingRoutes(deps.readModel));
  app.route('/', rebuildingRoutes(deps.readModel));
  app.route('/api/v1/orders', orderRoutes(deps.orders));
  app.route('/api/v1/orders', signedRoutes(deps.orders));
  if (deps.dashboard) app.get('/', (c) => c.redirect('/dashboard')).route('/dashboard', deps.dashboard);
  refuseOtherMethods(app);
  app.notFound(() => problemResponse({ reason: 'not_found' }));
  app.onError((error, c) => {
    logFailure('request_failed', c.req.raw, error);
    return problemResponse(refusalOfError(error));
  });
  return app;
}

/** Every path that has a route by now refuses the methods that it has no route for, and names those that it has. */
function refuseOtherMethods<Bindings extends EdgeBindings>(app: Hono<EdgeEnv<Bindings>>): void {
  const routes = app.routes.filter(({ method }) => method !== 'ALL');
  for (const [path, own] of Map.groupBy(routes, ({ path }) => path)) {
    const methods = new Set(own.map(({ method }) => method));
    // Hono answers HEAD wherever it answers GET.
    const allowed = [...methods, ...(methods.has('GET') ? ['HEAD'] : [])];
    app.all(path, () => problemResponse({ reason: 'method_not_allowed', allowed }));
  }
}
