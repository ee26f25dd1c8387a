/** For pages about one tenant's orders: which tenant is asked for where the request does not say. */

import type { MiddlewareHandler } from 'hono';
import type { DashboardEnv } from './desk.ts';
import { page } from './layout.tsx';
import { ROOT } from './link.ts';
import { Tenants } from './pages/tenants.tsx';

/** Sets `tenant`. */
export const oneTenant: MiddlewareHandler<DashboardEnv> = async (c, next) => {
  const { tenant, tenants } = c.get('desk');
  if (tenant === null) {
    const path = c.req.path.slice(ROOT.length);
    return page(c, { title: 'Whose orders?', section: null, content: Tenants({ tenants, path }), status: 400 });
  }
  c.set('tenant', tenant);
  return next();
};
