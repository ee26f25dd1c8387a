/**
 * An order that this deployment can't take further: its saga's version is not deployed, or its journal holds what this code can't read.
 * Nothing is called for it and nothing decided, it is a person's until a deployment can drive it again, and then it goes on by itself.
 */

import * as z from 'zod';
import { hours, minutes, nextAttemptAt, type RetryPolicy } from '../saga/retry.ts';

export type Stranded =
  | { readonly reason: 'version_not_deployed'; readonly saga: string; readonly version: number }
  /** `seq`: the first event that can't be read. */
  | { readonly reason: 'journal_unreadable'; readonly seq: number };

/** The code and the words for it, as a person reads them in a review. */
export function whyStranded(stranded: Stranded): { readonly code: Stranded['reason']; readonly message: string } {
  return { code: stranded.reason, message: messageOf(stranded) };
}

function messageOf(stranded: Stranded): string {
  switch (stranded.reason) {
    case 'version_not_deployed':
      return `The order runs on ${stranded.saga} version ${stranded.version}, which is not deployed: deploy it again`;
    case 'journal_unreadable':
      return `The order's history can't be read from event ${stranded.seq} on: deploy a version that can read it`;
    default:
      return stranded satisfies never;
  }
}

export function logStranded(order: string | undefined, stranded: Stranded): void {
  const { code, message: reason } = whyStranded(stranded);
  console.error(JSON.stringify({ message: 'An order is stranded', order, code, reason }));
}

const STRANDED = 'stranded';

const note = z.object({ since: z.number(), looks: z.number().int() });

type Note = z.infer<typeof note>;

/** Only a deployment helps, so it is looked for ever less often; a moment with the new code is all that the order needs to go on. */
const LOOKS: RetryPolicy = { attempts: Number.POSITIVE_INFINITY, firstDelayMs: minutes(1), maxDelayMs: hours(1) };

/** `random` is in [0, 1): with thousands of such orders, they must not all look at the same time. */
export const nextLookAt = (looks: number, now: number, random: number): number =>
  nextAttemptAt({
    policy: LOOKS,
    attemptsMade: looks,
    now,
    random,
    timeScale: 1,
    floorMs: LOOKS.firstDelayMs,
    until: Number.POSITIVE_INFINITY,
  }) ?? now + LOOKS.maxDelayMs;

/** Since when an order is stranded, and how often it was looked at: an object is gone from memory between two looks. */
export class StrandedNote {
  readonly #kv: SyncKvStorage;

  constructor(kv: SyncKvStorage) {
    this.#kv = kv;
  }

  /** Null where the order was not stranded when it was looked at last. */
  get since(): number | null {
    return this.#read()?.since ?? null;
  }

  begin(now: number): void {
    if (!this.#read()) this.#write({ since: now, looks: 0 });
  }

  /** Counts a look, and says when the next one is due. */
  looked(now: number, random: number): number {
    const { since, looks } = this.#read() ?? { since: now, looks: 0 };
    this.#write({ since, looks: looks + 1 });
    return nextLookAt(looks + 1, now, random);
  }

  /** Whether there was anything to end. */
  end(): boolean {
    return this.#read() !== undefined && this.#kv.delete(STRANDED);
  }

  #read(): Note | undefined {
    return note.safeParse(this.#kv.get(STRANDED)).data;
  }

  #write(noted: Note): void {
    this.#kv.put(STRANDED, noted);
  }
}
