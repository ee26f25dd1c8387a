/** What follows from a state by itself: the next step, the turn back, the end. One fact at a time, until there is none. */

import type { ApprovalStep, CallStep, SagaDefinition, Step } from './definition.ts';
import type { Cause, SagaEvent } from './event.ts';
import { callOperations } from './operation.ts';
import { doubted } from './ladder.ts';
import {
  backwardOf,
  droppedOf,
  failedCallOf,
  forwardOf,
  isBehind,
  isCommitted,
  isDelivered,
  parkedOf,
  stageAhead,
  undoOwed,
} from './progress.ts';
import { scaledMs } from './retry.ts';
import type { SagaState } from './state.ts';

/** Null where nothing follows: something is under way, waits for its time or a person, or the order is at rest. */
export function consequence(definition: SagaDefinition, state: SagaState, now: number): SagaEvent | null {
  if (state.ending) return (state.cause ? null : undoDropped(definition, state)) ?? eraseAgain(state);
  return state.cause ? goBack(definition, state, now) : goForward(definition, state, now);
}

/** What an erased order was taken up again for is erased with its new rest. */
const eraseAgain = ({ ending, erasure }: SagaState): SagaEvent | null =>
  erasure === 'due' && ending !== 'needs_review' ? { type: 'OrderErased' } : null;

function goForward(definition: SagaDefinition, state: SagaState, now: number): SagaEvent | null {
  const undo = undoDropped(definition, state);
  if (undo) return undo;
  const isUndoing = droppedOf(definition, state).some((step) => backwardOf(state, step) === 'running');
  const ahead = stageAhead(definition, state)?.filter((step) => !isBehind(state, step));
  if (!ahead) return isUndoing ? null : end(definition, state, 'OrderCompleted');
  const failed = ahead.find((step) => forwardOf(state, step) === 'failed');
  if (failed) return { type: 'RollbackStarted', cause: failure(state, failed) };
  if (ahead.every((step) => forwardOf(state, step) === 'parked')) return isUndoing ? null : { type: 'ReviewRequested' };
  if (now >= state.deadlineAt && !isCommitted(definition, state)) return endInTime(state, ahead, now);
  return first(ahead, (step) => takeUp(state, step, now));
}

const undoDropped = (definition: SagaDefinition, state: SagaState): SagaEvent | null =>
  first(droppedOf(definition, state), (step) => undoOf(state, step));

/** The order's time is over: it turns back, unless it can do without everything that is still missing. */
function endInTime(state: SagaState, ahead: readonly Step[], now: number): SagaEvent | null {
  const missing = ahead.find((step) => !mayEndWithoutIt(state, step));
  if (missing) return { type: 'RollbackStarted', cause: outOfTime(state, missing) };
  return first(ahead, (step) => (step.kind === 'call' ? giveUpWaiting(state, step, now) : null));
}

const mayEndWithoutIt = (state: SagaState, step: Step): boolean =>
  step.kind === 'call' && forwardOf(state, step) === 'running' && step.whenFailed(state.settings) === 'go_on';

/** What the first of them has to say; null where none has anything. */
const first = <Item>(items: readonly Item[], say: (item: Item) => SagaEvent | null): SagaEvent | null =>
  items.map(say).find((event) => event !== null) ?? null;

/** The steps of a stage begin side by side. */
function takeUp(state: SagaState, step: Step, now: number): SagaEvent | null {
  const forward = forwardOf(state, step);
  if (forward === 'pending' && !step.when(state.settings, state.order)) return { type: 'StepSkipped', step: step.name };
  switch (step.kind) {
    case 'call':
      return startNext(state, step);
    case 'approval':
      return forward === 'pending' ? askForApproval(state, step, now) : endApproval(state, step, now);
    case 'delay':
      return forward === 'pending'
        ? { type: 'DelayStarted', step: step.name, until: now + scaledMs(step.durationMs, state.settings.timeScale) }
        : endDelay(state, step, now);
    default:
      return step satisfies never;
  }
}

function askForApproval({ settings }: SagaState, { name, withinMs }: ApprovalStep, now: number): SagaEvent {
  return { type: 'ApprovalRequested', step: name, until: withinMs === undefined ? null : now + scaledMs(withinMs, settings.timeScale) };
}

/** Nobody's silence turns back what was delivered. */
function endApproval(state: SagaState, { name, whenLate }: ApprovalStep, now: number): SagaEvent | null {
  const { approvals } = state;
  if (whenLate === 'reject' && isDelivered(state)) return null;
  const until = approvals.find(({ step }) => step === name)?.until ?? Number.POSITIVE_INFINITY;
  return now >= until ? { type: 'ApprovalTimedOut', step: name, decision: whenLate } : null;
}

function endDelay({ delays }: SagaState, { name }: Step, now: number): SagaEvent | null {
  const until = delays.find(({ step }) => step === name)?.until ?? Number.POSITIVE_INFINITY;
  return now >= until ? { type: 'DelayEnded', step: name } : null;
}

/** All channels of a step start side by side. */
function startNext(state: SagaState, step: CallStep): SagaEvent | null {
  const operation = callOperations(step).find((id) => !state.operations[id]);
  return operation ? { type: 'OperationStarted', operation } : null;
}

function failure(state: SagaState, step: Step): Cause {
  if (step.kind === 'approval') {
    const isLate = state.approvals.some((approval) => approval.step === step.name && approval.isLate);
    return { status: 'cancelled', step: step.name, ...(isLate ? APPROVAL_TIMED_OUT : APPROVAL_REJECTED) };
  }
  if (step.kind === 'delay') throw new Error(`Step ${step.name} is a delay, and can't fail`);
  const failed = failedCallOf(state, step);
  if (!failed) throw new Error(`Step ${step.name} failed, but none of its operations did`);
  return { status: 'failed', step: step.name, code: failed.code, message: failed.message };
}

function outOfTime(state: SagaState, step: Step): Cause {
  const waited = step.kind === 'approval' && forwardOf(state, step) === 'running';
  return {
    status: 'cancelled',
    step: step.name,
    ...(waited ? APPROVAL_TIMED_OUT : { code: 'deadline_exceeded', message: "The order's time was over before it was confirmed" }),
  };
}

const APPROVAL_REJECTED = { code: 'approval_rejected', message: 'The order was not approved' };
const APPROVAL_TIMED_OUT = { code: 'approval_timed_out', message: 'Nobody decided on the order in time' };

/** First whatever is still under way forward comes to an end, then the stages are undone in reverse, one after the other. */
function goBack(definition: SagaDefinition, state: SagaState, now: number): SagaEvent | null {
  const steps = definition.steps.filter((step) => step.kind === 'call').toReversed();
  const given = first(steps, (step) => giveUpWaiting(state, step, now) ?? takeBackFromPerson(state, step));
  if (given) return given;
  if (steps.some((step) => forwardOf(state, step) === 'running')) return null;
  return undoNext(definition, state);
}

/** What waited for a person forward is undone now, as anything that may have happened. */
function takeBackFromPerson(state: SagaState, step: CallStep): SagaEvent | null {
  for (const id of callOperations(step)) {
    const operation = state.operations[id];
    if (operation?.phase === 'parked')
      return { type: 'OperationUnresolved', operation: id, code: operation.code, message: operation.message };
  }
  return null;
}

/** No further attempt is made: what became of the last is asked instead. */
function giveUpWaiting(state: SagaState, step: CallStep, now: number): SagaEvent | null {
  for (const id of callOperations(step)) {
    const operation = state.operations[id];
    if (operation?.phase === 'waiting') return doubted(step, state, id, operation, now);
  }
  return null;
}

/** The steps of a stage are undone side by side. */
function undoNext(definition: SagaDefinition, state: SagaState): SagaEvent | null {
  for (const stage of definition.stages.toReversed()) {
    const calls = stage.filter((step) => step.kind === 'call');
    const undo = first(calls, (step) => undoOf(state, step));
    if (undo) return undo;
    if (calls.some((step) => !step.undo?.notifies && backwardOf(state, step) === 'running')) return null;
  }
  if (definition.steps.some((step) => step.kind === 'call' && backwardOf(state, step) === 'running')) return null;
  return end(definition, state, 'OrderCompensated');
}

function undoOf(state: SagaState, step: CallStep): SagaEvent | null {
  const operation = backwardOf(state, step) === 'owed' && undoOwed(state, step);
  return operation ? { type: 'OperationStarted', operation } : null;
}

/** Nothing is left to do, unless a person has to. */
const end = (definition: SagaDefinition, state: SagaState, type: 'OrderCompleted' | 'OrderCompensated'): SagaEvent =>
  parkedOf(definition, state).length > 0 ? { type: 'ReviewRequested' } : { type };
