/** What became of an order that was to be tried again: read off its journal, so it is never behind, and the same whoever asks. Pure. */

import type { ReviewCause } from '../../read-model/reviews.ts';
import type { SagaEvent } from '../../saga/event.ts';
import { isOf } from '../../saga/operation.ts';
import { isSettled, parkedOf, type Parked } from '../../saga/progress.ts';
import type { Insight } from '../story/insight.ts';

/** `passed_by`: it did not wait any more when its turn came. `untried`: it waits as it did. */
export type Fate = 'under_way' | 'through' | 'same_error' | 'other_error' | 'passed_by' | 'untried';

/** So far may the clocks of two machines be apart. */
const CLOCKS_APART_MS = 5_000;

/** Where it waits for that cause since before then. */
export const waitsFor = (insight: Insight, cause: ReviewCause, before: number): boolean =>
  parkedFor(insight, cause).some(({ state }) => state.code === cause.code && state.since < before);

const parkedFor = ({ definition, state }: Insight, { step, operation }: ReviewCause): readonly Parked[] =>
  parkedOf(definition, state).filter((parked) => isOf(parked.operation, step, operation));

/** `since`: it was to be tried again then, or later. */
export function fateOf(insight: Insight, cause: ReviewCause, since: number): Fate {
  const parked = parkedFor(insight, cause);
  const own = insight.facts.filter(({ event }) => 'operation' in event && isOf(event.operation, cause.step, cause.operation));
  const retried = own.findLastIndex(({ event, at }) => event.type === 'OperationRetried' && at >= since - CLOCKS_APART_MS);
  if (retried === -1) return waitsFor(insight, cause, since) ? 'untried' : 'passed_by';
  const failures = own.slice(retried).flatMap(({ event }) => failureIn(event));
  if (failures.includes(cause.code)) return 'same_error';
  if (parked.length > 0) return 'other_error';
  const isOpen = Object.entries(insight.state.operations).some(
    ([id, operation]) => isOf(id, cause.step, cause.operation) && !isSettled(operation),
  );
  return isOpen ? 'under_way' : 'through';
}

/** Also where it is tried again by itself: nobody has to wait for the last attempt to know that nothing is better. */
function failureIn(event: SagaEvent): readonly string[] {
  switch (event.type) {
    case 'AttemptFailed':
    case 'OperationDoubted':
    case 'OperationRefused':
    case 'OperationTurnedAway':
    case 'OperationUnresolved':
    case 'OperationParked':
      return [event.code];
    default:
      return [];
  }
}
