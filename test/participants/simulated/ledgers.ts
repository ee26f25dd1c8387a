/** How the tests speak to the simulated services: as the coordinator would, through the door, with the headers of the participant API. */

import { env } from 'cloudflare:workers';
import { expect, vi } from 'vitest';
import { orderSummary } from '../../../src/participants/simulated/control.ts';
import type { SimulatedEnv } from '../../../src/participants/simulated/entrypoint.ts';
import type { Json, ParticipantName } from '../../../src/saga/definition.ts';

const hasLedgers = (bindings: object): bindings is SimulatedEnv => 'SIMULATED_LEDGERS' in bindings;

function simulatedEnv(bindings: object): SimulatedEnv {
  if (hasLedgers(bindings)) return bindings;
  throw new Error('The test configuration has no SIMULATED_LEDGERS');
}

export const simulated: SimulatedEnv = simulatedEnv(env);

export const ledger = (service: ParticipantName) => simulated.SIMULATED_LEDGERS.getByName(service);

export const summaryOf = (orderId: string) => orderSummary(simulated.SIMULATED_LEDGERS, 'local', orderId);

let orders = 0;

/** Storage is shared by the tests of a file: each takes an order of its own. */
export const newOrder = (): string => `order-${++orders}`;

export interface Sent {
  readonly status: number;
  readonly body: unknown;
}

export interface SendOptions {
  readonly key: string;
  readonly notAfter?: Date;
  readonly attempt?: number;
}

function headersOf(orderId: string, options: SendOptions): Headers {
  const headers = new Headers({ 'saga-tenant': 'local', 'saga-order-id': orderId, 'saga-attempt': String(options.attempt ?? 1) });
  if (options.notAfter) headers.set('saga-not-after', options.notAfter.toISOString());
  return headers;
}

/** The response as it is; `send` reads it. */
export function post(
  service: ParticipantName,
  path: string,
  body: { readonly order_id: string } & Json,
  options: SendOptions,
): Promise<Response> {
  const headers = headersOf(body.order_id, options);
  headers.set('idempotency-key', options.key);
  return ledger(service).fetch(`https://${service}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

export async function send(...request: Parameters<typeof post>): Promise<Sent> {
  const response = await post(...request);
  return { status: response.status, body: await response.json() };
}

export async function probe(service: ParticipantName, orderId: string, key: string): Promise<Sent> {
  const url = `https://${service}/operations/${encodeURIComponent(key)}`;
  const response = await ledger(service).fetch(url, { headers: headersOf(orderId, { key }) });
  return { status: response.status, body: await response.json() };
}

export const chargeBody = (orderId: string, amount = '29.99', currency = 'USD') => ({
  order_id: orderId,
  customer_id: 'c-1',
  amount,
  currency,
  payment_method: 'credit_card',
});

export const charge = (orderId: string, options: Partial<SendOptions> = {}): Promise<Sent> =>
  send('payment', '/charges', chargeBody(orderId), { key: `${orderId}.charge`, ...options });

export const refundBody = (orderId: string, paymentId: string | null = null) => ({
  order_id: orderId,
  payment_id: paymentId,
  amount: '29.99',
  currency: 'USD',
  reason: 'test',
  undoes: `${orderId}.charge`,
});

export const refund = (orderId: string, key = `${orderId}.refund`): Promise<Sent> =>
  send('payment', '/refunds', refundBody(orderId), { key });

/** For use within an expected value, where vitest's own would be an `any`. */
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

/** True when the promise is still open after that long. */
export async function isStillOpen(promise: Promise<unknown>, afterMs: number): Promise<boolean> {
  const settled = promise.then(
    () => false,
    () => false,
  );
  return Promise.race([settled, scheduler.wait(afterMs).then(() => true)]);
}

export interface Callback {
  readonly url: string;
  readonly body: unknown;
}

/** Stands in for the network, until `vi.unstubAllGlobals()`: takes callbacks, the first few of them with an error. */
export function callbacksTaken(errors: number): readonly Callback[] {
  const callbacks: Callback[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    callbacks.push({ url, body: await new Response(init.body ?? null).json() });
    return new Response(null, { status: callbacks.length <= errors ? 500 : 204 });
  });
  return callbacks;
}
