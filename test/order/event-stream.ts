/** Server-sent events as a client reads them. */

import { expect } from 'vitest';
import * as z from 'zod';
import type { HistoryEvent } from '../../src/order/orders-port.ts';
import { call } from './shop.ts';

interface Sent {
  readonly id: string;
  readonly event: string;
  readonly data: HistoryEvent;
}

/** The fields of each event of a stream's text; what is none, such as a comment, is left out. */
function eventsIn(text: string): readonly Sent[] {
  return text.split('\n\n').flatMap((block) => {
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    const data = field('data');
    return data === undefined ? [] : [{ id: field('id') ?? '', event: field('event') ?? '', data: historyEvent.parse(JSON.parse(data)) }];
  });
}

const historyEvent = z.object({
  seq: z.number(),
  id: z.string(),
  type: z.string(),
  at: z.string(),
  step: z.string().exactOptional(),
  data: z.unknown(),
}) satisfies z.ZodType<HistoryEvent>;

/** A client that watches an order, and keeps what it is told. */
export class Watching {
  /** Everything that came, as text. */
  text = '';
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();

  private constructor(reader: ReadableStreamDefaultReader<Uint8Array>) {
    this.#reader = reader;
  }

  static async start(orderId: string, headers: Readonly<Record<string, string>> = {}, query = ''): Promise<Watching> {
    const response = await call('GET', `/api/v1/orders/${orderId}/events${query}`, undefined, { accept: 'text/event-stream', ...headers });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const body: ReadableStream<Uint8Array> | null = response.body;
    if (!body) throw new Error('The stream has no body');
    return new Watching(body.getReader());
  }

  get events(): readonly Sent[] {
    return eventsIn(this.text);
  }

  /** Reads until it was told of an event of this type, or to the end: whether it was. */
  async until(type: string): Promise<boolean> {
    while (!this.events.some(({ event }) => event === type)) if (!(await this.#read())) return false;
    return true;
  }

  async toItsEnd(): Promise<readonly Sent[]> {
    while (await this.#read());
    return this.events;
  }

  /** Throws where the connection breaks, as a client's would. */
  async #read(): Promise<boolean> {
    const { value } = await this.#reader.read();
    if (value) this.text += this.#decoder.decode(value, { stream: true });
    return value !== undefined;
  }

  leave(): Promise<void> {
    return this.#reader.cancel();
  }
}
