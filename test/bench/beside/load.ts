/** Places orders, so many in flight at a time: an order is in flight until its last call has reached its service. */

import { nowMs } from './clock.ts';
import { orderId, orderRequest, type Fates } from './order.ts';
import type { Child, FromParticipants } from './processes.ts';
import type { Running } from './running.ts';

export interface Load {
  readonly orders: number;
  readonly inFlight: number;
  readonly items: number;
  /** Mixed, where nothing is said. */
  readonly fates?: Fates;
}

export interface Taken {
  readonly ids: readonly string[];
  readonly wallMs: number;
  /** Of each order, from its request to its last call. */
  readonly latenciesMs: readonly number[];
}

const GIVEN_UP_AFTER_MS = 60_000;

/** By its order: whoever waits for its last call. */
const waiting = new Map<string, (at: number) => void>();

export function listenTo(participants: Child<FromParticipants>): void {
  participants.on((message) => {
    if (message.type === 'done') waiting.get(message.order)?.(message.at);
  });
}

/** Throws where an order is refused, or not at its end for a long time. */
export async function place(running: Running, round: string, { orders, inFlight, items, fates = 'mixed' }: Load): Promise<Taken> {
  const ids = Array.from({ length: orders }, (_, nth) => orderId(round, nth, fates));
  const latenciesMs: number[] = [];
  const from = nowMs();
  let last = from;
  await each(ids, inFlight, async (id) => {
    const sentAt = nowMs();
    const at = await placeOne(running, id, items);
    latenciesMs.push(at - sentAt);
    last = Math.max(last, at);
  });
  return { ids, wallMs: last - from, latenciesMs };
}

async function placeOne(running: Running, id: string, items: number): Promise<number> {
  const { promise: done, resolve, reject } = Promise.withResolvers<number>();
  waiting.set(id, resolve);
  const late = () => reject(new Error(`${running.contestant.title}: ${id} was not at its end after a minute`));
  const timer = setTimeout(late, GIVEN_UP_AFTER_MS);
  try {
    await request(running, id, items);
    return await done;
  } finally {
    clearTimeout(timer);
    waiting.delete(id);
  }
}

/** Resolves when the order is durable. */
export async function request({ contestant, url }: Running, id: string, items: number): Promise<void> {
  const body = JSON.stringify(orderRequest(id, items));
  const response = await fetch(url + contestant.path, { method: 'POST', headers: contestant.headers, body });
  const answer = await response.text();
  if (response.status !== 202) throw new Error(`${contestant.title}: ${id} was answered ${response.status} ${answer}`);
}

/** Does it for all of these, so many at a time. */
export async function each<Item>(all: Iterable<Item>, atATime: number, work: (item: Item) => Promise<void>): Promise<void> {
  const queue = all[Symbol.iterator]();
  const worker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
}
