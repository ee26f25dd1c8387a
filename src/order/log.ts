/**
 * The log of orders: one line of JSON for each decision, and one for each trouble, with the order's name and its trace. It tells what
 * happened and to which step, in the coordinator's own words: nothing that a customer, a person or a participant wrote is in it, but codes.
 */

import type { SagaDefinition } from '../saga/definition.ts';
import type { SagaEvent } from '../saga/event.ts';
import { operationParts } from '../saga/operation.ts';
import type { SagaState } from '../saga/state.ts';
import { sagaStatus } from '../saga/status.ts';

/** How every line names its order. */
export const orderOf = ({ order, traceId }: SagaState) => ({ tenant: order.tenant, order_id: order.orderId, trace_id: traceId });

/** Each decision is a row of the journal, `seq` its last event. */
export function logDecision(definition: SagaDefinition, state: SagaState, seq: number, events: readonly SagaEvent[]): void {
  const { saga, version } = state;
  const stands = { saga, saga_version: version, saga_status: sagaStatus(definition, state) };
  console.log(JSON.stringify({ message: 'Decided', ...orderOf(state), seq, ...stands, events: events.map(inBrief) }));
}

function inBrief(event: SagaEvent): Readonly<Record<string, string>> {
  const { type } = event;
  const code = codeOf(event);
  return { type, ...stepOf(event), ...(code !== null && { code }) };
}

function stepOf(event: SagaEvent): Readonly<Record<string, string>> {
  if ('operation' in event) {
    const { step, direction, channel } = operationParts(event.operation);
    return { step, operation: direction, ...(channel !== '' && { channel }) };
  }
  return 'step' in event ? { step: event.step } : {};
}

/** A participant may have put anything there. */
function codeOf(event: SagaEvent): string | null {
  const code = event.type === 'RollbackStarted' ? event.cause.code : 'code' in event ? event.code : null;
  return code !== null && /^\w{1,64}$/.test(code) ? code : null;
}
