/**
 * An order in brief, as its object tells it to those who keep an eye on many: where it stands, what it waits for, and what has happened
 * so far, counted. Each summary tells the whole of it, so a later one stands for all before it, whichever of them were lost or came twice.
 */

import type { SagaDefinition } from '../saga/definition.ts';
import { operationParts } from '../saga/operation.ts';
import { isSettled } from '../saga/progress.ts';
import type { SagaState } from '../saga/state.ts';
import { factsOf, isEndAgain, type Fact } from './domain-events.ts';
import type { JournalEntry, SealedEntry } from './journal.ts';
import type { OrderSummary } from './order-message.ts';
import type { OrderView } from './orders-port.ts';
import { strandedView, type StrandedOrder } from './stranded-view.ts';
import { viewOf } from './view.ts';
import { dueAt, waitsOf } from './waits.ts';

/** `entries` is the journal from its beginning, and holds an order. */
export function summaryOf(definition: SagaDefinition, entries: readonly (JournalEntry & Partial<SealedEntry>)[]): OrderSummary {
  const facts = factsOf(entries);
  const state = stateAfter(facts);
  const hash = entries.at(-1)?.hash;
  const waiting = { due_at: dueAt(definition, state), waits: waitsOf(definition, state) };
  return { ...summary(facts, viewOf(definition, state), waiting), ...(hash !== undefined && { journal_hash: hash }) };
}

/** Of an order that can't be driven: it waits for a person, whatever its journal says. */
export const strandedSummary = (order: StrandedOrder): OrderSummary =>
  summary(factsOf(order.entries), strandedView(order), { due_at: null, waits: [] });

function stateAfter(facts: readonly Fact[]): SagaState {
  const last = facts.at(-1);
  if (!last) throw new Error('There is no order in an empty journal');
  return last.after;
}

function summary(facts: readonly Fact[], whole: OrderView, waiting: Pick<OrderSummary, 'due_at' | 'waits'>): OrderSummary {
  const { items: _items, shipping_address: _address, ...view } = whole;
  return {
    seq: facts.at(-1)?.seq ?? 0,
    placed_at: stateAfter(facts).placedAt,
    ...waiting,
    took_ms: tookMs(facts),
    ended: {
      completed: countOf(facts, 'OrderCompleted'),
      compensated: countOf(facts, 'OrderCompensated'),
      needs_review: countOf(facts, 'ReviewRequested'),
    },
    failures: failuresOf(facts),
    view,
  };
}

const countOf = (facts: readonly Fact[], type: Fact['event']['type']): number =>
  facts.filter(({ event, before }) => event.type === type && !isEndAgain(event, before)).length;

/** From the placing to the first time that the order had done what it set out to do, or had undone it. */
function tookMs(facts: readonly Fact[]): number | null {
  const end = facts.find(({ event }) => event.type === 'OrderCompleted' || event.type === 'OrderCompensated');
  return end ? end.at - end.after.placedAt : null;
}

/** How often each operation has failed for good, by `step.direction`. An attempt that is made again has not. */
function failuresOf(facts: readonly Fact[]): Readonly<Record<string, number>> {
  const failures: Record<string, number> = {};
  for (const fact of facts) {
    const failed = failedOperation(fact);
    if (failed === null) continue;
    const { step, direction } = operationParts(failed);
    const name = `${step}.${direction}`;
    failures[name] = (failures[name] ?? 0) + 1;
  }
  return failures;
}

function failedOperation({ event, before }: Fact): string | null {
  switch (event.type) {
    case 'OperationRefused':
    case 'OperationTurnedAway':
    case 'OperationUnresolved':
      // An undo that is refused is tried in its other way, or parked.
      return operationParts(event.operation).direction === 'do' ? event.operation : null;
    case 'OperationParked':
      return isSettled(before?.operations[event.operation]) ? null : event.operation;
    default:
      return null;
  }
}
