/** Where a participant is: a URL, or a service binding. Neither, or no usable URL: it is not configured, and nothing may be started. */

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

/**
 * The URL wins over the binding, and one that can't be used is no reason to turn to the binding instead.
 * Through a binding the host is the participant's name.
 */
export function endpointOf(env: EndpointEnv, participant: ParticipantName): Endpoint | null {
  const binding = BINDINGS[participant];
  const url = env[`${binding}_URL`];
  if (url) {
    const baseUrl = baseUrlOf(url);
    return baseUrl === null ? null : { baseUrl, fetch: (target, init) => fetch(target, init) };
  }
  const service = env[binding];
  return service ? { baseUrl: `https://${participant}`, fetch: (target, init) => service.fetch(target, init) } : null;
}

/** Paths are put behind it, and `fetch` takes no user or password in a URL. */
function baseUrlOf(text: string): string | null {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || /[?#]/.test(text)) return null;
  return url.href.replace(/\/+$/, '');
}
