/** Where a participant is: a URL, or a service binding. Neither: it is not configured, and nothing may be started. */

import type { ParticipantName } from '../saga/definition.ts';

type Binding = Uppercase<ParticipantName>;

/** The configuration names of contract and deployment: `PAYMENT_URL` beside the optional service binding `PAYMENT`. */
export type EndpointEnv = { readonly [Name in `${Binding}_URL`]?: string } & { readonly [Name in Binding]?: Fetcher };

export interface Endpoint {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

const BINDINGS = {
  inventory: 'INVENTORY',
  payment: 'PAYMENT',
  shipping: 'SHIPPING',
  notification: 'NOTIFICATION',
} as const satisfies Record<ParticipantName, Binding>;

/** The URL wins over the binding. Through a binding the host is the participant's name. */
export function endpointOf(env: EndpointEnv, participant: ParticipantName): Endpoint | null {
  const binding = BINDINGS[participant];
  const url = env[`${binding}_URL`];
  if (url) return { baseUrl: url.replace(/\/+$/, ''), fetch: (target, init) => fetch(target, init) };
  const service = env[binding];
  return service ? { baseUrl: `https://${participant}`, fetch: (target, init) => service.fetch(target, init) } : null;
}
