/** The order as it stands: its journal, and the fold of it kept in memory. What is decided is written before it is remembered. */

import type { Command, Context, Refusal } from '../saga/command.ts';
import { decide } from '../saga/decide.ts';
import type { SagaDefinition } from '../saga/definition.ts';
import type { SagaEvent } from '../saga/event.ts';
import { evolve } from '../saga/evolve.ts';
import { ok, type Result } from '../saga/result.ts';
import type { SagaState } from '../saga/state.ts';
import { sagaVersion } from '../sagas/registry.ts';
import { Journal, type JournalEntry } from './journal.ts';

export class OrderRecord {
  readonly #name: string;
  readonly #journal: Journal;
  #state: SagaState | null = null;
  /** The last event's sequence number. */
  #seq = 0;
  #unreadable: Error | null = null;

  constructor(sql: SqlStorage, name: string) {
    this.#name = name;
    this.#journal = new Journal(sql);
    try {
      for (const { seq, at, events } of this.#journal.read()) {
        this.#state = fold(this.#state, events, at);
        this.#seq = seq + events.length - 1;
      }
    } catch (error) {
      // It must not stop the alarm, or the order would sleep on when another version can read it.
      this.#unreadable = new Error(`The journal of ${name} can't be read: ${String(error).replaceAll(/\s+/g, ' ').slice(0, 200)}`, {
        cause: error,
      });
    }
  }

  /** Null where there is no order. Throws where there is one that this version can't read. */
  get state(): SagaState | null {
    if (this.#unreadable) throw this.#unreadable;
    return this.#state;
  }

  /** Whether there is an order here, be it one that can't be read. */
  get exists(): boolean {
    return this.#unreadable !== null || this.#state !== null;
  }

  /** Not at rest, as far as can be known: an alarm has to stand. */
  get isUnderWay(): boolean {
    return this.#unreadable !== null || (this.#state !== null && this.#state.ending === null);
  }

  /** Throws where there is no order, or its saga is not deployed. */
  current(): { readonly definition: SagaDefinition; readonly state: SagaState } {
    const { state } = this;
    if (!state) throw new Error(`There is no order ${this.#name}`);
    const definition = sagaVersion(state.saga, state.version);
    if (!definition) throw new Error(`Order ${this.#name} runs on ${state.saga} version ${state.version}, which is not deployed`);
    return { definition, state };
  }

  /** The last event's sequence number; 0 where there is no order, or none that can be read. */
  get lastSeq(): number {
    return this.#seq;
  }

  entries(): readonly JournalEntry[] {
    return this.#journal.read();
  }

  /** Decides on the commands one after the other. What follows is one row; where one of them is refused, none. */
  write(commands: readonly Command[], definition: SagaDefinition, context: Context): Result<readonly SagaEvent[], Refusal> {
    const events: SagaEvent[] = [];
    let { state } = this;
    for (const command of commands) {
      const decision = decide(definition, state, command, context);
      if (!decision.ok) return decision;
      state = fold(state, decision.value, context.now);
      events.push(...decision.value);
    }
    if (events.length > 0) {
      this.#journal.append({ seq: this.#seq + 1, at: context.now, events });
      this.#state = state;
      this.#seq += events.length;
    }
    return ok(events);
  }
}

const fold = (state: SagaState | null, events: readonly SagaEvent[], at: number): SagaState | null =>
  events.reduce<SagaState | null>((folded, event) => evolve(folded, event, at), state);
