/**
 * An order's history as it happens, for those who watch it: server-sent events. Each is made once and kept while anybody watches; a
 * watcher is a place in that list, and takes what is next when it is ready for it, so one that is slow or gone delays nobody.
 */

import type { HistoryEvent } from './orders-port.ts';

/** Shorter than the silence after which proxies hang up. By it the runtime finds that a watcher has vanished, some beats later. */
const HEARTBEAT_MS = 15_000;

/** For how long a client that lost its connection waits before it comes back. */
const RECONNECT_MS = 1_000;

export interface LivePorts {
  readonly order: string;
  /** What stands in the history after the event with this sequence number. */
  readonly read: (afterSeq: number) => readonly HistoryEvent[];
  readonly lastSeq: () => number;
  /** Resolves when whatever was written by now is durable: nothing is shown that may yet be lost. */
  readonly whenDurable: () => Promise<void>;
  /** Nothing is to come, as far as can be known. */
  readonly isAtRestForGood: () => boolean;
}

interface Watcher {
  /** The sequence number of the last event that it has taken. */
  seq: number;
  /** Set while it is ready for more and there is none. */
  take: ((chunk: Uint8Array | null) => void) | null;
}

export class LiveHistory {
  readonly #ports: LivePorts;
  readonly #watchers = new Set<Watcher>();
  /** The event with the sequence number n is at n - 1. */
  #chunks: Uint8Array[] = [];
  #reading: Promise<void> | null = null;
  #heartbeat: ReturnType<typeof setInterval> | null = null;

  constructor(ports: LivePorts) {
    this.#ports = ports;
  }

  /** What follows the event with this sequence number, as it happens; `over` where nothing does and nothing is to come. */
  async watch(afterSeq: number): Promise<ReadableStream<Uint8Array> | 'over'> {
    const watcher: Watcher = { seq: afterSeq, take: null };
    this.#watchers.add(watcher);
    try {
      await this.#catchUp();
    } catch (error) {
      this.#leave(watcher);
      throw error;
    }
    if (this.#isOver(watcher)) {
      this.#leave(watcher);
      return 'over';
    }
    this.#heartbeat ??= setInterval(() => this.#wake(BEAT), HEARTBEAT_MS);
    return this.#stream(watcher);
  }

  /** To be told of every row that is written. */
  written(): void {
    if (this.#watchers.size === 0) return;
    this.#catchUp().catch((error: unknown) => {
      // Whoever watches comes back when the stream ends, and finds what was missed.
      console.error(JSON.stringify({ message: 'An order could not be shown live', order: this.#ports.order, error: String(error) }));
      this.#wake(null);
    });
  }

  /** However many wait for it, the journal is read once. */
  async #catchUp(): Promise<void> {
    while (this.#watchers.size > 0 && this.#chunks.length < this.#ports.lastSeq()) {
      this.#reading ??= this.#readOn().finally(() => (this.#reading = null));
      await this.#reading;
    }
  }

  async #readOn(): Promise<void> {
    const from = this.#chunks.length;
    const events = this.#ports.read(from);
    await this.#ports.whenDurable();
    // All who watched may have left meanwhile, and with them what was kept.
    if (this.#chunks.length !== from) return;
    this.#chunks.push(...events.map(serverSentEvent));
    this.#wake();
  }

  /** Those who are ready for more and for whom there is more; and all who are ready, where there is something for everyone. */
  #wake(everyone?: Uint8Array | null): void {
    for (const watcher of this.#watchers) {
      const { take } = watcher;
      const next = take ? this.#nextFor(watcher) : 'nothing yet';
      const chunk = next === 'nothing yet' ? everyone : next;
      if (!take || chunk === undefined) continue;
      watcher.take = null;
      take(chunk);
    }
  }

  /** Null: it has seen everything. */
  #nextFor(watcher: Watcher): Uint8Array | null | 'nothing yet' {
    const chunks = this.#chunks.slice(watcher.seq);
    if (chunks.length === 0) return this.#isOver(watcher) ? null : 'nothing yet';
    watcher.seq += chunks.length;
    return joined(chunks);
  }

  #isOver({ seq }: Watcher): boolean {
    return this.#ports.isAtRestForGood() && this.#chunks.length >= this.#ports.lastSeq() && seq >= this.#chunks.length;
  }

  #stream(watcher: Watcher): ReadableStream<Uint8Array> {
    return new ReadableStream({
      type: 'bytes',
      start: (controller) => controller.enqueue(greeting()),
      pull: async (controller) => {
        const next = this.#nextFor(watcher);
        const chunk = next === 'nothing yet' ? await new Promise<Uint8Array | null>((take) => (watcher.take = take)) : next;
        if (chunk) return controller.enqueue(chunk.slice());
        this.#leave(watcher);
        controller.close();
        controller.byobRequest?.respond(0);
      },
      cancel: () => this.#leave(watcher),
    });
  }

  #leave(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    if (this.#watchers.size > 0) return;
    this.#chunks = [];
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    this.#heartbeat = null;
  }
}

const encoder = new TextEncoder();

const BEAT = encoder.encode(': still here\n\n');

const greeting = (): Uint8Array => encoder.encode(`retry: ${RECONNECT_MS}\n\n`);

/** JSON has no line breaks, and neither has a type's name. */
const serverSentEvent = (event: HistoryEvent): Uint8Array =>
  encoder.encode(`id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((bytes, { length }) => bytes + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
