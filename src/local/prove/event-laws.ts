/** The laws that are held against each event as it is written. */

import type { SagaDefinition } from '../../saga/definition.ts';
import type { SagaEvent } from '../../saga/event.ts';
import { callOperations, operationParts, stepOf } from '../../saga/operation.ts';
import { isSettled } from '../../saga/progress.ts';
import type { SagaState } from '../../saga/state.ts';
import { orderStatus, transitionsOf, type OrderStatus } from '../../saga/status.ts';
import type { Configuration } from './configuration.ts';
import type { Law, Written } from './law.ts';
import type { Move } from './moves.ts';
import { outOfOrder, undoStarted } from './undo-order.ts';

const isReview = ({ type }: SagaEvent, { by }: Move): boolean =>
  by === 'reviewer' && (type === 'OperationRetried' || type === 'OperationResolved');

const isTerminal = ({ type }: SagaEvent): boolean => type === 'OrderCompleted' || type === 'OrderCompensated' || type === 'ReviewRequested';

const isStart = (event: SagaEvent): event is Extract<SagaEvent, { type: 'OperationStarted' | 'AttemptStarted' }> =>
  event.type === 'OperationStarted' || event.type === 'AttemptStarted';

export const EVENT_LAWS: readonly Law<Written>[] = [
  {
    name: 'begun',
    statement: 'Nothing is undone that never began, and nothing is called that was skipped.',
    breaks(written) {
      const step = undoStarted(written);
      if (step && !callOperations(step).some((id) => written.before.operations[id])) return `${step.name} is undone, but it never began`;
      const { event, before } = written;
      const isSkipped = isStart(event) && before.skipped.includes(operationParts(event.operation).step);
      return isSkipped ? `${event.operation} begins, though its step was skipped` : null;
    },
  },
  {
    name: 'order of undoing',
    statement:
      'When the undo of a step begins, every call has come to its end, and all that later stages did is undone, messages aside; or the order goes on without the step.',
    breaks: outOfOrder,
  },
  {
    name: 'no turning forward',
    statement: 'Once the order has turned back it goes forward no more: no attempt of a call begins, no wait, no completion.',
    breaks({ event, before, after }) {
      if (!before.cause) return null;
      if (!after.cause) return `${event.type} lets the order go forward again`;
      if (isStart(event) && operationParts(event.operation).direction === 'do')
        return `an attempt of ${event.operation} begins, though the order has turned back`;
      return FORWARD.has(event.type) ? `${event.type} is written, though the order has turned back` : null;
    },
  },
  {
    name: 'no turning back',
    statement:
      'Behind its pivot, or once its parcel was delivered, an order goes only forward, unless the pivot itself fails, or on a person’s word.',
    breaks({ event, before, move, configuration }) {
      if (event.type !== 'RollbackStarted' || isDecided(move, before)) return null;
      if (before.shipment?.stage === 'delivered') return `the order turns back (${event.cause.code}), though its parcel was delivered`;
      const pivot = pivotBegun(configuration, before);
      return pivot === null ? null : `the order turns back (${event.cause.code}), though its pivot ${pivot} has begun and not failed`;
    },
  },
  {
    name: 'statuses',
    statement: 'What a customer is told goes only from where to where the saga says that it may; a review is a stop on the way.',
    breaks({ event, before, after, configuration: { definition } }) {
      const from = told(definition, before);
      const to = told(definition, after);
      return from === to || transitionsOf(definition)[from]?.includes(to) ? null : `${event.type} takes the order from ${from} to ${to}`;
    },
  },
  {
    name: 'settled',
    statement: 'What is settled stays, but for what is parked, until a person acts or its result is told, and for a late success, once.',
    breaks(written) {
      const { event, before } = written;
      if (!('operation' in event) || !isSettled(before.operations[event.operation])) return null;
      const phase = before.operations[event.operation]?.phase;
      return mayChange(written) ? null : `${event.type} is written of ${event.operation}, which was ${phase} already`;
    },
  },
  {
    name: 'at rest',
    statement:
      'At rest exactly one end stands in the history. Out of it leads a cancel, unless the order is erased, a review, or a result that nobody hoped for any more.',
    breaks({ event, before, move }) {
      if (before.ending === null) return null;
      if (isTerminal(event)) return `${event.type} is written, but the order has ended already`;
      return mayWake(event, before, move) ? null : `${event.type} is written of an order that is at rest, and nobody asked for it`;
    },
  },
  {
    name: 'one key, one body',
    statement: 'Every attempt of an operation has the same key and the same bytes, and no two operations share a key.',
    breaks({ sending, sent }) {
      if (!sending) return null;
      const first = sent[sending.operation];
      if (first && first.key !== sending.key) return `${sending.operation} goes out as ${first.key}, and again as ${sending.key}`;
      if (first && first.body !== sending.body) return `${sending.operation} goes out with ${first.body}, and again with ${sending.body}`;
      const other = Object.values(sent).find(({ key, operation }) => key === sending.key && operation !== sending.operation);
      return other ? `${other.operation} and ${sending.operation} share the key ${sending.key}` : null;
    },
  },
  {
    name: 'key lifetime',
    statement: 'No key is sent again once its participant may have forgotten it.',
    breaks({ sending, sent, now, configuration }) {
      const first = sending && sent[sending.operation];
      const isOver = first && now >= first.at + configuration.capabilities.keyLifetimeMs;
      return isOver ? `${first.operation} is sent again, ${minutes(now - first.at)} after its key was first used` : null;
    },
  },
];

const minutes = (ms: number): string => `${Math.round(ms / 60_000)} min`;

const told = (definition: SagaDefinition, state: SagaState): OrderStatus =>
  orderStatus(definition, state.ending === 'needs_review' ? { ...state, ending: null } : state);

/** A person cancels what is completed, or does not approve. */
const isDecided = ({ command }: Move, { formerEnding }: SagaState): boolean =>
  command?.type === 'approve' || (command?.type === 'cancel' && formerEnding === 'completed');

/** What only an order that goes forward has written of it. */
const FORWARD: ReadonlySet<SagaEvent['type']> = new Set([
  'OrderCompleted',
  'StepSkipped',
  'DelayStarted',
  'DelayEnded',
  'ApprovalRequested',
  'ApprovalDecided',
  'ApprovalTimedOut',
]);

/** The pivot's name, where it has begun, or was skipped, and has not failed. */
export function pivotBegun({ definition, steps }: Configuration, { operations, skipped }: SagaState): string | null {
  const pivot = steps.find(({ step }) => step.name === definition.pivot);
  if (!pivot) return null;
  const phases = pivot.calls.map((id) => operations[id]?.phase);
  const hasFailed = phases.includes('refused') || phases.includes('unresolved');
  return (phases.some((phase) => phase !== undefined) && !hasFailed) || skipped.includes(pivot.step.name) ? pivot.step.name : null;
}

function mayChange({ event, before, move, configuration }: Written): boolean {
  if (!('operation' in event)) return true;
  const operation = before.operations[event.operation];
  const { step, direction } = operationParts(event.operation);
  const isToldOf = stepToldOf(move) === step;
  switch (operation?.phase) {
    case 'parked':
      if (isReview(event, move)) return true;
      if (event.type === 'OperationUnresolved') return direction === 'do' && before.cause !== null;
      return (
        isToldOf &&
        (event.type === 'OperationSucceeded' ||
          (event.type === 'OperationParked' && hasSucceededLate(configuration, before, event.operation)))
      );
    case 'refused':
    case 'unresolved':
    case 'resolved':
      if (!isToldOf) return false;
      if (event.type === 'OperationSucceededLate') return direction === 'do' && !operation.late;
      return event.type === 'OperationParked' && operation.phase === 'resolved' && hasSucceededLate(configuration, before, event.operation);
    default:
      return false;
  }
}

/** The step whose result is told: by a callback, by an answer that a callback was faster than, or by the probe. */
const stepToldOf = ({ command }: Move): string | null =>
  command?.type === 'called_back' || command?.type === 'answered' || command?.type === 'probed'
    ? operationParts(command.operation).step
    : null;

const hasSucceededLate = ({ definition }: Configuration, { operations }: SagaState, id: string): boolean =>
  operationParts(id).direction === 'undo' && callOperations(stepOf(definition, id)).some((call) => operations[call]?.late !== undefined);

function mayWake(event: SagaEvent, { ending, erasure }: SagaState, move: Move): boolean {
  switch (event.type) {
    case 'RollbackStarted':
      return move.command?.type === 'cancel' && ending === 'completed' && erasure === null;
    case 'OperationSucceeded':
      return stepToldOf(move) !== null && ending === 'needs_review';
    case 'OperationSucceededLate':
    case 'OperationStarted':
    case 'OperationParked':
      return stepToldOf(move) !== null;
    case 'ShipmentReported':
      return move.command?.type === 'report_shipment';
    case 'OrderErased':
      return (move.command?.type === 'erase' || erasure === 'due') && ending !== 'needs_review';
    default:
      return isReview(event, move);
  }
}
