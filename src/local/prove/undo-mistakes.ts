/** Undos that should not be, or not yet: what several broken twins get wrong. */

import type { SagaDefinition } from '../../saga/definition.ts';
import type { SagaEvent } from '../../saga/event.ts';
import { callOperations, operationId, operationParts, undoOperations } from '../../saga/operation.ts';
import type { SagaState } from '../../saga/state.ts';

export const isUndoStart = (event: SagaEvent): event is Extract<SagaEvent, { type: 'OperationStarted' }> =>
  event.type === 'OperationStarted' && operationParts(event.operation).direction === 'undo';

export const failed = (operation: string): SagaEvent => ({ type: 'OperationRefused', operation, code: 'timed_out', message: 'No answer' });

/** The undo of the first step in the order of the steps that has one to come, instead of the last. */
export function firstUndo(definition: SagaDefinition, state: SagaState): SagaEvent | null {
  for (const step of definition.steps) {
    if (step.kind !== 'call' || !step.undo || !callOperations(step).some((id) => state.operations[id]?.phase === 'succeeded')) continue;
    if (undoOperations(step).every((id) => !state.operations[id]))
      return { type: 'OperationStarted', operation: operationId(step.name, 'undo', step.undo.channel) };
  }
  return null;
}

/** The undo of a step whose call is still under way. */
export function hastyUndo(definition: SagaDefinition, state: SagaState): readonly SagaEvent[] {
  const step = definition.steps.find(
    (candidate) =>
      candidate.kind === 'call' && candidate.undo && callOperations(candidate).some((id) => state.operations[id]?.phase === 'calling'),
  );
  const id = step?.kind === 'call' ? undoOperations(step)[0] : undefined;
  return state.cause && id !== undefined && !state.operations[id] ? [{ type: 'OperationStarted', operation: id }] : [];
}

/** Steps that can be undone and never began. */
export function needless(definition: SagaDefinition, state: SagaState): SagaEvent | null {
  const step = definition.steps.find(
    (candidate) => candidate.kind === 'call' && candidate.undo && callOperations(candidate).every((id) => !state.operations[id]),
  );
  const id = step?.kind === 'call' ? undoOperations(step)[0] : undefined;
  return id !== undefined && !state.operations[id] ? { type: 'OperationStarted', operation: id } : null;
}
