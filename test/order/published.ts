/** What an order has published, as it arrived. */

import { z } from 'zod';
import { RECEIVER, type Answering, type Received } from './event-receiver.ts';
import { eventually } from './shop.ts';

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

export async function setAnswering(orderId: string, answering: Answering): Promise<void> {
  await fetch(`${RECEIVER}/answering?order=${orderId}`, { method: 'PUT', body: JSON.stringify(answering) });
}
