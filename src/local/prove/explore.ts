/**
 * Goes through every situation that an order can come into, breadth first, so that the first breach found is at the end of the shortest
 * way to it. Stops at the first breach, at `maxStates`, or when there is nothing new.
 */

import type { SagaEvent } from '../../saga/event.ts';
import type { Configuration } from './configuration.ts';
import type { Core } from './core.ts';
import { Ways } from './ends.ts';
import { fingerprint } from './fingerprint.ts';
import { RUN_ENDS } from './laws.ts';
import { movesFrom, type Move } from './moves.ts';
import type { Node } from './node.ts';
import { Rules, type Breach, type Transition } from './transition.ts';

export interface Told {
  /** Null for the first: the order is placed. */
  readonly move: Move | null;
  readonly before: Node | null;
  readonly transition: Transition;
}

export interface Exploration {
  readonly states: number;
  /** Moves made, those that change nothing too. */
  readonly transitions: number;
  /** The types of the events that were written. */
  readonly written: ReadonlySet<SagaEvent['type']>;
  /** Every situation was seen, none left out. */
  readonly isWhole: boolean;
  readonly breach: Breach | null;
  /** The shortest way to the breach. */
  readonly story: readonly Told[];
}

export interface Limits {
  readonly maxStates?: number;
  /** Laws that are not held against anything. */
  readonly ignored?: ReadonlySet<string>;
  readonly onProgress?: (states: number, transitions: number) => void;
}

const ENDLESS = { law: RUN_ENDS.name, statement: RUN_ENDS.statement };

const PROGRESS_EVERY = 5_000;

export function explore(core: Core, configuration: Configuration, limits: Limits = {}): Exploration {
  return new Explorer(core, configuration, limits).run();
}

class Explorer {
  readonly #core: Core;
  readonly #configuration: Configuration;
  readonly #limits: Limits;
  readonly #rules: Rules;
  readonly #ids = new Map<string, number>();
  readonly #queue: (Node | null)[] = [];
  readonly #ways = new Ways();
  readonly #written = new Set<SagaEvent['type']>();
  #transitions = 0;

  constructor(core: Core, configuration: Configuration, limits: Limits) {
    this.#core = core;
    this.#configuration = configuration;
    this.#limits = limits;
    this.#rules = new Rules(core, configuration, limits.ignored ?? new Set());
  }

  run(): Exploration {
    const start = this.#rules.start();
    const breach = start.breach ?? this.#rules.reached(start.node);
    if (breach) return this.#end(breach, [{ move: null, before: null, transition: start }]);
    this.#enter(start.node, this.#fingerprint(start.node));
    const maxStates = this.#limits.maxStates ?? Number.POSITIVE_INFINITY;
    for (let id = 0; id < this.#queue.length; id += 1) {
      if (id % PROGRESS_EVERY === 0) this.#limits.onProgress?.(this.#ids.size, this.#transitions);
      if (id >= maxStates) return this.#roundInCircles() ?? this.#end(null, [], false);
      const told = this.#leave(id);
      if (told) return this.#end(told.transition.breach, [...this.#wayTo(id), told]);
    }
    return this.#whole();
  }

  /** Makes every move from here. What breaks a law, or null. */
  #leave(id: number): Told | null {
    const node = this.#queue[id];
    if (!node) throw new Error('A situation was left twice');
    this.#queue[id] = null;
    const moves = this.#movesFrom(node);
    for (const [ordinal, move] of moves.entries()) {
      const transition = this.#rules.make(node, move);
      this.#transitions += 1;
      for (const { type } of transition.events) this.#written.add(type);
      if (transition.breach) return { move, before: node, transition };
      if (transition.refusal !== null || isSame(node, transition)) continue;
      const key = this.#fingerprint(transition.node);
      const known = this.#ids.get(key);
      const breach = known === undefined ? this.#rules.reached(transition.node) : null;
      if (breach) return { move, before: node, transition: { ...transition, breach } };
      const to = known ?? this.#enter(transition.node, key);
      if (to !== id) this.#ways.add({ from: id, to, ordinal, by: move.by });
    }
    this.#ways.leave(id, node.state.ending !== null);
    return null;
  }

  #movesFrom(node: Node): readonly Move[] {
    return movesFrom(this.#core, this.#configuration, node);
  }

  #fingerprint(node: Node): string {
    return fingerprint(this.#configuration, node);
  }

  #enter(node: Node, key: string): number {
    const id = this.#ids.size;
    this.#ids.set(key, id);
    this.#queue.push(node);
    return id;
  }

  #whole(): Exploration {
    const stuck = this.#limits.ignored?.has(RUN_ENDS.name) ? null : this.#ways.stuck();
    if (stuck === null) return this.#roundInCircles() ?? this.#end(null, []);
    return this.#end({ ...ENDLESS, wrong: 'nothing that comes by itself takes the order on from here' }, this.#wayTo(stuck));
  }

  #roundInCircles(): Exploration | null {
    const circle = this.#limits.ignored?.has(RUN_ENDS.name) ? null : this.#ways.circle();
    if (!circle) return null;
    const wrong = `the last ${circle.length} moves can go round for ever`;
    return this.#end({ ...ENDLESS, wrong }, this.#follow(this.#wayTo(circle[0] ?? 0), circle));
  }

  #end(breach: Breach | null, story: readonly Told[], isWhole = breach === null): Exploration {
    return { states: this.#ids.size, transitions: this.#transitions, written: this.#written, isWhole, breach, story };
  }

  /** Made again from the start: situations are not kept once they are left. */
  #wayTo(id: number): readonly Told[] {
    const told: Told[] = [{ move: null, before: null, transition: this.#rules.start() }];
    for (const ordinal of this.#ways.ordinalsTo(id)) {
      const before = told.at(-1)?.transition.node;
      const move = before && this.#movesFrom(before)[ordinal];
      if (!move) throw new Error(`The way to situation ${id} can't be found again`);
      told.push({ move, before, transition: this.#rules.make(before, move) });
    }
    return told;
  }

  /** Round the circle once, from its first situation. */
  #follow(way: readonly Told[], circle: readonly number[]): readonly Told[] {
    const told = [...way];
    for (const to of [...circle.slice(1), ...circle.slice(0, 1)]) {
      const before = told.at(-1)?.transition.node;
      if (!before) break;
      const move = this.#movesFrom(before).find((candidate) => {
        const { node } = this.#rules.make(before, candidate);
        return this.#ids.get(this.#fingerprint(node)) === to && this.#ways.counts(candidate.by);
      });
      if (move) told.push({ move, before, transition: this.#rules.make(before, move) });
    }
    return told;
  }
}

const isSame = (before: Node, { events, node }: Transition): boolean =>
  events.length === 0 && node.world === before.world && node.now === before.now;
