/** Waiting that ends when the harness is stopped: it rejects then, and so does whatever waits. */

import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 60;

export class Clock {
  readonly #stopped: AbortSignal;

  constructor(stopped: AbortSignal) {
    this.#stopped = stopped;
  }

  pause(durationMs: number): Promise<void> {
    return wait(durationMs, undefined, { signal: this.#stopped });
  }

  /** False where it is not so within this time. */
  async until(isSo: () => Promise<boolean>, withinMs: number): Promise<boolean> {
    const giveUpAt = Date.now() + withinMs;
    while (!(await isSo())) {
      if (Date.now() > giveUpAt) return false;
      await this.pause(POLL_MS);
    }
    return true;
  }
}
