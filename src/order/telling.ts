/** What is told of an order: whole where it can be driven, else what its journal says by itself. */

import type { SagaDefinition } from '../saga/definition.ts';
import type { SagaState } from '../saga/state.ts';
import { historyOf } from './history.ts';
import type { OrderSummary } from './order-message.ts';
import { LiveHistory } from './live-history.ts';
import type { OrderRecord } from './order-record.ts';
import type { History, OrderJournal, OrderStatus, OrderView, Unreadable } from './orders-port.ts';
import type { StrandedNote } from './stranded.ts';
import { strandedStatus, strandedView, type StrandedOrder } from './stranded-view.ts';
import { strandedSummary, summaryOf } from './summary.ts';
import { statusOf, viewOf } from './view.ts';

/** `over`: the order is at rest for good, and nothing is left to tell. */
export type Watched = ReadableStream<Uint8Array> | 'over' | Unreadable | null;

type Told = Omit<History, 'rows'>;

export class Telling {
  readonly #record: OrderRecord;
  readonly #note: StrandedNote;
  readonly #live: LiveHistory;

  /** `whenDurable` resolves when whatever was written by now is durable. */
  constructor(record: OrderRecord, note: StrandedNote, whenDurable: () => Promise<void>) {
    this.#record = record;
    this.#note = note;
    this.#live = new LiveHistory({
      order: record.name,
      read: (afterSeq) => {
        const history = this.#history(afterSeq);
        return history === null || history === 'unreadable' ? [] : history.events;
      },
      lastSeq: () => record.lastSeq,
      whenDurable,
      isAtRestForGood: () => record.isAtRestForGood,
    });
  }

  /** To be told of every row that is written. */
  written(): void {
    this.#live.written();
  }

  /** The history after this event, as it happens. What can't be read to its end can't be followed either. */
  async watch(afterSeq: number): Promise<Watched> {
    const { standing } = this.#record;
    if (standing.type === 'none') return null;
    const isReadable = standing.type === 'driven' || standing.why.reason !== 'journal_unreadable';
    return isReadable ? this.#live.watch(afterSeq) : 'unreadable';
  }

  view(): OrderView | Unreadable | null {
    return this.#told(viewOf, strandedView);
  }

  status(): OrderStatus | Unreadable | null {
    return this.#told(statusOf, strandedStatus);
  }

  /** What comes after the event `afterSeq`, as far as it can be read. */
  events(afterSeq: number): History | Unreadable | null {
    const history = this.#history(afterSeq);
    return history === null || history === 'unreadable' ? history : { ...history, rows: this.#record.rows(afterSeq) };
  }

  #history(afterSeq: number): Told | Unreadable | null {
    const history = (definition: SagaDefinition | null, state: SagaState): Told => {
      const events = historyOf(definition, state.order.orderId, this.#record.entries(), afterSeq);
      return { events, next_after: events.at(-1)?.seq ?? afterSeq };
    };
    return this.#told(history, ({ state }) => history(null, state));
  }

  /** The journal itself, and whether it can be gone on from. */
  journal(): OrderJournal | null {
    const { standing } = this.#record;
    if (standing.type === 'none') return null;
    return { entries: this.#record.entries(), stranded: standing.type === 'stranded' ? standing.why : null };
  }

  /** In brief, for those who keep an eye on many orders. */
  summary(): OrderSummary | null {
    const summary = this.#told((definition) => summaryOf(definition, this.#record.entries()), strandedSummary);
    return summary === 'unreadable' ? null : summary;
  }

  #told<Told>(
    whole: (definition: SagaDefinition, state: SagaState) => Told,
    stranded: (order: StrandedOrder) => Told,
  ): Told | Unreadable | null {
    const { standing } = this.#record;
    if (standing.type === 'none') return null;
    if (standing.type === 'driven') return whole(standing.definition, standing.state);
    const { why, state } = standing;
    return state ? stranded({ why, state, entries: this.#record.entries(), since: this.#note.since }) : 'unreadable';
  }
}
