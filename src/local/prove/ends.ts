/** All ways between situations together: whether any run goes round for ever, and whether all of them come to rest. */

import type { Mover } from './moves.ts';

export interface Way {
  readonly from: number;
  readonly to: number;
  /** Which of the moves from there it is. */
  readonly ordinal: number;
  readonly by: Mover;
}

/** Crashes, outages and people can come again and again; the rest has to end by itself. */
const ENDLESS: ReadonlySet<Mover> = new Set(['crash', 'outage', 'reviewer']);

/** What an order may count on. */
const BY_ITSELF: ReadonlySet<Mover> = new Set(['participant', 'queue', 'clock']);

export class Ways {
  /** Of each situation the one that it was first reached from, and by which move. */
  readonly #parents: number[] = [0];
  readonly #ordinals: number[] = [0];
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #movesOn: boolean[] = [];
  #isMoving = false;

  add({ from, to, ordinal, by }: Way): void {
    if (to === this.#parents.length) {
      this.#parents.push(from);
      this.#ordinals.push(ordinal);
    }
    if (BY_ITSELF.has(by)) this.#isMoving = true;
    if (ENDLESS.has(by)) return;
    this.#from.push(from);
    this.#to.push(to);
  }

  /** All moves from here are made. */
  leave(id: number, isAtRest: boolean): void {
    this.#movesOn[id] = this.#isMoving || isAtRest;
    this.#isMoving = false;
  }

  counts(by: Mover): boolean {
    return !ENDLESS.has(by);
  }

  ordinalsTo(id: number): readonly number[] {
    const ordinals: number[] = [];
    for (let at = id; at !== 0; at = this.#parents[at] ?? 0) ordinals.push(this.#ordinals[at] ?? 0);
    return ordinals.toReversed();
  }

  /** A situation that is not at rest, and that nothing takes on by itself. With no circle there is rest at the end of every way. */
  stuck(): number | null {
    const id = this.#movesOn.indexOf(false);
    return id === -1 ? null : id;
  }

  /** Situations that lead into each other, the last to the first; null where there are none. */
  circle(): readonly number[] | null {
    const left = this.#onOrAfterCircles();
    const before = new Map<number, number>();
    for (const [edge, from] of this.#from.entries()) {
      const to = this.#to[edge] ?? 0;
      if (left[from] && left[to] && !before.has(to)) before.set(to, from);
    }
    const start = before.keys().next().value;
    if (start === undefined) return null;
    const seen = new Map<number, number>();
    const trail: number[] = [];
    for (let at = start; ; at = before.get(at) ?? at) {
      const first = seen.get(at);
      if (first !== undefined) return trail.slice(first).toReversed();
      seen.set(at, trail.length);
      trail.push(at);
    }
  }

  /** Takes away, again and again, what nothing leads to: a circle is never taken. */
  #onOrAfterCircles(): readonly boolean[] {
    const count = this.#parents.length;
    const incoming = new Int32Array(count);
    const begins = new Int32Array(count + 1);
    for (const to of this.#to) incoming[to] = (incoming[to] ?? 0) + 1;
    for (const from of this.#from) begins[from + 1] = (begins[from + 1] ?? 0) + 1;
    for (let id = 0; id < count; id += 1) begins[id + 1] = (begins[id + 1] ?? 0) + (begins[id] ?? 0);
    const targets = new Int32Array(this.#to.length);
    const filled = begins.slice();
    for (const [edge, from] of this.#from.entries()) {
      const place = filled[from] ?? 0;
      targets[place] = this.#to[edge] ?? 0;
      filled[from] = place + 1;
    }
    const free = Array.from(incoming.keys()).filter((id) => incoming[id] === 0);
    const left = Array.from<boolean>({ length: count }).fill(true);
    for (let id = free.pop(); id !== undefined; id = free.pop()) {
      left[id] = false;
      for (let place = begins[id] ?? 0; place < (begins[id + 1] ?? 0); place += 1) {
        const to = targets[place] ?? 0;
        incoming[to] = (incoming[to] ?? 0) - 1;
        if (incoming[to] === 0) free.push(to);
      }
    }
    return left;
  }
}
