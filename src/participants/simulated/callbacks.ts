/** Sends a callback to the coordinator, signed as Standard Webhooks. Best effort: a sender that is told "no" tries twice more and gives up. */

import { exports } from 'cloudflare:workers';
import { Webhook } from 'standardwebhooks';
import type { AcceptFault } from './faults.ts';
import type { Call } from './calls.ts';

export const CALLBACK_TRIES = 3;

const TIMEOUT_MS = 10_000;

/** The host that stands for this same Worker, so that neither a port nor a network is needed. */
const SELF_HOST = 'coordinator';

export interface CallbackEnv {
  readonly CALLBACK_SECRET?: string;
}

/** The URL with `{tenant}`, `{order_id}` and `{step}` filled in, or null where none was asked for. */
export function callbackUrl({ callback_url }: AcceptFault, { tenant, orderId, step }: Call): string | null {
  if (callback_url === undefined) return null;
  const values: Readonly<Record<string, string>> = { tenant, order_id: orderId, step };
  return callback_url.replaceAll(/\{(\w+)\}/g, (whole, name: string) => encodeURIComponent(values[name] ?? whole));
}

/** Makes one try. False, with a line in the log, where it was not taken. Unsigned where there is no secret. */
export async function sendCallback(env: CallbackEnv, callback: { readonly id: string; readonly url: string; readonly body: string }) {
  try {
    const headers = { 'content-type': 'application/json', ...signature(env, callback.id, callback.body) };
    const init = { method: 'POST', headers, body: callback.body, signal: AbortSignal.timeout(TIMEOUT_MS) };
    const response = await (isOwn(callback.url) ? thisWorker().fetch(callback.url, init) : fetch(callback.url, init));
    await response.body?.cancel();
    if (response.ok) return true;
    console.warn(`Callback ${callback.id} to ${callback.url} was answered ${response.status}`);
  } catch (error) {
    console.warn(`Callback ${callback.id} to ${callback.url} failed`, error);
  }
  return false;
}

const isOwn = (url: string): boolean => new URL(url).hostname === SELF_HOST;

/** The default export of the Worker that this object is part of, whichever that is. */
function thisWorker(): Pick<Fetcher, 'fetch'> {
  const worker: unknown = Reflect.get(exports, 'default');
  if (isFetcher(worker)) return worker;
  throw new Error('This Worker has no default export to call back');
}

const isFetcher = (value: unknown): value is Pick<Fetcher, 'fetch'> =>
  (typeof value === 'object' || typeof value === 'function') && value !== null && 'fetch' in value;

function signature(env: CallbackEnv, id: string, body: string): Readonly<Record<string, string>> {
  if (!env.CALLBACK_SECRET) return {};
  const now = new Date();
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': new Webhook(env.CALLBACK_SECRET).sign(id, now, body),
  };
}
