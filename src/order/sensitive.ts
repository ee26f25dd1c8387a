/**
 * What a definition says is sensitive of a step's output stays in the order's journal, for the calls that need it, and is told to nobody:
 * not in its view, its history or its events, nor in any list.
 */

import type { Output, SagaDefinition } from '../saga/definition.ts';
import type { SagaEvent } from '../saga/event.ts';
import { operationParts } from '../saga/operation.ts';
import type { JournalEntry } from './journal.ts';

/** The output as others may see it; nothing of it where nobody knows what is sensitive in it. */
export function shownOutput(definition: SagaDefinition | null, stepName: string, output: Output): Output {
  const step = definition?.steps.find(({ name }) => name === stepName);
  if (step?.kind !== 'call') return {};
  return Object.fromEntries(Object.entries(output).filter(([field]) => !step.call.sensitive.includes(field)));
}

/** Where it stands in the events of one row, as JSON pointers. */
export const secretPointers = (definition: SagaDefinition, events: readonly SagaEvent[]): readonly string[] =>
  events.flatMap((event, index) => {
    if (event.type !== 'OperationSucceeded' && event.type !== 'OperationSucceededLate') return [];
    const shown = shownOutput(definition, operationParts(event.operation).step, event.output);
    return Object.keys(event.output).flatMap((field) => (Object.hasOwn(shown, field) ? [] : [`/${index}/output/${field}`]));
  });

/** The journal as others may see it. */
export const shownEntries = <Entry extends JournalEntry>(definition: SagaDefinition | null, entries: readonly Entry[]): readonly Entry[] =>
  entries.map((entry) => ({ ...entry, events: entry.events.map((event) => shown(definition, event)) }));

const shown = (definition: SagaDefinition | null, event: SagaEvent): SagaEvent =>
  event.type === 'OperationSucceeded' || event.type === 'OperationSucceededLate'
    ? { ...event, output: shownOutput(definition, operationParts(event.operation).step, event.output) }
    : event;
