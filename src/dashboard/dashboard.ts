/** The dashboard, put together: what holds for every page, the door, and the pages, each with the routes that it brings. */

import { Hono, type Context, type MiddlewareHandler } from 'hono';
import type { EdgeBindings } from '../http/access.ts';
import { logFailure, refusalOfError } from '../http/failure.ts';
import { tenantNamed } from '../http/tenant.ts';
import type { OrdersPort } from '../order/orders-port.ts';
import type { ReadModelPort } from '../read-model/read-model.ts';
import type { FetchKeys } from './access-jwt.ts';
import { assetRoutes } from './assets.ts';
import type { DashboardPage, NavigationEntry } from './dashboard-page.ts';
import type { DashboardEnv } from './desk.ts';
import { configuredOnly, showDoor, signedInOnly, signIn, signOut, type DoorEnv } from './door.ts';
import { ownFormsOnly, pageHeaders, shortFormsOnly } from './guard.ts';
import { page, plainPage } from './layout.tsx';
import { linkFor } from './link.ts';
import { keepOn } from './kept-session.ts';
import { Message } from './pages/message.tsx';
import { approvalsPage } from './pages/approvals.tsx';
import { cancelPage } from './pages/cancel.tsx';
import { healthPage } from './pages/health.tsx';
import { movesPage } from './pages/moves.ts';
import { orderPage } from './pages/order.tsx';
import { ordersPage } from './pages/orders.tsx';
import { reviewCanaryPage } from './pages/review-canary.tsx';
import { reviewGroupPage } from './pages/review-group.tsx';
import { reviewOrderPage } from './pages/review-order.tsx';
import { reviewPage } from './pages/review.tsx';

export interface DashboardDeps<Bindings> {
  readonly orders: (env: Bindings) => OrdersPort;
  readonly readModel: (env: Bindings) => ReadModelPort;
  readonly now?: () => number;
  /** Of Cloudflare Access. */
  readonly fetchKeys?: FetchKeys;
  /** Pages that are not part of every deployment. */
  readonly morePages?: readonly DashboardPage[];
}

/** In the order in which they are led to. */
const PAGES: readonly DashboardPage[] = [
  ordersPage,
  orderPage,
  movesPage,
  cancelPage,
  approvalsPage,
  reviewPage,
  reviewGroupPage,
  reviewCanaryPage,
  reviewOrderPage,
  healthPage,
];

export function dashboardRoutes<Bindings extends EdgeBindings>(deps: DashboardDeps<Bindings>): Hono<DoorEnv<Bindings>> {
  const now = deps.now ?? Date.now;
  const app = new Hono<DoorEnv<Bindings>>();
  app.use(pageHeaders);
  app.use(ownFormsOnly, shortFormsOnly, configuredOnly);
  app.route('/', assetRoutes());
  app.get('/sign-in', showDoor).post(signIn(now));
  app.post('/sign-out', signOut);
  const pages = [...PAGES, ...(deps.morePages ?? [])];
  const navigation = pages.flatMap(({ entry }) => entry ?? []);
  app.use(signedInOnly(now, deps.fetchKeys ?? ((url) => fetch(url))), keepOn, seated(deps, navigation, now));
  for (const { routes } of pages) app.route('/', routes);
  app.get('*', notFound);
  app.onError((error, c) => {
    logFailure('request_failed', c.req.raw, error);
    const status = refusalOfError(error).reason === 'unavailable' ? 503 : 500;
    return plainPage(
      c,
      'Something went wrong',
      Message({ title: 'Something went wrong', text: 'This page could not be made. Try again.' }),
      status,
    );
  });
  return app;
}

/** Lays out what the pages have at hand. */
const seated = <Bindings extends EdgeBindings>(
  { orders, readModel }: DashboardDeps<Bindings>,
  navigation: readonly NavigationEntry[],
  now: () => number,
): MiddlewareHandler<DoorEnv<Bindings> & DashboardEnv> =>
  async function seat(c, next) {
    const { tenants } = c.get('registry');
    const meant = tenantNamed(tenants, c.req.queries('tenant'));
    const tenant = meant.ok ? meant.value : null;
    c.set('desk', {
      orders: orders(c.env),
      readModel: readModel(c.env),
      session: c.get('session'),
      tenants,
      tenant,
      navigation,
      link: linkFor(tenants.length === 1 && tenants[0] === tenant ? null : tenant),
      now: now(),
    });
    return next();
  };

function notFound(c: Context<DashboardEnv>): Response | Promise<Response> {
  const content = Message({ title: 'Not found', text: 'There is no page at this address.' });
  return page(c, { title: 'Not found', section: null, content, status: 404 });
}
