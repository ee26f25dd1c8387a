/**
 * Publishes what stands in the order's journal: to the queue of domain events, and to the webhook where there is one. It has no row of its
 * own while all goes well: until everything is published an alarm stands, and an alarm that comes in a new life of the object publishes
 * again whatever is not known to be published. So nothing is lost, and what is published twice has the same id.
 */

import type { SagaDefinition } from '../saga/definition.ts';
import { hours } from '../saga/retry.ts';
import { cloudEventOf, type CloudEvent } from './cloud-event.ts';
import { domainEventsOf } from './domain-events.ts';
import type { Sent } from './event-webhook.ts';
import type { SealedEntry } from './journal.ts';
import type { OrderMessage } from './order-message.ts';
import { Publication, type PublicationPorts, type Send } from './publication.ts';
import { NOTHING_PUBLISHED, publicationNote, type Progress, type PublicationNote } from './publication-progress.ts';
import { summaryOf } from './summary.ts';

/** Facts that follow each other closely travel together: a message costs more than a row. */
const GATHERING_MS = 1_000;

/** The read model hears of an order that only runs after this time: one that rests before is written there once, which halves its price. */
const HELD_MS = 10_000;

/** A webhook that is down for longer misses events. The queue is our own: it is tried for ever. */
const WEBHOOK_GIVEN_UP_AFTER_MS = hours(24);

/** The object may be gone from memory by then, and with it what it knows. */
const LONG_SLEEP_MS = 10_000;

export interface OutboxPorts {
  readonly order: string;
  readonly journal: () => { readonly definition: SagaDefinition; readonly entries: readonly SealedEntry[] };
  readonly lastSeq: () => number;
  readonly isAtRest: () => boolean;
  /** A service is being called, on the way forward. */
  readonly isRunning: () => boolean;
  readonly queue: (message: OrderMessage) => Promise<unknown>;
  /** Null where none is configured. Throws where the configuration is wrong. */
  readonly webhook: () => { send(batch: readonly CloudEvent[]): Promise<Sent> } | null;
  readonly readNote: () => unknown;
  readonly writeNote: (note: PublicationNote) => void;
  /** Sees to the alarm anew. */
  readonly arm: () => void;
}

export class Outbox {
  readonly #ports: OutboxPorts;
  #noted: PublicationNote;
  readonly #queue: Publication;
  readonly #webhook: Publication;
  /** It was concluded, and not seen, that everything is published. */
  #isAssumed = false;
  /** Since when the queue has something to come. */
  #heldSince: number | null = null;
  #timer: { readonly id: ReturnType<typeof setTimeout>; readonly isAtOnce: boolean } | null = null;

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
    this.#noted = publicationNote.safeParse(ports.readNote()).data ?? { queue: NOTHING_PUBLISHED, webhook: NOTHING_PUBLISHED };
    this.#queue = this.#openQueue(this.#noted.queue);
    this.#webhook = this.#openWebhook(this.#noted.webhook);
  }

  /** No alarm stands, so a former life has published everything. */
  assumePublished(): void {
    const all: Progress = { ...NOTHING_PUBLISHED, from: this.#ports.lastSeq() };
    this.#queue.restart(all);
    this.#webhook.restart(all);
    this.#isAssumed = true;
  }

  /** An alarm has come that a former life had set: nothing is certain but what was noted. */
  assumeNothing(): void {
    if (!this.#isAssumed) return;
    this.#queue.restart(this.#noted.queue);
    this.#webhook.restart(this.#noted.webhook);
    this.#isAssumed = false;
  }

  /** When an alarm has to come at the latest; null where everything is published. */
  wakeAt(now: number): number | null {
    const times = [this.#queue, this.#webhook].map((publication) => publication.wakeAt(now)).filter((at) => at !== null);
    return times.length > 0 ? Math.min(...times) : null;
  }

  /** A row was written. It is published in a turn of its own: at once when the order is at rest, else together with what follows soon. */
  written(): void {
    const isAtOnce = this.#ports.isAtRest();
    this.#heldSince ??= Date.now();
    if (this.#timer && (this.#timer.isAtOnce || !isAtOnce)) return;
    clearTimeout(this.#timer?.id);
    this.#timer = { id: setTimeout(() => this.publish(), isAtOnce ? 0 : GATHERING_MS), isAtOnce };
  }

  /** Starts whatever is due. Returns at once. */
  publish(): void {
    clearTimeout(this.#timer?.id);
    this.#timer = null;
    void this.#run(this.#webhook);
    if (this.#isHeld()) return;
    this.#heldSince = null;
    void this.#run(this.#queue);
  }

  #isHeld(): boolean {
    return this.#ports.isRunning() && this.#heldSince !== null && Date.now() - this.#heldSince < HELD_MS;
  }

  /** The object may be gone before the next alarm: it notes what it would otherwise publish again. */
  beforeSleep(until: number, now: number): void {
    const isNews = this.#queue.progress.done > this.#noted.queue.done || this.#webhook.progress.done > this.#noted.webhook.done;
    if (isNews && until - now > LONG_SLEEP_MS) this.#note();
  }

  /** An alarm will stand for another reason, though nothing is left to publish: the next life must not take it for a sign that there is. */
  noteAll(): void {
    if (Math.min(this.#noted.queue.from, this.#noted.webhook.from) < this.#ports.lastSeq()) this.#note();
  }

  async #run(publication: Publication): Promise<void> {
    try {
      await publication.run();
      if (this.#isTrouble()) this.#note();
      this.#ports.arm();
    } catch (error) {
      // The alarm stands, and tries it again.
      console.error(JSON.stringify({ message: 'Domain events could not be published', order: this.#ports.order, error: String(error) }));
    }
  }

  /** A place fails, or one that failed does no longer: how often and since when has to outlive the object. */
  #isTrouble(): boolean {
    const now = [this.#queue.progress.failures, this.#webhook.progress.failures];
    const noted = [this.#noted.queue.failures, this.#noted.webhook.failures];
    return now.some((failures, place) => failures !== noted[place]);
  }

  #note(): void {
    this.#noted = { queue: this.#queue.progress, webhook: this.#webhook.progress };
    this.#ports.writeNote(this.#noted);
  }

  readonly #events = () => {
    const { definition, entries } = this.#ports.journal();
    return domainEventsOf(definition, entries).map((domainEvent) => ({
      seq: domainEvent.seq,
      event: cloudEventOf(definition, domainEvent, hashAt(entries, domainEvent.seq)),
    }));
  };

  #openQueue(progress: Progress): Publication {
    const summary = () => {
      const { definition, entries } = this.#ports.journal();
      return summaryOf(definition, entries);
    };
    const send: Send = async (events, order) => {
      try {
        await this.#ports.queue({ order: order ?? summary(), events });
        return { type: 'delivered' };
      } catch (error) {
        return { type: 'failed', why: String(error), retryAfterMs: 0 };
      }
    };
    return this.#open({ place: 'queue', summary, giveUpAfterMs: Number.POSITIVE_INFINITY, sender: () => send }, progress);
  }

  #openWebhook(progress: Progress): Publication {
    const sender = () => {
      const webhook = this.#ports.webhook();
      return webhook && ((batch: readonly CloudEvent[]) => webhook.send(batch));
    };
    return this.#open({ place: 'webhook', summary: null, giveUpAfterMs: WEBHOOK_GIVEN_UP_AFTER_MS, sender }, progress);
  }

  #open(place: Pick<PublicationPorts, 'place' | 'summary' | 'giveUpAfterMs' | 'sender'>, progress: Progress): Publication {
    const { order, lastSeq } = this.#ports;
    return new Publication({ ...place, order, lastSeq, events: this.#events }, progress);
  }
}

/** Of the row that holds this event. */
const hashAt = (entries: readonly SealedEntry[], seq: number): string => entries.findLast((entry) => entry.seq <= seq)?.hash ?? '';
