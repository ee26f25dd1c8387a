/** The door to the simulated services, for service bindings: the host of the URL names the service. */

import { WorkerEntrypoint } from 'cloudflare:workers';
import type { CallbackEnv } from './callbacks.ts';
import type { SimulatedLedger } from './ledger.ts';
import { serviceNamed } from './services.ts';

export interface SimulatedEnv extends CallbackEnv {
  readonly SIMULATED_LEDGERS: DurableObjectNamespace<SimulatedLedger>;
}

export class SimulatedServices extends WorkerEntrypoint<SimulatedEnv> {
  override async fetch(request: Request): Promise<Response> {
    const { hostname } = new URL(request.url);
    const service = serviceNamed(hostname);
    if (!service) return Response.json({ code: 'unknown_service', message: `There is no simulated service ${hostname}` }, { status: 404 });
    return this.env.SIMULATED_LEDGERS.getByName(service).fetch(request);
  }
}
