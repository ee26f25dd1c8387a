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

/** The step's operations forward: one, or one for each channel. */
export const callOperations = (step: CallStep): readonly OperationId[] =>
  step.call.channels.map((channel) => operationId(step.name, 'do', channel));

/** The step's operations back, in the order in which they are tried. */
export function undoOperations(step: CallStep): readonly OperationId[] {
  if (!step.undo) return [];
  const channels = [step.undo.channel, ...(step.undo.otherwise ? [step.undo.otherwise.channel] : [])];
  return channels.map((channel) => operationId(step.name, 'undo', channel));
}

/** The call step of an operation. Throws where the definition has none: the journal and the definition do not belong together. */
export function stepOf(definition: SagaDefinition, id: OperationId): CallStep {
  const { step: name } = operationParts(id);
  const step = definition.steps.find((candidate) => candidate.name === name);
  if (step?.kind !== 'call') throw new Error(`Saga ${definition.name} version ${definition.version} has no call step ${name}`);
  return step;
}

/** Every undo goes through a queue; forward, the step says. */
export const carriedBy = (definition: SagaDefinition, id: OperationId): CallStep['via'] =>
  operationParts(id).direction === 'undo' ? 'queue' : stepOf(definition, id).via;
