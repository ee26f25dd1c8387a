/** Plays one fate: prepares the world, places the order, does what people do, and follows the order until it is at rest. */

import type { Api } from './api.ts';
import type { Act, Fact, Fate } from './fate.ts';
import { factOf, type Outcome } from './outcome.ts';
import { lineOf, type StoryLine } from './story.ts';
import type { HistoryEvent } from './wire.ts';

const POLL_MS = 40;

/** Several times what the slowest order of the demonstration takes. */
const PATIENCE_MS = 45_000;

const ENDINGS: ReadonlySet<HistoryEvent['type']> = new Set(['OrderCompleted', 'OrderCompensated', 'ReviewRequested']);

/** Calls `tell` with each line of the story as it happens. Throws where the order does not get to where it should in time. */
export async function play(api: Api, fate: Fate, tell: (line: StoryLine, placedAt: number) => void): Promise<Outcome> {
  const { orderId } = fate;
  if (fate.stock) await api.setStock(fate.stock.sku, fate.stock.level);
  for (const fault of fate.faults) await api.addFault({ ...fault, order_id: orderId });
  const order = { orderId, items: fate.items };
  const placed = await Promise.all(Array.from({ length: fate.copies }, () => api.place(order)));
  const follower = new Follower(api, orderId, tell);
  for (const [index, { isReplayed }] of placed.entries()) {
    if (fate.copies > 1) await follower.note(`request ${index + 1} is answered with ${isReplayed ? 'the order that there is already' : 'a new order'}`);
  }
  for (const act of fate.acts) {
    await follower.until(`"${act.once}" happens`, (events) => events.some((event) => factOf(event) === act.once));
    await perform(api, orderId, act);
    const note = noteOf(act);
    if (note !== null) await follower.note(note);
  }
  const history = await follower.until('it is at rest', isAtRest);
  return { placed, history, view: await api.view(orderId), ledgers: await api.ledgers(orderId) };
}

function isAtRest(events: readonly HistoryEvent[]): boolean {
  const last = events.at(-1);
  return last !== undefined && ENDINGS.has(last.type);
}

function perform(api: Api, orderId: string, act: Act): Promise<void> {
  switch (act.type) {
    case 'cancel':
      return api.cancel(orderId, act.reason);
    case 'decide':
      return api.decide(orderId, act.decision, act.by, act.note);
    case 'dispatch':
      return api.dispatch(orderId);
    default:
      return act satisfies never;
  }
}

/** Null where the order's own history tells of it. */
const noteOf = (act: Act): string | null => (act.type === 'dispatch' ? 'the carrier picks the parcel up' : null);

class Follower {
  readonly #api: Api;
  readonly #orderId: string;
  readonly #tell: (line: StoryLine, placedAt: number) => void;
  readonly #giveUpAt = Date.now() + PATIENCE_MS;
  readonly #events: HistoryEvent[] = [];

  constructor(api: Api, orderId: string, tell: (line: StoryLine, placedAt: number) => void) {
    this.#api = api;
    this.#orderId = orderId;
    this.#tell = tell;
  }

  /** Returns the whole history once it is so. Always looks at least once. */
  async until(what: string, isSo: (events: readonly HistoryEvent[]) => boolean): Promise<readonly HistoryEvent[]> {
    await this.#look();
    while (!isSo(this.#events)) {
      if (Date.now() > this.#giveUpAt) throw new Error(`After ${PATIENCE_MS} ms still waiting until ${what}; last: ${this.#last()}`);
      await pause(POLL_MS);
      await this.#look();
    }
    return this.#events;
  }

  /** Tells of something that is not in the order's own history. */
  async note(text: string): Promise<void> {
    const at = Date.now();
    await this.#look();
    this.#say({ at, way: 'note', action: '', text });
  }

  async #look(): Promise<void> {
    for (const event of await this.#api.events(this.#orderId, this.#events.at(-1)?.seq ?? 0)) {
      const line = lineOf(this.#events, event);
      this.#events.push(event);
      if (line) this.#say(line);
    }
  }

  #say(line: StoryLine): void {
    this.#tell(line, this.#events[0]?.at ?? line.at);
  }

  #last(): Fact {
    const last = this.#events.at(-1);
    return last ? factOf(last) : 'nothing';
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
