/** Plays one fate: prepares the world, places the order, does what people do, and follows the order until it is at rest. */

import type { Api, NewOrder, Placed } from './api.ts';
import type { Act, Fate } from './fate.ts';
import { Follower, type Tell } from './follower.ts';
import { factOf, type Outcome } from './outcome.ts';
import type { HistoryEvent } from './wire.ts';

/** Calls `tell` with each line of the story as it happens. Throws where the order does not get to where it should in time. */
export async function play(api: Api, fate: Fate, tell: Tell): Promise<Outcome> {
  const { orderId, saga, items } = fate;
  if (fate.stock) await api.setStock(fate.stock.sku, fate.stock.level);
  for (const fault of fate.faults) await api.addFault({ ...fault, order_id: orderId });
  const follower = new Follower(api, orderId, tell);
  const placed = await Promise.all(Array.from({ length: fate.copies }, () => place(api, { orderId, saga, items }, follower)));
  for (const act of fate.acts) {
    await follower.until(`there is ${act.once}`, (events) => events.some((event) => factOf(event) === act.once));
    await perform(api, orderId, act, follower);
  }
  const history = await follower.until('the order is at rest', isAtRest);
  return { placed, history, view: await api.view(orderId), ledgers: await api.ledgers(orderId) };
}

/** One copy of the request. */
async function place(api: Api, order: NewOrder, follower: Follower): Promise<Placed> {
  const answer = await api.place(order);
  if (answer.isReplayed) follower.note('the other request is answered with this same order', Date.now());
  return answer;
}

const ENDINGS: ReadonlySet<HistoryEvent['type']> = new Set(['OrderCompleted', 'OrderCompensated', 'ReviewRequested']);

function isAtRest(events: readonly HistoryEvent[]): boolean {
  const last = events.at(-1);
  return last !== undefined && ENDINGS.has(last.type);
}

async function perform(api: Api, orderId: string, act: Act, follower: Follower): Promise<void> {
  switch (act.type) {
    case 'cancel':
      return api.cancel(orderId, act.reason);
    case 'decide':
      return api.decide(orderId, act.decision, act.by, act.note);
    case 'review':
      return api.review(orderId, act);
    case 'dispatch':
      await api.dispatch(orderId);
      return follower.note('the carrier picks the parcel up', Date.now());
    default:
      return act satisfies never;
  }
}
