/**
 * Publishes an order's events at one place: in order, one batch at a time, the next only when the one before it is delivered or, after a
 * long time of trying, given up. It remembers only this life of the object; whoever makes it says how far a former one had come.
 */

import type { CloudEvent } from './cloud-event.ts';
import type { Sent } from './event-webhook.ts';
import type { OrderSummary } from './order-message.ts';
import { afterFailure, afterSuccess, type Progress } from './publication-progress.ts';

/** A queue takes 128 KB at once, what is around it included; a single event and a summary are always smaller. */
const MAX_MESSAGE_BYTES = 120_000;

/** How long a crash may go unnoticed while something is about to be sent. */
const WATCH_MS = 5_000;

/** Longer than any delivery takes. */
const SENDING_MS = 15_000;

export interface PublicationPorts {
  readonly order: string;
  readonly place: string;
  readonly giveUpAfterMs: number;
  readonly lastSeq: () => number;
  /** All domain events of the journal, each with its fact's sequence number. */
  readonly events: () => readonly { readonly seq: number; readonly event: CloudEvent }[];
  /** Goes with each batch, where set; the place is told of every row then, also of those that hold no domain event: it gets an empty batch. */
  readonly summary: (() => OrderSummary) | null;
  /** Null: there is no such place, and nothing to publish there. */
  readonly sender: () => Send | null;
}

export type Send = (batch: readonly CloudEvent[], summary: OrderSummary | null) => Promise<Sent>;

interface Due {
  readonly send: () => Promise<Sent>;
  /** Where it ends. */
  readonly reached: Pick<Progress, 'from' | 'done'>;
}

export class Publication {
  readonly #ports: PublicationPorts;
  #progress: Progress;
  #sendingSince: number | null = null;

  constructor(ports: PublicationPorts, progress: Progress) {
    this.#ports = ports;
    this.#progress = progress;
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** As far as this, and no further: what is on its way meanwhile may come once more. */
  restart(progress: Progress): void {
    this.#progress = { ...progress };
  }

  /** When an alarm has to come at the latest; null where everything is published. */
  wakeAt(now: number): number | null {
    if (this.#progress.from >= this.#ports.lastSeq()) return null;
    const at = this.#sendingSince === null ? this.#progress.retryAt : this.#sendingSince + SENDING_MS;
    return at > now ? at : now + WATCH_MS;
  }

  /** Sends what is due, until nothing is left or a delivery fails. Never throws for what the place does. */
  async run(): Promise<void> {
    if (this.#sendingSince !== null) return;
    try {
      for (let due = this.#due(); due; due = this.#due()) {
        this.#sendingSince = Date.now();
        const before = this.#progress;
        const sent = await due.send();
        if (this.#progress === before) this.#learn(sent, due.reached);
      }
    } finally {
      this.#sendingSince = null;
    }
  }

  #due(): Due | null {
    const lastSeq = this.#ports.lastSeq();
    const { from, done, retryAt } = this.#progress;
    if (from >= lastSeq || Date.now() < retryAt) return null;
    const send = this.#ports.sender();
    const all = send ? this.#ports.events() : [];
    const begin = all.findIndex(({ seq }, index) => seq > from && index >= done);
    const [first, ...others] = begin === -1 ? [] : all.slice(begin).map(({ event }) => event);
    const summary = send && this.#ports.summary ? this.#ports.summary() : null;
    if (send && !first && summary) return { send: () => send([], summary), reached: { from: lastSeq, done } };
    if (!send || !first) {
      this.#progress = { ...this.#progress, from: lastSeq };
      return null;
    }
    const batch = fitting(first, others, MAX_MESSAGE_BYTES - bytesOf(summary));
    const end = begin + batch.length;
    return { send: () => send(batch, summary), reached: { from: end === all.length ? lastSeq : from, done: end } };
  }

  #learn(sent: Sent, reached: Due['reached']): void {
    if (sent.type === 'delivered') {
      this.#progress = afterSuccess(reached);
      return;
    }
    const { retryAfterMs, why } = sent;
    const { giveUpAfterMs, order, place } = this.#ports;
    const after = afterFailure(this.#progress, { now: Date.now(), random: Math.random(), retryAfterMs, giveUpAfterMs });
    if (after === 'give_up') {
      const { failures } = this.#progress;
      console.error(JSON.stringify({ message: 'Domain events were given up', order, place, why, failures, up_to: reached.done }));
      this.#progress = afterSuccess(reached);
      return;
    }
    const retryAt = new Date(after.retryAt).toISOString();
    console.warn(
      JSON.stringify({ message: 'Domain events could not be delivered', order, place, why, failures: after.failures, retry_at: retryAt }),
    );
    this.#progress = after;
  }
}

/** As many as there is room for, and at least the first. */
function fitting(first: CloudEvent, others: readonly CloudEvent[], maxBytes: number): readonly CloudEvent[] {
  const taken: CloudEvent[] = [];
  let bytes = bytesOf(first);
  for (const event of others) {
    bytes += bytesOf(event);
    if (bytes > maxBytes) break;
    taken.push(event);
  }
  return [first, ...taken];
}

const bytesOf = (part: CloudEvent | OrderSummary | null): number => new TextEncoder().encode(JSON.stringify(part)).byteLength;
