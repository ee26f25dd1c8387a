/**
 * The facts of a journal that others are told of, by the names that the saga's definition has for them. Read off the journal alone, so
 * the same journal gives the same events in the same order, however often it is asked.
 */

import type { SagaDefinition, Step } from '../saga/definition.ts';
import type { SagaEvent } from '../saga/event.ts';
import { evolve } from '../saga/evolve.ts';
import { operationParts } from '../saga/operation.ts';
import type { SagaState } from '../saga/state.ts';
import type { JournalEntry } from './journal.ts';

/** An event of the journal, with the state that it was decided in and the one that it led to. */
export interface Fact {
  readonly seq: number;
  readonly at: number;
  readonly event: SagaEvent;
  readonly before: SagaState | null;
  readonly after: SagaState;
}

export interface DomainEvent extends Fact {
  readonly name: string;
  /** Which of the names of its fact: 0 is the first. */
  readonly nth: number;
  /** Counts the order's domain events from 1, without gaps. */
  readonly number: number;
}

/** `entries` is the journal from its beginning. */
export function factsOf(entries: readonly JournalEntry[]): readonly Fact[] {
  let before: SagaState | null = null;
  return entries.flatMap(({ seq: first, at, events }) =>
    events.map((event, index): Fact => {
      const after = evolve(before, event, at);
      const fact = { seq: first + index, at, event, before, after };
      before = after;
      return fact;
    }),
  );
}

export function domainEventsOf(definition: SagaDefinition, entries: readonly JournalEntry[]): readonly DomainEvent[] {
  return factsOf(entries)
    .flatMap((fact) => domainEventNames(definition, fact).map((name, nth) => ({ ...fact, name, nth })))
    .map((named, index) => ({ ...named, number: index + 1 }));
}

/** The names under which the fact is known to others; none where it concerns the coordinator alone. */
export function domainEventNames({ events, steps }: SagaDefinition, { event, before }: Pick<Fact, 'event' | 'before'>): readonly string[] {
  switch (event.type) {
    case 'OrderPlaced':
      return events.placed;
    case 'OrderCompleted':
      return isEndAgain(event, before) ? [] : events.completed;
    case 'OrderCompensated':
      return isEndAgain(event, before) ? [] : events.rolledBack;
    case 'ShipmentReported':
      return (event.movesStatus && events[event.report]) || [];
    case 'OperationStarted':
    case 'OperationSucceeded':
    case 'OperationSucceededLate':
    case 'OperationRefused': {
      const { step: name, direction } = operationParts(event.operation);
      return stepEventNames(
        steps.find((step) => step.name === name),
        direction,
        event.type,
      );
    }
    case 'OperationTurnedAway':
    case 'OperationUnresolved':
      // On the way back it is no news that the order fails.
      return (operationParts(event.operation).direction === 'do' && !before?.cause && events.troubled) || [];
    case 'ReviewRequested':
      return events.troubled ?? [];
    default:
      return [];
  }
}

/** It had come to rest so before, and was taken up only to undo what nobody had known of: nothing that others were told has changed. */
export const isEndAgain = ({ type }: SagaEvent, before: Fact['before']): boolean =>
  (type === 'OrderCompleted' && before?.formerEnding === 'completed') ||
  (type === 'OrderCompensated' && before?.formerEnding === 'compensated');

function stepEventNames(
  step: Step | undefined,
  direction: 'do' | 'undo',
  type: 'OperationStarted' | 'OperationSucceeded' | 'OperationSucceededLate' | 'OperationRefused',
): readonly string[] {
  if (step?.kind !== 'call') return [];
  const { started, succeeded, refused, undone } = step.events;
  if (direction === 'undo') return (type === 'OperationSucceeded' && undone) || [];
  const names = { OperationStarted: started, OperationSucceeded: succeeded, OperationSucceededLate: succeeded, OperationRefused: refused };
  return names[type] ?? [];
}
