/** The two words for where an order stands: one for its saga, one for its customer. */

import type { SagaDefinition, Transitions } from './definition.ts';
import { forwardOf, stageAhead } from './progress.ts';
import { operationParts } from './operation.ts';
import type { SagaState } from './state.ts';

export const SAGA_STATUSES = ['running', 'waiting', 'compensating', 'completed', 'compensated', 'needs_review'] as const;

export type SagaStatus = (typeof SAGA_STATUSES)[number];

/** `pending`, `processing`, `completed`, `failed`, `cancelled`, `needs_review`, or a word of the saga's own. */
export type OrderStatus = string;

/** From where to where a saga's orders may go, in the words that their customers are told. A review is a stop on the way, and no move. */
export const transitionsOf = ({ statuses }: SagaDefinition): Transitions => statuses?.transitions ?? TRANSITIONS;

/** Of the general words. A completed order that is cancelled is processed once more, backward. */
const TRANSITIONS: Transitions = {
  pending: ['processing', 'completed', 'failed', 'cancelled'],
  processing: ['completed', 'shipped', 'delivered', 'returned', 'failed', 'cancelled'],
  completed: ['pending', 'processing', 'shipped', 'delivered', 'returned'],
  shipped: ['processing', 'delivered', 'returned'],
  delivered: ['returned'],
  returned: ['processing'],
  failed: [],
  cancelled: [],
};

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
  const { statuses } = definition;
  switch (state.ending) {
    case 'needs_review':
      return state.ending;
    case 'completed':
      return state.shipment?.stage ?? statuses?.completed ?? state.ending;
    case 'compensated':
      return rolledBack(definition, state);
    case null:
      return takenUpAgain(definition, state) ?? onTheWay(definition, state);
    default:
      return state.ending satisfies never;
  }
}

const rolledBack = ({ statuses }: SagaDefinition, { cause }: SagaState): OrderStatus => statuses?.rolledBack ?? cause?.status ?? 'failed';

/** What was told at rest stands until the order is rolled back, and for good from then on. */
function takenUpAgain(definition: SagaDefinition, state: SagaState): OrderStatus | null {
  const { statuses } = definition;
  switch (state.formerEnding) {
    case 'compensated':
      return rolledBack(definition, state);
    case 'completed':
      if (!state.cause) return orderStatus(definition, { ...state, ending: 'completed' });
      return statuses ? (state.shipment?.told ?? statuses.completed ?? null) : null;
    case null:
      return null;
    default:
      return state.formerEnding satisfies never;
  }
}

/** The last word that a step has for how far the order got. It is kept on the way back: what was done, was done. */
function onTheWay({ steps, statuses }: SagaDefinition, state: SagaState): OrderStatus {
  const words = steps.map((step) => {
    const { running, done } = statuses?.steps[step.name] ?? {};
    const forward = forwardOf(state, step);
    if (forward === 'succeeded') return done ?? (statuses ? undefined : 'processing');
    return forward === 'pending' || forward === 'skipped' ? undefined : running;
  });
  return words.findLast((word) => word !== undefined) ?? 'pending';
}
