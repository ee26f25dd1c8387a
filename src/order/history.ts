/** The history of the wire: each event of the journal with its own sequence number, and the domain events that it is published as. */

import type { SagaDefinition } from '../saga/definition.ts';
import type { SagaEvent } from '../saga/event.ts';
import { formatMoney } from '../saga/money.ts';
import { operationParts } from '../saga/operation.ts';
import { domainEventNames, factsOf, type Fact } from './domain-events.ts';
import type { JournalEntry } from './journal.ts';
import type { HistoryEvent } from './orders-port.ts';

const time = (at: number): string => new Date(at).toISOString();

/** Everything after the event `afterSeq`, oldest first. `entries` is the journal from its beginning. Without a definition nobody knows the domain events. */
export function historyOf(
  definition: SagaDefinition | null,
  orderId: string,
  entries: readonly JournalEntry[],
  afterSeq: number,
): readonly HistoryEvent[] {
  return factsOf(entries)
    .filter(({ seq }) => seq > afterSeq)
    .map((fact) => historyEvent(definition, orderId, fact));
}

/** An event's own, for ever. */
export const eventId = (orderId: string, seq: number): string => `${orderId}-${seq}`;

function historyEvent(definition: SagaDefinition | null, orderId: string, fact: Fact): HistoryEvent {
  const names = definition ? domainEventNames(definition, fact) : [];
  const recorded = recordedEvent(orderId, fact);
  return { ...recorded, data: { ...recorded.data, ...(names.length > 0 && { domain_events: names }) } };
}

/** What an event tells by itself. */
export function recordedEvent(orderId: string, { seq, at, event }: Pick<Fact, 'seq' | 'at' | 'event'>) {
  const step = stepNameOf(event);
  return { seq, id: eventId(orderId, seq), type: event.type, at: time(at), ...(step !== null && { step }), data: dataOf(event) };
}

/** The step that an event is about; null where it is about the order. */
export function stepNameOf(event: SagaEvent): string | null {
  if ('operation' in event) return operationParts(event.operation).step;
  if ('step' in event) return event.step;
  return event.type === 'RollbackStarted' ? event.cause.step : null;
}

function dataOf(event: SagaEvent): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case 'OrderPlaced': {
      const { order, saga, version, deadlineAt, settings, traceId } = event;
      const total = formatMoney(order.totalMinor, order.currency);
      return {
        saga,
        saga_version: version,
        customer_id: order.customerId,
        total,
        currency: order.currency,
        deadline_at: time(deadlineAt),
        needs_approval: settings.needsApproval,
        trace_id: traceId,
      };
    }
    case 'OperationStarted':
      return operationData(event.operation);
    case 'AttemptFailed':
      return { ...operationData(event.operation), attempt: event.attempt, ...failure(event), retry_at: time(event.retryAt) };
    case 'AttemptInterrupted':
    case 'AttemptStarted':
      return { ...operationData(event.operation), attempt: event.attempt };
    case 'OperationAccepted':
    case 'ProbeUnanswered':
      return { ...operationData(event.operation), ask_at: time(event.askAt) };
    case 'OperationDoubted':
      return { ...operationData(event.operation), ...failure(event), refused: event.refused, ask_at: time(event.askAt) };
    case 'OperationSucceeded':
      return { ...operationData(event.operation), ...event.output, ...(event.nothingToUndo && { undone: false }) };
    case 'OperationSucceededLate':
      return { ...operationData(event.operation), ...event.output };
    case 'ShipmentReported':
      return { report: event.report, tracking_number: event.trackingNumber, occurred_at: time(event.occurredAt) };
    case 'OperationRefused': {
      const { unavailableItems } = event;
      return { ...operationData(event.operation), ...failure(event), ...(unavailableItems && { unavailable_items: unavailableItems }) };
    }
    case 'OperationTurnedAway':
    case 'OperationUnresolved':
    case 'OperationParked':
      return { ...operationData(event.operation), ...failure(event) };
    case 'OperationRetried':
    case 'OperationResolved':
      return { ...operationData(event.operation), by: event.by, note: event.note };
    case 'NothingToUndoYet':
      return { ...operationData(event.operation), attempt: event.attempt, retry_at: time(event.retryAt) };
    case 'ApprovalDecided':
      return { decision: event.decision, by: event.by, note: event.note };
    case 'RollbackStarted':
      return { outcome: event.cause.status, ...failure(event.cause) };
    case 'DelayStarted':
      return { until: time(event.until) };
    case 'ApprovalRequested':
      return event.until === null ? {} : { until: time(event.until) };
    case 'ApprovalTimedOut':
      return { decision: event.decision };
    case 'StepSkipped':
    case 'DelayEnded':
    case 'OrderCompleted':
    case 'OrderCompensated':
    case 'ReviewRequested':
    case 'OrderErased':
      return {};
    default:
      return event satisfies never;
  }
}

const failure = ({ code, message }: { readonly code: string; readonly message: string }) => ({ code, message });

function operationData(id: string): Readonly<Record<string, unknown>> {
  const { direction, channel } = operationParts(id);
  return { operation: direction, ...(channel !== '' && { channel }) };
}
