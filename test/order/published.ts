/** What an order has published, as it arrived. */

import { expect } from 'vitest';
import * as z from 'zod';
import { RECEIVER, type Answering, type Received } from './event-receiver.ts';
import { eventually } from './shop.ts';
import { historyOf } from './signed.ts';

const cloudEvent = z.looseObject({ id: z.string(), type: z.string(), sequence: z.string(), data: z.record(z.string(), z.unknown()) });

export type Published = z.infer<typeof cloudEvent>;

export async function receivedBy(orderId: string): Promise<Received> {
  const response = await fetch(`${RECEIVER}/received?order=${orderId}`);
  return response.json();
}

/** What was delivered, batch by batch. */
export async function batchesOf(orderId: string, place: keyof Received): Promise<readonly (readonly Published[])[]> {
  const { queue, webhook } = await receivedBy(orderId);
  const taken = webhook.filter(({ answered }) => answered === 204).map(({ body }): unknown => JSON.parse(body));
  return z.array(z.array(cloudEvent)).parse(place === 'queue' ? queue : taken);
}

/** Everything that was delivered, once there are so many different events of it. */
export async function published(orderId: string, place: keyof Received, count: number): Promise<readonly Published[]> {
  const events = async () => (await batchesOf(orderId, place)).flat();
  const isComplete = async () => new Set((await events()).map(({ id }) => id)).size >= count;
  await eventually(isComplete, `${count} events of ${orderId} at the ${place}`, 40_000);
  return events();
}

const told = z.object({ domain_events: z.array(z.string()).default([]) });

/** What the order's history says that others are told. */
export async function toldInHistory(orderId: string): Promise<readonly string[]> {
  const events = await historyOf(orderId);
  return events.flatMap(({ data }) => told.parse(data).domain_events);
}

/** All events of an order at rest, as they came. */
export const allPublished = async (orderId: string): Promise<readonly Published[]> =>
  published(orderId, 'webhook', (await toldInHistory(orderId)).length);

export const PLACES = ['queue', 'webhook'] as const;

/** These, each once and in this order, at both places and in the history. Returns them. */
export async function expectPublished(orderId: string, types: readonly string[]): Promise<readonly Published[]> {
  for (const at of PLACES) {
    const events = await published(orderId, at, types.length);
    expect(events.map(({ type }) => type)).toEqual(types);
    expect(events.map(({ sequence }) => Number(sequence))).toEqual(types.map((_, index) => index + 1));
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
  }
  expect(await toldInHistory(orderId)).toEqual(types);
  return published(orderId, 'webhook', types.length);
}

export async function setAnswering(orderId: string, answering: Answering): Promise<void> {
  await fetch(`${RECEIVER}/answering?order=${orderId}`, { method: 'PUT', body: JSON.stringify(answering) });
}
