/** What a person does about what is parked: has it tried again, or says that it was settled by hand. */

import type { Review } from './command.ts';
import type { SagaDefinition } from './definition.ts';
import type { SagaEvent } from './event.ts';
import { deadlineAnew } from './evolve.ts';
import { HAPPENED_AFTER_ALL, settledWithNothing } from './ladder.ts';
import { undoWays } from './operation.ts';
import { backwardOf, forwardOf, parkedOf, succeededLate, type Parked } from './progress.ts';
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
  return ok(
    parked.flatMap((item): readonly SagaEvent[] => {
      const { operation } = item;
      const reviewed: SagaEvent = { type: event, operation, by, note, deadlineAt };
      return type === 'retry' && isAnsweredForGood(state, item) ? [reviewed, settledWithNothing(operation)] : [reviewed];
    }),
  );
}

/**
 * Under this key there was nothing to undo, and a participant says so again whenever it is asked: what happened after that has an undo of
 * its own. Where it never said so the first undo may have had its effect, and another key would undo it twice. The code alone proves
 * nothing: a participant may refuse in these words.
 */
const isAnsweredForGood = (order: SagaState, { step, operation, state: { code, foundNothing } }: Parked): boolean =>
  code === HAPPENED_AFTER_ALL.code &&
  foundNothing &&
  succeededLate(order, step) &&
  undoWays(step).some((way) => way.operation === operation && !way.isLate);

function whereItStands(definition: SagaDefinition, state: SagaState, name: string) {
  const step = definition.steps.find((candidate) => candidate.name === name);
  if (!step) return null;
  const backward = step.kind === 'call' ? backwardOf(state, step) : 'none';
  return backward === 'none' || (backward === 'owed' && !state.cause) ? forwardOf(state, step) : backward;
}
