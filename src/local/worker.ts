/** The Worker for local use: the coordinator, with the simulated services, their switchboard and a page for both beside it. Never deployed. */

import { dashboardRoutes } from '../dashboard/dashboard.ts';
import { createApp } from '../http/app.ts';
import coordinator from '../index.ts';
import type { CoordinatorEnv } from '../order/configuration.ts';
import { ordersOf } from '../order/orders.ts';
import { simulatedControl } from '../participants/simulated/control.ts';
import type { SimulatedEnv } from '../participants/simulated/entrypoint.ts';
import { readModelOf } from '../read-model/read-model.ts';
import { tryItPage } from './try-it/page.tsx';

export * from '../index.ts';
export { SimulatedServices } from '../participants/simulated/entrypoint.ts';
export { SimulatedLedger } from '../participants/simulated/ledger.ts';

const control = simulatedControl();

const ports = { orders: ordersOf, readModel: readModelOf };
const app = createApp({ ...ports, dashboard: dashboardRoutes<CoordinatorEnv>({ ...ports, morePages: [tryItPage] }) });

const isControl = (url: string): boolean => /^\/simulated(\/|$)/.test(new URL(url).pathname);

export default {
  ...coordinator,
  fetch: (request: Request, env: CoordinatorEnv & SimulatedEnv, ctx: ExecutionContext) =>
    isControl(request.url) ? control.fetch(request, env, ctx) : app.fetch(request, env, ctx),
};
