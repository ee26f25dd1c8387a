/** Follows one order's history and tells it, line by line, as it grows. */

import type { Api } from './api.ts';
import { factOf } from './outcome.ts';
import { lineOf, noteAt, type StoryLine } from './story.ts';
import type { HistoryEvent } from './wire.ts';

const POLL_MS = 40;

/** Several times what the slowest order of the demonstration takes. */
const PATIENCE_MS = 45_000;

/** `placedAt`: when the order was placed, to count from. */
export type Tell = (line: StoryLine, placedAt: number) => void;

export class Follower {
  readonly #api: Api;
  readonly #orderId: string;
  readonly #tell: Tell;
  readonly #giveUpAt = Date.now() + PATIENCE_MS;
  readonly #events: HistoryEvent[] = [];
  /** Told with the next look, in their place among the events. */
  #notes: readonly StoryLine[] = [];

  constructor(api: Api, orderId: string, tell: Tell) {
    this.#api = api;
    this.#orderId = orderId;
    this.#tell = tell;
  }

  /** Returns the whole history once it is so; looks at least once. Throws where it takes too long. */
  async until(what: string, isSo: (events: readonly HistoryEvent[]) => boolean): Promise<readonly HistoryEvent[]> {
    await this.#look();
    while (!isSo(this.#events)) {
      const last = this.#events.at(-1);
      if (Date.now() > this.#giveUpAt) {
        throw new Error(`Waited ${PATIENCE_MS / 1_000} s until ${what}; the last event was ${last ? factOf(last) : 'none'}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      await this.#look();
    }
    return [...this.#events];
  }

  /** Tells of something that is not in the order's own history. */
  note(text: string, at: number): void {
    this.#notes = [...this.#notes, noteAt(at, text)];
  }

  async #look(): Promise<void> {
    const lines: StoryLine[] = [];
    for (const event of await this.#api.events(this.#orderId, this.#events.at(-1)?.seq ?? 0)) {
      const line = lineOf(this.#events, event);
      this.#events.push(event);
      if (line) lines.push(line);
    }
    lines.push(...this.#notes);
    this.#notes = [];
    for (const line of lines.toSorted((left, right) => left.at - right.at)) this.#tell(line, this.#events[0]?.at ?? line.at);
  }
}
