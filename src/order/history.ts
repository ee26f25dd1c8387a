/** The history of the wire: each event of the journal with its own sequence number, and the domain events that it is published as. */

import type { SagaDefinition, Step } from '../saga/definition.ts';
import type { SagaEvent } from '../saga/event.ts';
import { formatMoney } from '../saga/money.ts';
import { operationParts } from '../saga/operation.ts';
import type { JournalEntry } from './journal.ts';
import type { HistoryEvent } from './orders-port.ts';

const time = (at: number): string => new Date(at).toISOString();

/** Everything after the event `afterSeq`, oldest first. */
export function historyOf(
  definition: SagaDefinition,
  orderId: string,
  entries: readonly JournalEntry[],
  afterSeq: number,
): readonly HistoryEvent[] {
  return entries.flatMap(({ seq: first, at, events }) =>
    events
      .map((event, index) => historyEvent(definition, `${orderId}-${first + index}`, first + index, at, event))
      .filter(({ seq }) => seq > afterSeq),
  );
}

function historyEvent(definition: SagaDefinition, id: string, seq: number, at: number, event: SagaEvent): HistoryEvent {
  const step = stepNameOf(event);
  const names = domainEventNames(definition, event);
  const data = { ...dataOf(event), ...(names.length > 0 && { domain_events: names }) };
  return { seq, id, type: event.type, at: time(at), ...(step !== null && { step }), data };
}

function stepNameOf(event: SagaEvent): string | null {
  if ('operation' in event) return operationParts(event.operation).step;
  if ('step' in event) return event.step;
  return event.type === 'RollbackStarted' ? event.cause.step : null;
}

/** The names under which the fact is known to others; none where it concerns the coordinator alone. */
function domainEventNames({ events, steps }: SagaDefinition, event: SagaEvent): readonly string[] {
  switch (event.type) {
    case 'OrderPlaced':
      return events.placed;
    case 'OrderCompleted':
      return events.completed;
    case 'OrderCompensated':
      return events.rolledBack;
    case 'ShipmentReported':
      return (event.movesStatus && events[event.report]) || [];
    case 'OperationStarted':
    case 'OperationSucceeded':
    case 'OperationSucceededLate':
    case 'OperationRefused': {
      const { step: name, direction } = operationParts(event.operation);
      return stepEventNames(
        steps.find((step) => step.name === name),
        direction,
        event.type,
      );
    }
    default:
      return [];
  }
}

function stepEventNames(
  step: Step | undefined,
  direction: 'do' | 'undo',
  type: 'OperationStarted' | 'OperationSucceeded' | 'OperationSucceededLate' | 'OperationRefused',
): readonly string[] {
  if (step?.kind !== 'call') return [];
  const { started, succeeded, refused, undone } = step.events;
  if (direction === 'undo') return (type === 'OperationSucceeded' && undone) || [];
  return (
    { OperationStarted: started, OperationSucceeded: succeeded, OperationSucceededLate: succeeded, OperationRefused: refused }[type] ?? []
  );
}

function dataOf(event: SagaEvent): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case 'OrderPlaced': {
      const { order, saga, version, deadlineAt, settings } = event;
      const total = formatMoney(order.totalMinor, order.currency);
      return {
        saga,
        saga_version: version,
        customer_id: order.customerId,
        total,
        currency: order.currency,
        deadline_at: time(deadlineAt),
        needs_approval: settings.needsApproval,
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
    case 'OperationRefused':
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
