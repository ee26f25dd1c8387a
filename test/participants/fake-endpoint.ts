/** A participant that is not there: it takes down what it is sent, and answers as the test says. */

import type { Endpoint } from '../../src/participants/endpoint.ts';

export interface Received {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly init: RequestInit;
}

export class FakeEndpoint implements Endpoint {
  readonly baseUrl = 'https://payment.test/v1';
  readonly received: Received[] = [];
  readonly #answer: (signal: AbortSignal | null | undefined) => Promise<Response>;

  constructor(answer: (signal: AbortSignal | null | undefined) => Promise<Response>) {
    this.#answer = answer;
  }

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const { method, headers, body } = new Request(url, init);
    this.received.push({ url, method, headers: Object.fromEntries(headers), body: await new Response(body).text(), init });
    return this.#answer(init.signal);
  };
}

export const answering = (status: number, body: BodyInit | null = null, headers: HeadersInit = {}) =>
  new FakeEndpoint(async () => new Response(body, { status, headers }));

/** As `fetch` does: nothing, until the signal comes. */
export const silent = () =>
  new FakeEndpoint(
    (signal) => new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('The operation was aborted')))),
  );

/** Deaf as well: not even the signal ends it. */
export const deaf = () => new FakeEndpoint(() => Promise.withResolvers<Response>().promise);

export interface Trickle {
  readonly endpoint: FakeEndpoint;
  /** Whether the reader has let go of the body. */
  readonly isLetGo: () => boolean;
}

/** Answers at once with a body that goes on for ever, one chunk each time `pause` is over. */
export function trickling(status: number, chunk: string, pause: () => Promise<void>): Trickle {
  let letGo = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await pause();
      if (!letGo) controller.enqueue(new TextEncoder().encode(chunk));
    },
    cancel() {
      letGo = true;
    },
  });
  return { endpoint: answering(status, body), isLetGo: () => letGo };
}
