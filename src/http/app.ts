/**
 * The HTTP edge, put together: routes, who may use them, and an answer to everything else. It keeps nothing between requests but the
 * digests of the configured tokens.
 */

import { Hono, type Env } from 'hono';
import type { OrdersPort } from '../order/orders-port.ts';
import type { ReadModelPort } from '../read-model/read-model.ts';
import { whenConfigured, type Behind, type EdgeBindings } from './access.ts';
import { apiRoutes } from './api.ts';
import { logFailure, refusalOfError } from './failure.ts';
import { problemResponse } from './problem.ts';
import { referenceRoutes } from './reference/routes.ts';

/** What the edge needs of the Worker, as functions of its bindings. */
interface AppDeps<Bindings, PagesEnv extends Env> {
  readonly orders: (env: Bindings) => OrdersPort;
  readonly readModel: (env: Bindings) => ReadModelPort;
  /** The pages for people, below /dashboard. */
  readonly dashboard?: Hono<PagesEnv>;
}

interface AppEnv<Bindings extends EdgeBindings> {
  Bindings: Bindings;
  Variables: { readonly behind: Behind };
}

/** Of answers that no page is made of. */
const UNLESS_SAID = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
} as const;

/** The application. */
export function createApp<Bindings extends EdgeBindings, PagesEnv extends Env = Env>(
  deps: AppDeps<Bindings, PagesEnv>,
): Hono<AppEnv<Bindings>> {
  const app = new Hono<AppEnv<Bindings>>();
  app.use(async function onEveryAnswer(c, next) {
    c.set('behind', { orders: () => deps.orders(c.env), readModel: () => deps.readModel(c.env) });
    await next();
    // Set where they stand: Hono's own way copies the whole answer for each.
    const { headers } = c.res;
    for (const [name, value] of Object.entries(UNLESS_SAID)) if (!headers.has(name)) headers.set(name, value);
    headers.set('X-Content-Type-Options', 'nosniff');
    // Browsers heed it over HTTPS alone, which local use has not.
    headers.set('Strict-Transport-Security', 'max-age=31536000');
  });
  const api = apiRoutes();
  app.route('/', api).route('/', referenceRoutes(api.routes));
  if (deps.dashboard) app.get('/', whenConfigured, (c) => c.redirect('/dashboard')).route('/dashboard', deps.dashboard);
  refuseOtherMethods(app);
  app.notFound(() => problemResponse({ reason: 'not_found' }));
  app.onError((error, c) => {
    logFailure('request_failed', c.req.raw, error);
    return problemResponse(refusalOfError(error));
  });
  return app;
}

/** Every path that has a route by now refuses the methods that it has no route for, and names those that it has. */
function refuseOtherMethods<Bindings extends EdgeBindings>(app: Hono<AppEnv<Bindings>>): void {
  const routes = app.routes.filter(({ method }) => method !== 'ALL');
  for (const [path, own] of Map.groupBy(routes, ({ path }) => path)) {
    const methods = new Set(own.map(({ method }) => method));
    // Hono answers HEAD wherever it answers GET.
    const allowed = [...methods, ...(methods.has('GET') ? ['HEAD'] : [])];
    app.all(path, () => problemResponse({ reason: 'method_not_allowed', allowed }));
  }
}
