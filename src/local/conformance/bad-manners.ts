/**
 * Requests as only a bad day makes them: several that arrive at the same moment, and one whose caller is gone before the answer. Neither
 * leaves the moment to a clock alone: what they wait for is that the request is on its way.
 */

import { request as requestPlain, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';

export type Send = (url: string, init: RequestInit) => Promise<Response>;

/**
 * So many requests that arrive at once: each is sent but for its last byte, and the last bytes follow when all are that far. One that fails
 * before counts as being there, so that the others need not wait for it.
 */
export function atOnce(count: number): Send {
  const ready = Promise.withResolvers<void>();
  let missing = count;
  const isThere = (): void => void (--missing === 0 && ready.resolve());
  return async (url, init) => {
    const bytes = bytesOf(init);
    const request = begun(url, init, bytes.length);
    const answered = answerOf(request);
    const held = Promise.withResolvers<void>();
    request.once('error', () => held.resolve());
    request.write(bytes.subarray(0, -1), () => held.resolve());
    await held.promise;
    isThere();
    await ready.promise;
    request.end(bytes.subarray(-1));
    return answered;
  };
}

/** What a caller makes of an answer that it did not wait for. */
const NO_ANSWER = 504;

/** Sends all of the request, and so long afterwards hangs up, unless the answer has begun by then. */
export function hangingUp(afterMs: number): Send {
  return (url, init) => {
    const bytes = bytesOf(init);
    const request = begun(url, init, bytes.length);
    const answered = answerOf(request);
    const gone = Promise.withResolvers<Response>();
    const hangUp = (): void => {
      gone.resolve(new Response(null, { status: NO_ANSWER }));
      request.destroy();
    };
    request.end(bytes, () => {
      const timer = setTimeout(hangUp, afterMs);
      request.once('response', () => clearTimeout(timer));
    });
    return Promise.race([gone.promise, answered]);
  };
}

const bytesOf = ({ body }: RequestInit): Uint8Array => new TextEncoder().encode(typeof body === 'string' ? body : '');

/** On a connection of its own. */
function begun(url: string, init: RequestInit, length: number): ClientRequest {
  const send = url.startsWith('https:') ? requestSecure : requestPlain;
  const headers = { ...Object.fromEntries(new Headers(init.headers)), 'content-length': length };
  return send(url, { method: init.method ?? 'GET', headers, agent: false });
}

async function answerOf(request: ClientRequest): Promise<Response> {
  const message = await new Promise<IncomingMessage>((resolve, reject) => request.once('response', resolve).on('error', reject));
  const chunks: unknown[] = await message.setEncoding('utf8').toArray();
  const headers = Object.entries(message.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  const body = chunks.map(String).join('');
  return new Response(body === '' ? null : body, { status: message.statusCode ?? NO_ANSWER, headers });
}
