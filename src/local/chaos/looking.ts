/** Waits in silence until the orders should be at rest, and looks at each once; where one is not, it is left alone again, up to a limit. */

import type { Services, Shop } from './client.ts';
import type { Clock } from './clock.ts';
import type { Told } from './customers.ts';
import { isAtRest, type Outcome } from './outcome.ts';
import type { OrderView } from './wire.ts';

/** Longer than most orders take that have nobody and no deadline to wait for, a kill and a settling time included. */
const SILENCE_MS = 40_000;

/** What only the deadline ends is rolled back by then. */
const AFTER_DEADLINE_MS = 12_000;

const SILENCE_AGAIN_MS = 20_000;
const LOOKS_AGAIN = 3;

const AT_ONCE = 8;

export interface Look {
  readonly at: number;
  readonly view: OrderView | null;
}

/** How long there has to be silence from now on. */
export const silenceFor = (now: number, lastDeadlineAt: number): number => Math.max(SILENCE_MS, lastDeadlineAt + AFTER_DEADLINE_MS - now);

/** Returns the first look at each order. */
export async function lookWhenAtRest(
  shop: Shop,
  clock: Clock,
  orderIds: readonly string[],
  silenceMs: number,
  tell: (text: string) => void,
): Promise<ReadonlyMap<string, Look>> {
  tell(`silence for ${Math.ceil(silenceMs / 1_000)} s: nobody asks about any order`);
  await clock.pause(silenceMs);
  tell('looking at each order once');
  const first = new Map(await eachOf(orderIds, async (orderId) => [orderId, await lookAt(shop, orderId)] as const));
  let restless = orderIds.filter((orderId) => !isSettled(first.get(orderId)));
  for (let looks = 0; looks < LOOKS_AGAIN && restless.length > 0; looks += 1) {
    tell(`${restless.length} not at rest, silence for another ${SILENCE_AGAIN_MS / 1_000} s`);
    await clock.pause(SILENCE_AGAIN_MS);
    const again = await eachOf(restless, async (orderId) => [orderId, await lookAt(shop, orderId)] as const);
    restless = again.filter(([, look]) => !isSettled(look)).map(([orderId]) => orderId);
  }
  return first;
}

const lookAt = async (shop: Shop, orderId: string): Promise<Look> => ({ at: Date.now(), view: await shop.view(orderId) });

const isSettled = (look: Look | undefined): boolean => look !== undefined && (look.view === null || isAtRest(look.view));

/** Everything about every order. One that was not looked at before is now. */
export function outcomesOf(
  shop: Shop,
  services: Services,
  told: readonly Told[],
  first: ReadonlyMap<string, Look>,
): Promise<readonly Outcome[]> {
  return eachOf(told, async (one) => {
    const { orderId } = one.order;
    const { at, view } = await lookAt(shop, orderId);
    const history = view ? await shop.history(orderId) : [];
    return { told: one, view, history, ledgers: await services.ledgers(orderId), firstLook: first.get(orderId) ?? { at, view } };
  });
}

/** A few at a time, in their order. */
async function eachOf<Item, Result>(items: readonly Item[], ask: (item: Item) => Promise<Result>): Promise<readonly Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await ask(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
