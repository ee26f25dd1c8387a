/** How far an order is, forward and back: read off the state, never stored. */

import type { CallStep, SagaDefinition, Stage, Step } from './definition.ts';
import type { Output, Outputs } from './definition.ts';
import { callOperations, operationId, undoOperations, undoWays, type OperationId } from './operation.ts';
import type { OperationState, SagaState } from './state.ts';

/** `parked`: only a person can take it further. */
export type Forward = 'pending' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'parked';

/** Backward: `none` where nothing has to be undone. */
export type Backward = 'none' | 'owed' | 'running' | 'undone' | 'parked';

export const isSettled = (operation: OperationState | undefined): boolean =>
  operation !== undefined && operation.phase !== 'calling' && operation.phase !== 'waiting' && operation.phase !== 'asking';

export function forwardOf(state: SagaState, step: Step): Forward {
  if (state.skipped.includes(step.name)) return 'skipped';
  if (step.kind === 'approval') return approvalOf(state, step.name);
  if (step.kind === 'delay') return delayOf(state, step.name);
  const operations = callOperations(step).map((id) => state.operations[id]);
  if (operations.every((operation) => operation === undefined)) return 'pending';
  if (!operations.every(isSettled)) return 'running';
  if (operations.some((operation) => operation?.phase === 'parked')) return 'parked';
  return operations.every((operation) => operation && isDone(operation)) ? 'succeeded' : 'failed';
}

/** By the participant, or by hand. */
const isDone = ({ phase }: OperationState): boolean => phase === 'succeeded' || phase === 'resolved';

function approvalOf(state: SagaState, step: string): Forward {
  const approval = state.approvals.find((asked) => asked.step === step);
  if (!approval) return 'pending';
  if (approval.decision === null) return 'running';
  return approval.decision === 'approve' ? 'succeeded' : 'failed';
}

function delayOf(state: SagaState, step: string): Forward {
  const delay = state.delays.find((begun) => begun.step === step);
  if (!delay) return 'pending';
  return delay.isOver ? 'succeeded' : 'running';
}

/** Done with, for the way forward: the next step may begin. */
export const isBehind = (state: SagaState, step: Step): boolean => {
  const forward = forwardOf(state, step);
  if (forward === 'failed') return step.kind === 'call' && (step.whenFailed(state.settings) === 'go_on' || isDelivered(state));
  return forward === 'succeeded' || forward === 'skipped';
};

/** The call that the step failed with; undefined where none did. */
export const failedCallOf = ({ operations }: SagaState, step: CallStep): FailedCall | undefined =>
  callOperations(step)
    .map((id) => operations[id])
    .find((call): call is FailedCall => call?.phase === 'refused' || call?.phase === 'unresolved');

type FailedCall = Extract<OperationState, { readonly phase: 'refused' | 'unresolved' }>;

/** The steps that the order goes on without. What one of them did all the same is undone meanwhile, unless it was a message. */
export const droppedOf = ({ steps }: SagaDefinition, state: SagaState): readonly CallStep[] =>
  steps.filter(
    (step): step is CallStep =>
      step.kind === 'call' && step.undo?.notifies === false && forwardOf(state, step) === 'failed' && isBehind(state, step),
  );

/** The stage that the order is at, going forward; undefined when all are behind it. */
export const stageAhead = (definition: SagaDefinition, state: SagaState): Stage | undefined =>
  definition.stages.find((stage) => !stage.every((step) => isBehind(state, step)));

/** The first step that the order is at, going forward; undefined when all are behind it. */
export const stepAhead = (definition: SagaDefinition, state: SagaState): Step | undefined =>
  definition.steps.find((step) => !isBehind(state, step));

/** The customer has the goods, and the order had not turned back before: money and parcel stay where they are. */
export const isDelivered = ({ cause, shipment }: SagaState): boolean => !cause && shipment?.stage === 'delivered';

/** The order can be turned back no more, unless its pivot itself fails. */
export function isCommitted({ pivot, steps }: SagaDefinition, state: SagaState): boolean {
  if (isDelivered(state)) return true;
  const step = steps.find(({ name }) => name === pivot);
  if (!step) return false;
  const forward = forwardOf(state, step);
  return forward !== 'pending' && forward !== 'failed';
}

/** What may have had its effect has to be undone: the unresolved as well as the succeeded. */
const mayHaveHappened = (operation: OperationState | undefined): boolean =>
  operation !== undefined && (operation.phase !== 'refused' || operation.late !== undefined);

/** A call of the step succeeded after it had failed. */
export const succeededLate = (state: SagaState, step: CallStep): boolean =>
  callOperations(step).some((id) => state.operations[id]?.late !== undefined);

export function backwardOf(state: SagaState, step: CallStep): Backward {
  if (!step.undo || !callOperations(step).some((id) => mayHaveHappened(state.operations[id]))) return 'none';
  const operation = lastUndo(state, step)?.operation;
  if (!operation || isOwedAgain(state, step, operation)) return 'owed';
  if (isDone(operation)) return 'undone';
  return isSettled(operation) ? 'parked' : 'running';
}

/** There was nothing to undo, and then it happened after all. */
const isOwedAgain = (state: SagaState, step: CallStep, undo: OperationState): boolean =>
  undo.phase === 'succeeded' && undo.foundNothing && succeededLate(state, step);

/** The undo tried last: where the first way was refused, the other one. */
export function lastUndo(state: SagaState, step: CallStep): { readonly id: OperationId; readonly operation: OperationState } | null {
  const begun = undoOperations(step).flatMap((id) => {
    const operation = state.operations[id];
    return operation ? [{ id, operation }] : [];
  });
  return begun.at(-1) ?? null;
}

/** The undo that an owed step is undone with. What is known to have succeeded late has one of its own: another body was, or may be, under the other's key. */
export const undoOwed = (state: SagaState, step: CallStep): OperationId | undefined =>
  undoWays(step).find(({ isLate }) => isLate === succeededLate(state, step))?.operation;

/** What the step gave, or null where it gave nothing that is known. */
export function outputOf(state: SagaState, step: string, channel = ''): Output | null {
  const operation = state.operations[operationId(step, 'do', channel)];
  return operation?.phase === 'succeeded' ? operation.output : null;
}

/** Likewise, also where that became known when it had failed. For people to see: what was sent before does not change by it. */
export const knownOutputOf = (state: SagaState, step: string): Output | null =>
  outputOf(state, step) ?? state.operations[operationId(step, 'do', '')]?.late ?? null;

export function outputsOf(definition: SagaDefinition, state: SagaState): Outputs {
  const known = definition.steps.flatMap((step) => {
    const output = outputOf(state, step.name) ?? resolvedOutput(state, step.name);
    return output ? [[step.name, output] as const] : [];
  });
  return Object.fromEntries(known);
}

/** What a person has settled by hand gave nothing that is known. */
const resolvedOutput = (state: SagaState, step: string): Output | null =>
  state.operations[operationId(step, 'do', '')]?.phase === 'resolved' ? {} : null;

export interface Parked {
  readonly step: CallStep;
  readonly operation: OperationId;
  readonly state: OperationState & { readonly phase: 'parked' };
}

/** Everything that waits for a person, in the order of the steps. */
export function parkedOf(definition: SagaDefinition, state: SagaState): readonly Parked[] {
  return definition.steps.flatMap((step) =>
    step.kind === 'call'
      ? [...callOperations(step), ...undoOperations(step)].flatMap((id) => {
          const operation = state.operations[id];
          return operation?.phase === 'parked' ? [{ step, operation: id, state: operation }] : [];
        })
      : [],
  );
}
