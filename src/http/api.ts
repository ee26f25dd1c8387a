/** The API: every route that programs call, in one application whose type knows what each is told and answers with. */

import { Hono } from 'hono';
import type { EdgeEnv } from './access.ts';
import { erasingRoutes } from './erasing.ts';
import { healthRoutes } from './health.ts';
import { documentRoutes } from './openapi/routes.ts';
import { listingRoutes } from './listings.ts';
import { orderRoutes } from './orders.ts';
import { rebuildingRoutes } from './rebuilding.ts';
import { signedRoutes } from './signed-calls.ts';

export const apiRoutes = () => {
  const api = new Hono<EdgeEnv>()
    .route('/', healthRoutes())
    .route('/', listingRoutes())
    .route('/', rebuildingRoutes())
    .route('/', erasingRoutes())
    .route('/api/v1/orders', orderRoutes())
    .route('/api/v1/orders', signedRoutes());
  return api.route(
    '/',
    documentRoutes(() => api.routes),
  );
};

/** For `hc<Api>` of `hono/client`. */
export type Api = ReturnType<typeof apiRoutes>;
