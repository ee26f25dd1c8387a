/**
 * An operation is one effect asked of one participant: a step's call or its undo, in one channel.
 * Its identity is `step.direction` or `step.direction.channel`, and stands in the journal, in the idempotency key and in messages.
 */

import type { CallStep, SagaDefinition } from './definition.ts';
import type { Order } from './order.ts';

export type Direction = 'do' | 'undo';

export type OperationId = string;

export const operationId = (step: string, direction: Direction, channel: string): OperationId =>
  channel === '' ? `${step}.${direction}` : `${step}.${direction}.${channel}`;

export interface OperationParts {
  readonly step: string;
  readonly direction: Direction;
  readonly channel: string;
}

export function operationParts(id: OperationId): OperationParts {
  const [step = '', direction, channel = ''] = id.split('.');
  return { step, direction: direction === 'undo' ? 'undo' : 'do', channel };
}

/** Whether it is the step's, in this direction. */
export function isOf(id: OperationId, step: string, direction: Direction): boolean {
  const parts = operationParts(id);
  return parts.step === step && parts.direction === direction;
}

/**
 * One for each distinct operation, the same on every attempt, for ever. No attempt number may ever be in it.
 * Tenants and order ids hold no dot, so two operations never share a key.
 */
export const idempotencyKey = (order: Pick<Order, 'tenant' | 'orderId'>, id: OperationId): string =>
  `${order.tenant}.${order.orderId}.${id}`;

/** Worked out once for each step: definitions never change, and every decision asks. */
function once<Value>(of: (step: CallStep) => Value): (step: CallStep) => Value {
  const known = new WeakMap<CallStep, Value>();
  return (step) => {
    const value = known.get(step) ?? of(step);
    known.set(step, value);
    return value;
  };
}

/** The step's operations forward: one, or one for each channel. */
export const callOperations = once((step): readonly OperationId[] =>
  step.call.channels.map((channel) => operationId(step.name, 'do', channel)),
);

/** One way to undo a step: an operation of its own, with its own key. */
export interface UndoWay {
  readonly operation: OperationId;
  /** As the definition names it. */
  readonly channel: string;
  readonly path: string;
  /** For a call that succeeded when nothing was undone for it, or when all was over: nothing was ever sent under this key. */
  readonly isLate: boolean;
  /** What is tried where the first way is refused with that code. */
  readonly otherwise: { readonly whenRefused: string; readonly operation: OperationId } | null;
}

/** In the order in which they are tried. */
export const undoWays = once(({ name, undo }): readonly UndoWay[] => {
  if (!undo) return [];
  const { otherwise } = undo;
  return [false, true].flatMap((isLate) => {
    const idOf = (channel: string) => operationId(name, 'undo', isLate ? lateChannel(channel) : channel);
    const first = { operation: idOf(undo.channel), channel: undo.channel, path: undo.path, isLate };
    if (!otherwise) return [{ ...first, otherwise: null }];
    const second = { operation: idOf(otherwise.channel), channel: otherwise.channel, path: otherwise.path, isLate, otherwise: null };
    return [{ ...first, otherwise: { whenRefused: otherwise.whenRefused, operation: second.operation } }, second];
  });
});

const lateChannel = (channel: string): string => (channel === '' ? LATE : `${channel}_${LATE}`);

/** No channel of a definition is named so, or ends so. */
export const LATE = 'late';

/** The step's operations back, in the order in which they are tried. */
export const undoOperations = once((step): readonly OperationId[] => undoWays(step).map(({ operation }) => operation));

/** The call step of an operation. Throws where the definition has none: the journal and the definition do not belong together. */
export function stepOf(definition: SagaDefinition, id: OperationId): CallStep {
  const { step: name } = operationParts(id);
  const step = definition.steps.find((candidate) => candidate.name === name);
  if (step?.kind !== 'call') throw new Error(`Saga ${definition.name} version ${definition.version} has no call step ${name}`);
  return step;
}

/** What brings an attempt that waits for its time: for every undo a queue, which brings the first one, too; forward, the step says. */
export const carriedBy = (definition: SagaDefinition, id: OperationId): CallStep['via'] =>
  operationParts(id).direction === 'undo' ? 'queue' : stepOf(definition, id).via;
