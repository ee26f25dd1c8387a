/** An open operation with everything that a decision about it needs. */

import type { Context } from './command.ts';
import type { CallStep, SagaDefinition } from './definition.ts';
import { operationParts, stepOf, type Direction, type OperationId } from './operation.ts';
import { policyOf, timesOf } from './operation-time.ts';
import type { RetryPolicy } from './retry.ts';
import type { OperationState, SagaState } from './state.ts';

export interface Subject<State extends OperationState = OperationState> {
  readonly definition: SagaDefinition;
  readonly id: OperationId;
  readonly step: CallStep;
  readonly direction: Direction;
  readonly operation: State;
  readonly state: SagaState;
  readonly context: Context;
  readonly policy: RetryPolicy;
  /** No attempt is planned, and no result waited for, from here on. */
  readonly until: number;
  /** The participant may have forgotten the key: it is never sent again. */
  readonly keyEndsAt: number;
}

/** Of the present budget: since its start, or since a person's retry. */
export const attemptsMade = ({ attempt, budget }: OperationState): number => attempt - budget.attemptsBefore;

/** The phases in which something is still to come. */
type Open = 'calling' | 'waiting' | 'asking';

type InPhase<Phase extends Open> = OperationState & { readonly phase: Phase };

const isIn = <Phase extends Open>(operation: OperationState | undefined, phase: Phase): operation is InPhase<Phase> =>
  operation?.phase === phase;

/** Null where the operation was never started. */
export function subjectOf(definition: SagaDefinition, state: SagaState, id: OperationId, context: Context): Subject | null {
  const operation = state.operations[id];
  return operation ? subjectWith(operation, definition, state, id, context) : null;
}

/** Null where the operation is not in this phase: whatever is said about it comes too late, or too early. */
export function subjectIn<Phase extends Open>(
  phase: Phase,
  definition: SagaDefinition,
  state: SagaState,
  id: OperationId,
  context: Context,
): Subject<InPhase<Phase>> | null {
  const operation = state.operations[id];
  return isIn(operation, phase) ? subjectWith(operation, definition, state, id, context) : null;
}

function subjectWith<State extends OperationState>(
  operation: State,
  definition: SagaDefinition,
  state: SagaState,
  id: OperationId,
  context: Context,
): Subject<State> {
  const step = stepOf(definition, id);
  const { direction } = operationParts(id);
  const times = timesOf(definition, state, id, context);
  return { definition, id, step, direction, operation, state, context, policy: policyOf(step, direction), ...times };
}
