/**
 * Lets several orders be told of at once without mixing them up: the first that is not over yet is told live, the ones behind it are
 * kept back until it is their turn.
 */

export class Stage {
  readonly #print: (line: string) => void;
  readonly #waiting = new Map<number, string[]>();
  readonly #over = new Set<number>();
  #turn = 0;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  say(turn: number, lines: readonly string[]): void {
    if (turn === this.#turn) for (const line of lines) this.#print(line);
    else this.#waiting.set(turn, [...(this.#waiting.get(turn) ?? []), ...lines]);
  }

  /** Turns count from 0. Nothing is said in a turn that is over. */
  end(turn: number): void {
    this.#over.add(turn);
    while (this.#over.has(this.#turn)) {
      this.#turn += 1;
      const lines = this.#waiting.get(this.#turn) ?? [];
      this.#waiting.delete(this.#turn);
      this.say(this.#turn, lines);
    }
  }
}
