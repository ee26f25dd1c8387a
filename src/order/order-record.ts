/** The order as it stands: its journal, and the fold of it kept in memory. What is decided is written before it is remembered. */

import type { Command, Context, Refusal } from '../saga/command.ts';
import { decide } from '../saga/decide.ts';
import type { SagaDefinition } from '../saga/definition.ts';
import type { SagaEvent } from '../saga/event.ts';
import { evolve } from '../saga/evolve.ts';
import { ok, type Result } from '../saga/result.ts';
import type { SagaState } from '../saga/state.ts';
import { sagaVersion } from '../sagas/registry.ts';
import { Journal, type JournalEntry, type JournalRead, type JournalStorage, type SealedEntry } from './journal.ts';
import { personalPointers } from './personal-data.ts';
import type { Pointers } from './seal.ts';
import { secretPointers, shownEntries } from './sensitive.ts';
import { whyStranded, type Stranded } from './stranded.ts';
import type { RecordedRow } from './wire.ts';

export type Standing =
  | { readonly type: 'none' }
  | { readonly type: 'driven'; readonly definition: SagaDefinition; readonly state: SagaState }
  /** `state`: as far as it can be read; null where nothing can be. */
  | { readonly type: 'stranded'; readonly why: Stranded; readonly state: SagaState | null };

export class OrderRecord {
  /** For the log. */
  readonly name: string;
  readonly #journal: Journal;
  /** The journal as far as it can be read: whoever publishes or tells asks for it again and again. */
  #entries: SealedEntry[] = [];
  #state: SagaState | null = null;
  /** The last event's sequence number. */
  #seq = 0;
  #unreadable: JournalRead['unreadable'] = null;

  constructor(storage: JournalStorage, name: string) {
    this.name = name;
    this.#journal = new Journal(storage);
    this.#load();
  }

  #load(): void {
    this.#state = null;
    this.#seq = 0;
    this.#entries = [];
    const { entries, unreadable } = this.#journal.read();
    this.#unreadable = unreadable;
    for (const entry of entries) {
      const { seq, at, events } = entry;
      try {
        this.#state = fold(this.#state, events, at);
        this.#seq = seq + events.length - 1;
        this.#entries.push(entry);
      } catch (error) {
        this.#unreadable = { seq, why: String(error) };
        break;
      }
    }
    if (this.#unreadable) this.#tellUnreadable(this.#unreadable);
    const { standing } = this;
    const isSealedNow =
      standing.type === 'driven' && this.#journal.sealAll(this.#entries, (events) => pointersIn(standing.definition, events));
    if (isSealedNow) this.#load();
  }

  /** Whether this deployment can take the order further. What it can't read, it never goes on from. */
  get standing(): Standing {
    const state = this.#state;
    if (this.#unreadable) return { type: 'stranded', why: { reason: 'journal_unreadable', seq: this.#unreadable.seq }, state };
    if (!state) return { type: 'none' };
    const { saga, version } = state;
    const definition = sagaVersion(saga, version);
    if (!definition) return { type: 'stranded', why: { reason: 'version_not_deployed', saga, version }, state };
    return { type: 'driven', definition, state };
  }

  /** As far as it can be read; null where there is no order, or nothing of it can be. */
  get state(): SagaState | null {
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

  /** No person is waited for either: only a cancel, a late success or a carrier can bring news. */
  get isAtRestForGood(): boolean {
    return this.#unreadable === null && (this.#state?.ending === 'completed' || this.#state?.ending === 'compensated');
  }

  /** Throws where there is no order, or none that can be driven. */
  current(): { readonly definition: SagaDefinition; readonly state: SagaState } {
    const { standing } = this;
    if (standing.type === 'driven') return standing;
    throw new Error(
      standing.type === 'none' ? `There is no order ${this.name}` : `Order ${this.name}: ${whyStranded(standing.why).message}`,
    );
  }

  /** The last event's sequence number; 0 where there is no order, or none that can be read. */
  get lastSeq(): number {
    return this.#seq;
  }

  /** As far as they can be read, and as others may see them. */
  entries(): readonly SealedEntry[] {
    const definition = this.#state && (sagaVersion(this.#state.saga, this.#state.version) ?? null);
    return shownEntries(definition, this.#entries);
  }

  /** Those that hold anything after the event `afterSeq`, for who wants to check their seals; none where not all can be told. */
  rows(afterSeq: number): readonly RecordedRow[] {
    if (this.standing.type !== 'driven') return [];
    return this.#journal.rows().filter(({ seq, events }) => seq + events.length - 1 > afterSeq);
  }

  #tellUnreadable({ seq, why }: NonNullable<JournalRead['unreadable']>): void {
    const error = why.replaceAll(/\s+/g, ' ').slice(0, 200);
    console.error(JSON.stringify({ message: 'A journal can not be read', order: this.name, seq, error }));
  }

  /** When it came to rest for good; null where it is not. */
  get restedAt(): number | null {
    return this.isAtRestForGood ? (this.#state?.endedAt ?? null) : null;
  }

  /** There was an order, and its time is over. */
  get isEmptied(): boolean {
    return this.#journal.isEmptied;
  }

  /** Nothing of the order is left, here and in memory. */
  empty(): void {
    this.#journal.empty();
    this.#load();
  }

  /** To be called when what was written is durable. */
  tidy(): void {
    this.#journal.tidy();
  }

  /**
   * Decides on the commands one after the other. What follows is one row; where one of them is refused, none. What is erased is gone from
   * the journal, and from memory, in the same turn.
   */
  write(commands: readonly Command[], definition: SagaDefinition, context: Context): Result<readonly SagaEvent[], Refusal> {
    const events: SagaEvent[] = [];
    let state = this.#state;
    for (const command of commands) {
      const decision = decide(definition, state, command, context);
      if (!decision.ok) return decision;
      state = fold(state, decision.value, context.now);
      events.push(...decision.value);
    }
    if (events.length > 0) this.#append({ seq: this.#seq + 1, at: context.now, events }, definition, state);
    return ok(events);
  }

  #append(entry: JournalEntry, definition: SagaDefinition, state: SagaState | null): void {
    const pointers = pointersIn(definition, entry.events);
    if (entry.events.some(({ type }) => type === 'OrderErased')) {
      this.#journal.appendErasure(entry, pointers);
      this.#load();
      return;
    }
    this.#entries.push(this.#journal.append(entry, pointers));
    this.#state = state;
    this.#seq += entry.events.length;
  }
}

const pointersIn = (definition: SagaDefinition, events: readonly SagaEvent[]): Pointers => ({
  personal: personalPointers(events),
  secret: secretPointers(definition, events),
});

const fold = (state: SagaState | null, events: readonly SagaEvent[], at: number): SagaState | null =>
  events.reduce<SagaState | null>((folded, event) => evolve(folded, event, at), state);
