/** What is sent to a participant for an operation: the same, byte for byte, on every attempt. */

import type { CallStep, Output, Participant, Reading, SagaDefinition } from './definition.ts';
import {
  callOperations,
  idempotencyKey,
  operationId,
  operationParts,
  stepOf,
  undoWays,
  type Direction,
  type OperationId,
} from './operation.ts';
import { failedCallOf, outputOf, outputsOf } from './progress.ts';
import { anything } from './read-answer.ts';
import type { SagaState } from './state.ts';

export interface OperationRequest {
  readonly participant: Participant;
  readonly path: string;
  readonly idempotencyKey: string;
  readonly step: string;
  readonly direction: Direction;
  readonly body: string;
  readonly acceptedIsDone: boolean;
  /** Reads the body of a 2xx answer, or the output that a probe or a callback tells. */
  readonly read: (body: unknown) => Reading;
}

export function requestOf(definition: SagaDefinition, state: SagaState, id: OperationId): OperationRequest {
  const step = stepOf(definition, id);
  const { direction, channel } = operationParts(id);
  const { order } = state;
  const common = { participant: step.call.participant, idempotencyKey: idempotencyKey(order, id), step: step.name, direction };
  const context = { order, outputs: outputsOf(definition, state), channel };
  if (direction === 'do') {
    const { path, acceptedIsDone, read } = step.call;
    return { ...common, path, acceptedIsDone, body: JSON.stringify(step.call.body(context)), read: (body) => read(body, order) };
  }
  const { undo } = step;
  const way = undoWays(step).find(({ operation }) => operation === id);
  if (!undo || !way) throw new Error(`Step ${step.name} has no such undo, but ${id} was asked for`);
  const [undone = ''] = step.call.channels;
  const body = undo.body({
    ...context,
    channel: way.channel,
    output: way.isLate ? lateOutput(state, step) : outputOf(state, step.name, undone),
    reason: reasonOf(state, step),
    undoes: idempotencyKey(order, operationId(step.name, 'do', undone)),
  });
  return { ...common, path: way.path, acceptedIsDone: undo.acceptedIsDone, body: JSON.stringify(body), read: anything };
}

/** Of a step that the order went on without its own failure, also should the order turn back while it is being undone. */
function reasonOf(state: SagaState, step: CallStep): string {
  const isDropped = step.undo?.notifies === false && step.whenFailed(state.settings) === 'go_on';
  const failed = isDropped ? failedCallOf(state, step) : undefined;
  return (failed ?? state.cause)?.code ?? '';
}

/** Known before the undo began, so it never changes. Of several channels another may still become known, so none is told. */
function lateOutput(state: SagaState, step: CallStep): Output | null {
  const [only, another] = callOperations(step);
  return only !== undefined && another === undefined ? (state.operations[only]?.late ?? null) : null;
}
