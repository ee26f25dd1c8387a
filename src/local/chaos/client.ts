/** The coordinator as its customers use it, and the participants' process, over HTTP. What a crash does to a request is a value, not an error. */

import type * as z from 'zod';
import { CLIENT, exchange, OPERATOR, orderPath, startRequest, type Ask } from '../requests.ts';
import type { PlannedFault, PlannedOrder } from './planned-order.ts';
import {
  callsAnswer,
  historyAnswer,
  orderLedgers,
  orderView,
  type HistoryEvent,
  type LoggedCall,
  type OrderLedgers,
  type OrderView,
} from './wire.ts';

/** The status of the answer. `broken`: there was none, and what became of the request is not known. `nobody`: nobody was listening. */
export type Status = number | 'broken' | 'nobody';

export interface Shop {
  place(order: PlannedOrder): Promise<Status>;
  cancel(orderId: string): Promise<Status>;
  decide(orderId: string, decision: 'approve' | 'reject'): Promise<Status>;
  /** Null: there is no such order. */
  view(orderId: string): Promise<OrderView | null>;
  history(orderId: string): Promise<readonly HistoryEvent[]>;
}

/** Asking here wakes no order. */
export interface Services {
  addFault(orderId: string | null, fault: PlannedFault): Promise<void>;
  dispatch(orderId: string): Promise<void>;
  calls(orderId: string): Promise<readonly LoggedCall[]>;
  ledgers(orderId: string): Promise<OrderLedgers>;
}

export function shopAt(url: string): Shop {
  const told = (path: string, asked: Ask) => statusOf(() => exchange(fetch, url, 'POST', path, asked));
  const asked = (path: string) => patiently(() => exchange(fetch, url, 'GET', path, { token: CLIENT }));
  return {
    place: ({ orderId, items }) =>
      told('/api/v1/orders', { token: CLIENT, body: startRequest(orderId, items), headers: { 'idempotency-key': orderId } }),
    cancel: (orderId) => told(`${orderPath(orderId)}/cancel`, { token: CLIENT, body: { reason: 'Changed my mind' } }),
    decide: (orderId, decision) => told(`${orderPath(orderId)}/approval`, { token: OPERATOR, body: { decision, by: 'Olga' } }),
    view: async (orderId) => foundIn(await asked(orderPath(orderId)), orderView),
    history: async (orderId) => (await foundIn(await asked(`${orderPath(orderId)}/events?after=0`), historyAnswer))?.events ?? [],
  };
}

export function servicesAt(url: string): Services {
  const asked = (path: string) => patiently(() => exchange(fetch, url, 'GET', `/simulated${path}`, {}));
  return {
    addFault: async (orderId, fault) => {
      const response = await exchange(fetch, url, 'POST', '/simulated/faults', { body: { ...fault, order_id: orderId } });
      if (!response.ok) throw new Error(`A fault was answered ${response.status}: ${await response.text()}`);
      await response.text();
    },
    dispatch: async (orderId) =>
      void (await statusOf(() => exchange(fetch, url, 'PUT', '/simulated/shipments/dispatch', { body: { order_id: orderId } }))),
    calls: async (orderId) => (await read(await asked(`/calls/${orderId}`), callsAnswer)).calls,
    ledgers: async (orderId) => read(await asked(`/ledgers/${orderId}`), orderLedgers),
  };
}

/** So many tries, each of its own time-out: a busy machine may need them, and what does not answer to any of them is stuck. */
const MOST_TRIES = 4;

/** Looking changes nothing, so it may be done again. */
async function patiently(ask: () => Promise<Response>): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (tries >= MOST_TRIES || !(error instanceof Error && error.name === 'TimeoutError')) throw error;
    }
  }
}

/** A connection that is refused or breaks is told by fetch as a TypeError, and one that takes too long as a TimeoutError. */
async function statusOf(ask: () => Promise<Response>): Promise<Status> {
  try {
    const response = await ask();
    // The answer has begun: what becomes of the rest of it changes nothing.
    void response.text().catch(() => undefined);
    return response.status;
  } catch (error) {
    if (error instanceof TypeError) return isRefused(error.cause) ? 'nobody' : 'broken';
    if (error instanceof Error && error.name === 'TimeoutError') return 'broken';
    throw error;
  }
}

const isRefused = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';

async function foundIn<Schema extends z.ZodType>(response: Response, schema: Schema): Promise<z.output<Schema> | null> {
  if (response.status !== 404) return read(response, schema);
  await response.text();
  return null;
}

async function read<Schema extends z.ZodType>(response: Response, schema: Schema): Promise<z.output<Schema>> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} was answered ${response.status}: ${text}`);
  return schema.parse(JSON.parse(text));
}
