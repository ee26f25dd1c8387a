/** The Worker for local use: the coordinator, with the simulated services and their switchboard beside it. Never deployed. */

import coordinator from '../index.ts';
import { simulatedControl } from '../participants/simulated/control.ts';
import type { SimulatedEnv } from '../participants/simulated/entrypoint.ts';

export * from '../index.ts';
export { SimulatedServices } from '../participants/simulated/entrypoint.ts';
export { SimulatedLedger } from '../participants/simulated/ledger.ts';

const control = simulatedControl();

type CoordinatorEnv = Parameters<typeof coordinator.fetch>[1];

const isControl = (url: string): boolean => /^\/simulated(\/|$)/.test(new URL(url).pathname);

export default {
  ...coordinator,
  fetch(request: Parameters<typeof coordinator.fetch>[0], env: CoordinatorEnv & SimulatedEnv, ctx: ExecutionContext) {
    return isControl(request.url) ? control.fetch(request, env, ctx) : coordinator.fetch(request, env, ctx);
  },
};
