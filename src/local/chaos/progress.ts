/** Says how far the run is: one line that is written over on a terminal, plain lines elsewhere. */

import type { WriteStream } from 'node:tty';

export class Progress {
  readonly #out: Pick<WriteStream, 'write' | 'isTTY'>;
  readonly #startedAt = Date.now();
  #stopped = false;

  constructor(out: Pick<WriteStream, 'write' | 'isTTY'>) {
    this.#out = out;
  }

  say(text: string): void {
    if (this.#stopped) return;
    const line = `${String(Math.round((Date.now() - this.#startedAt) / 1_000)).padStart(5)} s  ${text}`;
    this.#out.write(this.#out.isTTY ? `\r\u001B[K${line}` : `${line}\n`);
  }

  /** Nothing of the line is left, and nothing more is said. */
  end(): void {
    if (!this.#stopped && this.#out.isTTY) this.#out.write('\r\u001B[K');
    this.#stopped = true;
  }
}
