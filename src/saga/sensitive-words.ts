/** What a definition says is sensitive may come back in a participant's words, and those are told to everybody: it is taken out of them. */

import type { SagaDefinition } from './definition.ts';
import type { SagaEvent } from './event.ts';
import { knownOutputOf } from './progress.ts';
import type { SagaState } from './state.ts';

/** Shorter ones would be found in any sentence. */
const SHORTEST = 4;

export function withoutSensitiveWords(definition: SagaDefinition, state: SagaState, events: readonly SagaEvent[]): readonly SagaEvent[] {
  const sensitive = sensitiveOf(definition, state);
  if (sensitive.length === 0) return events;
  return events.map((event) => ('message' in event ? { ...event, message: without(sensitive, event.message) } : event));
}

const without = (sensitive: readonly string[], message: string): string =>
  sensitive.reduce((text, value) => text.replaceAll(value, '[removed]'), message);

/** The longest first: one may be part of another. */
const sensitiveOf = ({ steps }: SagaDefinition, state: SagaState): readonly string[] =>
  steps
    .flatMap((step) => (step.kind === 'call' ? step.call.sensitive.map((name) => knownOutputOf(state, step.name)?.[name] ?? '') : []))
    .filter(({ length }) => length >= SHORTEST)
    .toSorted((one, other) => other.length - one.length);
