/** Where a participant is: a URL, or a service binding. Neither, or no usable URL: it is not configured, and nothing may be started. */

import type { Participant, ParticipantName } from '../saga/definition.ts';

type Binding = Uppercase<ParticipantName>;

/** By name: `PAYMENT_URL`, beside the optional service binding `PAYMENT`. A participant of one's own has the like. */
export type EndpointEnv = { readonly [Name in `${Binding}_URL`]?: string } & { readonly [Name in Binding]?: Fetcher };

export interface Endpoint {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/**
 * The URL wins over the binding, and one that can't be used is no reason to turn to the binding instead.
 * Through a binding the host is the participant's name.
 */
export function endpointOf(env: object, participant: Participant): Endpoint | null {
  const binding = participant.toUpperCase();
  const url: unknown = Reflect.get(env, `${binding}_URL`);
  if (url) {
    const baseUrl = typeof url === 'string' ? baseUrlOf(url) : null;
    return baseUrl === null ? null : { baseUrl, fetch: (target, init) => fetch(target, init) };
  }
  const service: unknown = Reflect.get(env, binding);
  return isService(service) ? { baseUrl: `https://${participant}`, fetch: (target, init) => service.fetch(target, init) } : null;
}

/** Queues and the like are bound by name, too. */
const isService = (bound: unknown): bound is Fetcher =>
  typeof bound === 'object' && bound !== null && 'fetch' in bound && typeof bound.fetch === 'function';

/** Paths are put behind it, and `fetch` takes no user or password in a URL. */
function baseUrlOf(text: string): string | null {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || /[?#]/.test(text)) return null;
  return url.href.replace(/\/+$/, '');
}
