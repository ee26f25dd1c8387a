/** The times of an operation: how it is retried, when one attempt of it is over, when all are. */

import type { Context } from './command.ts';
import type { CallStep, SagaDefinition } from './definition.ts';
import { operationParts, stepOf, type Direction, type OperationId } from './operation.ts';
import { isCommitted } from './progress.ts';
import { scaledMs, type RetryPolicy } from './retry.ts';
import type { SagaState } from './state.ts';

export const policyOf = (step: CallStep, direction: Direction): RetryPolicy =>
  direction === 'undo' && step.undo ? step.undo.retry : step.retry;

/** Behind the pivot an order is finished however long it takes. */
const deadlineOf = (definition: SagaDefinition, state: SagaState, step: CallStep): number =>
  isCommitted(definition, state) && step.name !== definition.pivot ? Number.POSITIVE_INFINITY : state.deadlineAt;

export interface OperationTimes {
  /** Forward this is never later than the order's deadline. */
  readonly until: number;
  readonly keyEndsAt: number;
}

/** `Retry-After` aside, every duration of a saga is multiplied by the order's time scale. */
export function timesOf(
  definition: SagaDefinition,
  state: SagaState,
  id: OperationId,
  { capabilities }: Pick<Context, 'capabilities'>,
): OperationTimes {
  const step = stepOf(definition, id);
  const { direction } = operationParts(id);
  const operation = state.operations[id];
  const after = (from = state.placedAt, durationMs = Number.POSITIVE_INFINITY) => from + scaledMs(durationMs, state.settings.timeScale);
  const keyEndsAt = after(operation?.startedAt, capabilities(step.call.participant).keyLifetimeMs);
  const budgetEndsAt = (durationMs: number | undefined) => after(operation?.budget.from, durationMs);
  const until =
    direction === 'do'
      ? Math.min(deadlineOf(definition, state, step), budgetEndsAt(step.withinMs))
      : budgetEndsAt(policyOf(step, direction).withinMs);
  return { until: Math.min(until, keyEndsAt), keyEndsAt };
}
