/** Colours, where a person looks at a terminal and has not asked for none. */

export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly back: (text: string) => string;
}

const ansi = (code: number) => (text: string) => `\u001B[${code}m${text}\u001B[0m`;
const plain = (text: string) => text;

export const NO_PAINT: Paint = { bold: plain, dim: plain, good: plain, bad: plain, back: plain };

const COLOURS: Paint = { bold: ansi(1), dim: ansi(2), good: ansi(32), bad: ansi(31), back: ansi(33) };

/** https://no-color.org: any value that is not empty turns colours off. */
export const paintFor = (isTerminal: boolean, noColor: string | undefined): Paint => (isTerminal && !noColor ? COLOURS : NO_PAINT);
