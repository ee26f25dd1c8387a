/** What a person does about what is parked: has it tried again, or says that it was settled by hand. */

import type { Review } from './command.ts';
import type { SagaDefinition } from './definition.ts';
import type { SagaEvent } from './event.ts';
import { deadlineAnew } from './evolve.ts';
import { backwardOf, forwardOf, parkedOf } from './progress.ts';
import { ok, refuse, type Result } from './result.ts';
import type { SagaState } from './state.ts';
import type { Refusal } from './command.ts';

/**
 * Refused where nothing of the step is parked: it never was, somebody was faster, or it is settled by now. So a second click, or a second
 * person, never makes a second attempt beside the first.
 */
export function review(
  definition: SagaDefinition,
  state: SagaState,
  { type, step: name, by, note }: Review,
  now: number,
): Result<readonly SagaEvent[], Refusal> {
  const parked = parkedOf(definition, state).filter(({ step }) => step.name === name);
  if (parked.length === 0) return refuse({ reason: 'not_in_review', step: name, stands: whereItStands(definition, state, name) });
  const event = type === 'retry' ? 'OperationRetried' : 'OperationResolved';
  const deadlineAt = deadlineAnew(state, now);
  return ok(parked.map(({ operation }) => ({ type: event, operation, by, note, deadlineAt })));
}

function whereItStands(definition: SagaDefinition, state: SagaState, name: string) {
  const step = definition.steps.find((candidate) => candidate.name === name);
  if (!step) return null;
  const backward = step.kind === 'call' ? backwardOf(state, step) : 'none';
  return backward === 'none' || (backward === 'owed' && !state.cause) ? forwardOf(state, step) : backward;
}
