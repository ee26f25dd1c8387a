/** What follows from a state by itself: the next step, the turn back, the end. One fact at a time, until there is none. */

import type { ApprovalStep, CallStep, SagaDefinition, Step } from './definition.ts';
import type { Cause, SagaEvent } from './event.ts';
import { callOperations, operationId } from './operation.ts';
import { doubted } from './ladder.ts';
import { backwardOf, forwardOf, parkedOf, stepAhead } from './progress.ts';
import type { SagaState } from './state.ts';

/** Null where nothing follows: something is under way, waits for its time or a person, or the order is at rest. */
export function consequence(definition: SagaDefinition, state: SagaState, now: number): SagaEvent | null {
  if (state.ending) return null;
  return state.cause ? goBack(definition, state, now) : goForward(definition, state, now);
}

function goForward(definition: SagaDefinition, state: SagaState, now: number): SagaEvent | null {
  const step = stepAhead(definition, state);
  if (!step) return { type: 'OrderCompleted' };
  const forward = forwardOf(state, step);
  if (forward === 'failed') return { type: 'RollbackStarted', cause: failure(state, step) };
  if (forward === 'parked') return { type: 'ReviewRequested' };
  if (now >= state.deadlineAt) {
    const mayEndWithoutIt = step.kind === 'call' && forward === 'running' && step.mayFail(state.settings);
    return mayEndWithoutIt ? giveUpWaiting(state, step, now) : { type: 'RollbackStarted', cause: outOfTime(state, step) };
  }
  return step.kind === 'approval' ? askForApproval(state, step) : startNext(state, step);
}

function askForApproval(state: SagaState, step: ApprovalStep): SagaEvent | null {
  if (!step.when(state.settings, state.order)) return { type: 'StepSkipped', step: step.name };
  return forwardOf(state, step) === 'pending' ? { type: 'ApprovalRequested', step: step.name } : null;
}

/** All channels of a step start side by side. */
function startNext(state: SagaState, step: CallStep): SagaEvent | null {
  const operation = callOperations(step).find((id) => !state.operations[id]);
  return operation ? { type: 'OperationStarted', operation } : null;
}

function failure(state: SagaState, step: Step): Cause {
  if (step.kind === 'approval') {
    return { status: 'cancelled', step: step.name, code: 'approval_rejected', message: 'The order was not approved' };
  }
  const failed = callOperations(step)
    .map((id) => state.operations[id])
    .find((operation) => operation?.phase === 'refused' || operation?.phase === 'unresolved');
  if (!failed || !('code' in failed)) throw new Error(`Step ${step.name} failed, but none of its operations did`);
  return { status: 'failed', step: step.name, code: failed.code, message: failed.message };
}

function outOfTime(state: SagaState, step: Step): Cause {
  const waited = step.kind === 'approval' && forwardOf(state, step) === 'running';
  return {
    status: 'cancelled',
    step: step.name,
    ...(waited
      ? { code: 'approval_timed_out', message: 'Nobody decided on the order in time' }
      : { code: 'deadline_exceeded', message: "The order's time was over before it was confirmed" }),
  };
}

/** First whatever is still under way forward comes to an end, then the steps are undone in reverse, one after the other. */
function goBack(definition: SagaDefinition, state: SagaState, now: number): SagaEvent | null {
  const steps = definition.steps.filter((step) => step.kind === 'call').toReversed();
  const waiting = steps.map((step) => giveUpWaiting(state, step, now)).find((event) => event !== null);
  if (waiting) return waiting;
  if (steps.some((step) => forwardOf(state, step) === 'running')) return null;
  return undoNext(definition, state, steps);
}

/** No further attempt is made: what became of the last is asked instead. */
function giveUpWaiting(state: SagaState, step: CallStep, now: number): SagaEvent | null {
  for (const id of callOperations(step)) {
    const operation = state.operations[id];
    if (operation?.phase === 'waiting') return doubted(step, state, id, operation, now);
  }
  return null;
}

function undoNext(definition: SagaDefinition, state: SagaState, steps: readonly CallStep[]): SagaEvent | null {
  const undone = steps.map((step) => ({ step, backward: backwardOf(state, step) }));
  for (const { step, backward } of undone) {
    if (backward === 'owed') return { type: 'OperationStarted', operation: operationId(step.name, 'undo', step.undo?.channel ?? '') };
    if (backward === 'running' && step.undo?.blocks) return null;
  }
  if (undone.some(({ backward }) => backward === 'running')) return null;
  return parkedOf(definition, state).length > 0 ? { type: 'ReviewRequested' } : { type: 'OrderCompensated' };
}
