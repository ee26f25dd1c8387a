/** Orders that nobody asks about: what happens to them is read off the services' ledgers, which never wake an order's object. */

import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { expect } from 'vitest';
import type { History } from '../../../src/order/orders-port.ts';
import type { CallRecord } from '../../../src/participants/simulated/calls.ts';
import type { OrderSummary } from '../../../src/participants/simulated/summary.ts';
import { call, eventually, ledgersOf, objectOf } from '../shop.ts';

/** The process goes away, with everything that it remembered: the order is left with its storage, its alarm and its messages. */
export async function kill(orderId: string): Promise<void> {
  await expect(runInDurableObject(objectOf(orderId), (_, state) => state.abort('killed'))).rejects.toThrow('killed');
}

export const callsTo = async (orderId: string, route: string): Promise<readonly CallRecord[]> =>
  (await ledgersOf(orderId)).calls.filter((made) => made.route === route);

/** Waits until the services' ledgers are as they should be. */
export const ledgersShow = (orderId: string, are: (ledgers: OrderSummary) => boolean): Promise<void> =>
  eventually(async () => are(await ledgersOf(orderId)), `${orderId}: ${String(are)}`, 40_000);

/** How many operations of this route were answered well; one whose answer nobody lived to hear is made again, and is one. */
const done = ({ calls }: OrderSummary, route: string): number =>
  new Set(calls.filter((made) => made.route === route && made.status !== null && made.status < 300).map((made) => made.idempotency_key))
    .size;

/** Both messages have gone out: the order is through. */
export const confirmed = (orderId: string) => ledgersShow(orderId, (ledgers) => done(ledgers, '/notifications') === 2);

/** The stock has been given back, which is the last that an order does on its way back. */
export const released = (orderId: string) => ledgersShow(orderId, (ledgers) => done(ledgers, '/reservations/release') > 0);

/** How often money was moved: each entry is one movement, whatever was called or answered. */
export async function movements(orderId: string): Promise<{ readonly charges: number; readonly refunds: number }> {
  const { entries } = await ledgersOf(orderId);
  const count = (kind: string) => entries.filter(({ facts }) => facts.kind === kind).length;
  return { charges: count('charged'), refunds: count('refunded') };
}

/** The keys under which a route was called for the order: one for each operation, for ever. */
export const keysTo = async (orderId: string, route: string): Promise<readonly string[]> => [
  ...new Set((await callsTo(orderId, route)).map((made) => made.idempotency_key)),
];

/** What a crash, a deployment or idleness does to an order's object. */
export const ENDS: readonly { readonly end: string; readonly strike: (orderId: string) => Promise<void> }[] = [
  { end: 'killed', strike: kill },
  { end: 'evicted', strike: (orderId) => evictDurableObject(objectOf(orderId)) },
];

/** Tells whether the life that the order's object lives now is over. For before the trouble and after it: it wakes the object. */
export async function lifeOf(orderId: string): Promise<() => Promise<boolean>> {
  const present = () => runInDurableObject(objectOf(orderId), (instance) => instance);
  const before = await present();
  return async () => (await present()) !== before;
}

/** The order's history. Wakes the order's object. */
export async function eventsOf(orderId: string): Promise<History['events']> {
  const history: History = await (await call('GET', `/api/v1/orders/${orderId}/events`)).json();
  return history.events;
}

/** Waits until the order's history has an event of this type. For the time before the trouble: it wakes the order's object. */
export const recorded = (orderId: string, type: string): Promise<void> =>
  eventually(async () => (await eventsOf(orderId)).some((event) => event.type === type), `${type} of ${orderId}`);
