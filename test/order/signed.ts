/** What participants and carriers tell the coordinator by themselves, signed, through the whole Worker. */

import { env, exports } from 'cloudflare:workers';
import type { HistoryEvent } from '../../src/order/orders-port.ts';
import type { CoordinatorEnv } from '../../src/order/configuration.ts';
import type { FaultSetting } from '../../src/participants/simulated/faults.ts';
import { expectDocumented } from '../http/openapi/conformance.ts';
import { signedHeaders } from '../http/signing.ts';
import { call } from './shop.ts';

/** The simulated services call this same Worker back. */
const CALLBACK_URL = 'https://coordinator/api/v1/orders/{order_id}/steps/{step}/callback?tenant={tenant}';

const bindings: CoordinatorEnv = env;

async function post(path: string, content: unknown): Promise<Response> {
  const body = JSON.stringify(content);
  const headers = { 'content-type': 'application/json', ...signedHeaders(body, { secret: bindings.CALLBACK_SECRET ?? '' }) };
  const answer = await exports.default.fetch(`https://shop.test${path}`, { method: 'POST', headers, body });
  await expectDocumented('POST', path, answer);
  return answer;
}

export const callBack = (orderId: string, operation: string, outcome: object): Promise<Response> =>
  post(`/api/v1/orders/${orderId}/steps/${operation.split('.')[0]}/callback`, { idempotency_key: keyOf(orderId, operation), ...outcome });

export const keyOf = (orderId: string, operation: string): string => `local.${orderId}.${operation}`;

export const reportShipment = (orderId: string, type: string, more: object = {}): Promise<Response> =>
  post(`/api/v1/orders/${orderId}/shipment-events`, { type, at: new Date().toISOString(), ...more });

export const accepting = (
  outcome: 'succeeded' | 'refused',
  delay_ms: number,
  callback_url: string | null = CALLBACK_URL,
): FaultSetting['fault'] => ({
  kind: 'accept',
  delay_ms,
  outcome,
  code: 'fraud',
  message: 'Suspicious',
  ...(callback_url !== null && { callback_url }),
});

export async function historyOf(orderId: string): Promise<readonly HistoryEvent[]> {
  const { events }: { readonly events: readonly HistoryEvent[] } = await (await call('GET', `/api/v1/orders/${orderId}/events`)).json();
  return events;
}
