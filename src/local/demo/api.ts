/** The coordinator and the simulated services' switchboard, as a client over HTTP uses them. Whatever is not a 2xx answer is thrown. */

import type * as z from 'zod';
import type { FaultSetting } from '../../participants/simulated/faults.ts';
import type { ParticipantName } from '../../saga/definition.ts';
import { CLIENT, exchange, OPERATOR, orderPath, startRequest, type Ask, type Fetch, type Item } from '../requests.ts';
import { historyAnswer, orderLedgers, orderView, type HistoryEvent, type OrderLedgers, type OrderView } from './wire.ts';

export interface NewOrder {
  readonly orderId: string;
  readonly saga: string;
  readonly items: readonly Item[];
}

export interface ReviewAction {
  readonly action: 'retry' | 'resolve';
  readonly step: string;
  readonly by: string;
  readonly note: string;
}

export interface Placed {
  readonly orderId: string;
  readonly isReplayed: boolean;
}

export type ServiceFault = FaultSetting & { readonly service: ParticipantName };

export interface Api {
  /** The idempotency key is the order's id, so that placing it again is the same request. */
  place(order: NewOrder): Promise<Placed>;
  events(orderId: string, afterSeq: number): Promise<readonly HistoryEvent[]>;
  view(orderId: string): Promise<OrderView>;
  cancel(orderId: string, reason: string): Promise<void>;
  decide(orderId: string, decision: 'approve' | 'reject', by: string, note: string): Promise<void>;
  /** A person acts on a step in review. */
  review(orderId: string, action: ReviewAction): Promise<void>;
  /** Queues the fault behind those that stand for the same order and route. */
  addFault(fault: ServiceFault): Promise<void>;
  setStock(sku: string, level: number): Promise<void>;
  /** The carrier picks the order's parcel up. */
  dispatch(orderId: string): Promise<void>;
  ledgers(orderId: string): Promise<OrderLedgers>;
}

/** `baseUrl` has no trailing slash. */
export function apiAt(baseUrl: string, fetch: Fetch): Api {
  const ask = (method: string, path: string, asked: Ask = {}) => askAt(fetch, baseUrl, method, path, asked);
  return {
    place: async ({ orderId, saga, items }) => {
      const headers = { 'idempotency-key': orderId };
      const response = await ask('POST', '/api/v1/orders', { token: CLIENT, body: startRequest(orderId, items, saga), headers });
      const { order_id } = await parsed(response, orderView);
      return { orderId: order_id, isReplayed: response.headers.get('idempotency-replayed') === 'true' };
    },
    events: async (orderId, afterSeq) =>
      (await parsed(await ask('GET', `${orderPath(orderId)}/events?after=${afterSeq}`, { token: CLIENT }), historyAnswer)).events,
    view: async (orderId) => parsed(await ask('GET', orderPath(orderId), { token: CLIENT }), orderView),
    cancel: async (orderId, reason) => discard(await ask('POST', `${orderPath(orderId)}/cancel`, { token: CLIENT, body: { reason } })),
    decide: async (orderId, decision, by, note) =>
      discard(await ask('POST', `${orderPath(orderId)}/approval`, { token: OPERATOR, body: { decision, by, note } })),
    review: async (orderId, { action, step, by, note }) =>
      discard(await ask('POST', `${orderPath(orderId)}/review`, { token: OPERATOR, body: { action, step, by, note } })),
    addFault: async (fault) => discard(await ask('POST', '/simulated/faults', { body: fault })),
    setStock: async (sku, level) => discard(await ask('PUT', '/simulated/stock', { body: { sku, level } })),
    dispatch: async (orderId) => discard(await ask('PUT', '/simulated/shipments/dispatch', { body: { order_id: orderId } })),
    ledgers: async (orderId) => parsed(await ask('GET', `/simulated/ledgers/${orderId}`), orderLedgers),
  };
}

async function askAt(fetch: Fetch, baseUrl: string, method: string, path: string, asked: Ask): Promise<Response> {
  const response = await exchange(fetch, baseUrl, method, path, asked);
  if (response.ok) return response;
  throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
}

async function parsed<Schema extends z.ZodType>(response: Response, schema: Schema): Promise<z.output<Schema>> {
  return schema.parse(await response.json());
}

/** An answer whose body is left unread would keep its connection open. */
async function discard(response: Response): Promise<void> {
  await response.text();
}
