/** An order as its journal tells it: where it stands, how it came there, what it waits for. Read at one time, so nothing in it disagrees. */

import { factsOf, type Fact } from '../../order/domain-events.ts';
import type { JournalEntry } from '../../order/journal.ts';
import type { OrderView } from '../../order/orders-port.ts';
import { viewOf } from '../../order/view.ts';
import { dueAt, waitsOf, type Wait } from '../../order/waits.ts';
import type { SagaDefinition } from '../../saga/definition.ts';
import type { SagaState } from '../../saga/state.ts';
import { sagaVersion } from '../../sagas/registry.ts';

export interface Insight {
  readonly definition: SagaDefinition;
  readonly state: SagaState;
  readonly view: OrderView;
  readonly facts: readonly Fact[];
  readonly entries: readonly JournalEntry[];
  /** The last event's sequence number. */
  readonly seq: number;
  readonly waits: readonly Wait[];
  readonly dueAt: number | null;
}

/** `entries` is the journal from its beginning, and holds an order. Null where the order's saga is not known here. */
export function insightOf(entries: readonly JournalEntry[]): Insight | null {
  const facts = factsOf(entries);
  const last = facts.at(-1);
  if (!last) throw new Error('There is no order in an empty journal');
  const { after: state, seq } = last;
  const definition = sagaVersion(state.saga, state.version);
  if (!definition) return null;
  const waits = waitsOf(definition, state);
  return { definition, state, view: viewOf(definition, state), facts, entries, seq, waits, dueAt: dueAt(definition, state) };
}
