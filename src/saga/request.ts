/** What is sent to a participant for an operation: the same, byte for byte, on every attempt. */

import type { ParticipantName, Reading, SagaDefinition } from './definition.ts';
import { idempotencyKey, operationId, operationParts, stepOf, type Direction, type OperationId } from './operation.ts';
import { outputOf, outputsOf } from './progress.ts';
import { anything } from './read-answer.ts';
import type { SagaState } from './state.ts';

export interface OperationRequest {
  readonly participant: ParticipantName;
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
  if (!undo) throw new Error(`Step ${step.name} has no undo, but ${id} was asked for`);
  const [undone = ''] = step.call.channels;
  const body = undo.body({
    ...context,
    output: outputOf(state, step.name, undone),
    reason: state.cause?.code ?? '',
    undoes: idempotencyKey(order, operationId(step.name, 'do', undone)),
  });
  const path = undo.otherwise?.channel === channel ? undo.otherwise.path : undo.path;
  return { ...common, path, acceptedIsDone: undo.acceptedIsDone, body: JSON.stringify(body), read: anything };
}
