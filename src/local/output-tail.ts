/** Keeps the last lines of what a process says. */

const KEPT_LINES = 40;

export class OutputTail {
  #text = '';

  add(text: string): void {
    this.#text = (this.#text + text)
      .split('\n')
      .slice(-KEPT_LINES - 1)
      .join('\n');
  }

  /** Without empty lines. */
  lines(): readonly string[] {
    return this.#text.split('\n').filter((line) => line.trim() !== '');
  }
}
