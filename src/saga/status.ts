/** The two words for where an order stands: one for its saga, one for its customer. */

import type { SagaDefinition } from './definition.ts';
import { forwardOf, stageAhead } from './progress.ts';
import { operationParts } from './operation.ts';
import type { SagaState } from './state.ts';

export type SagaStatus = 'running' | 'waiting' | 'compensating' | 'completed' | 'compensated' | 'needs_review';

export type OrderStatus = 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled' | 'needs_review';

export function sagaStatus(definition: SagaDefinition, state: SagaState): SagaStatus {
  if (state.ending) return state.ending;
  if (state.cause) return 'compensating';
  return isWaiting(definition, state) ? 'waiting' : 'running';
}

/** Nothing is being called right now: a person, a result or a retry's delay is waited for. */
function isWaiting(definition: SagaDefinition, state: SagaState): boolean {
  const ahead = stageAhead(definition, state);
  if (!ahead) return false;
  if (ahead.some(({ kind }) => kind !== 'call')) return true;
  const names = new Set(ahead.map(({ name }) => name));
  const operations = Object.entries(state.operations).filter(([id]) => names.has(operationParts(id).step));
  const phases = new Set(operations.map(([, { phase }]) => phase));
  return !phases.has('calling') && (phases.has('waiting') || phases.has('asking'));
}

export function orderStatus(definition: SagaDefinition, state: SagaState): OrderStatus {
  switch (state.ending) {
    case 'completed':
    case 'needs_review':
      return state.ending;
    case 'compensated':
      return state.cause?.status ?? 'failed';
    case null:
      return definition.steps.some((step) => forwardOf(state, step) === 'succeeded') ? 'processing' : 'pending';
    default:
      return state.ending satisfies never;
  }
}
