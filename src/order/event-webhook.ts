/**
 * The place that domain events are posted to, each batch signed as Standard Webhooks has it. It says how a delivery ended, never throws,
 * follows no redirect, and tells neither its address nor its secret to anybody.
 */

import { Webhook } from 'standardwebhooks';
import { retryAfterMs } from '../participants/retry-after.ts';
import type { CloudEvent } from './cloud-event.ts';

const TIMEOUT_MS = 10_000;

export type Sent =
  | { readonly type: 'delivered' }
  /** `retryAfterMs`: the receiver's own wish, 0 where it has none. */
  | { readonly type: 'failed'; readonly why: string; readonly retryAfterMs: number };

export class EventWebhook {
  readonly #url: string;
  readonly #webhook: Webhook;

  /** Throws where the secret is no Standard Webhooks secret. */
  constructor(url: string, secret: string) {
    this.#url = url;
    this.#webhook = new Webhook(secret);
  }

  /** Ends with the time-out whatever the receiver does. */
  async send(batch: readonly CloudEvent[]): Promise<Sent> {
    const controller = new AbortController();
    const { promise: timedOut, resolve } = Promise.withResolvers<Sent>();
    const timer = setTimeout(() => {
      resolve(failed(`no answer within ${TIMEOUT_MS} ms`));
      controller.abort();
    }, TIMEOUT_MS);
    try {
      return await Promise.race([this.#post(batch, controller.signal), timedOut]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #post(batch: readonly CloudEvent[], signal: AbortSignal): Promise<Sent> {
    try {
      const body = JSON.stringify(batch);
      const headers = { 'content-type': 'application/cloudevents-batch+json; charset=utf-8', ...this.#signature(batch, body) };
      const response = await fetch(this.#url, { method: 'POST', headers, body, redirect: 'manual', signal });
      await response.body?.cancel();
      if (response.ok) return { type: 'delivered' };
      return failed(`the answer was ${response.status}`, retryAfterMs(response.headers.get('retry-after'), Date.now()) ?? 0);
    } catch {
      // The error's own text may name the host.
      return failed('there was no connection');
    }
  }

  /** The same events are the same message, however often they are sent. */
  #signature(batch: readonly CloudEvent[], body: string): Record<string, string> {
    const at = new Date();
    const id = `${batch.at(0)?.source}/${batch.at(0)?.sequence}-${batch.at(-1)?.sequence}`;
    return {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': this.#webhook.sign(id, at, body),
    };
  }
}

const failed = (why: string, retryAfter = 0): Sent => ({ type: 'failed', why, retryAfterMs: retryAfter });
