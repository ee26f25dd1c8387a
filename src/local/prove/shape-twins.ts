/** Broken twins whose mistake shows only with a certain shape of saga, or where carriers report. */

import type { SagaDefinition } from '../../saga/definition.ts';
import type { Cause, SagaEvent } from '../../saga/event.ts';
import { callOperations, operationParts, undoOperations } from '../../saga/operation.ts';
import { ok } from '../../saga/result.ts';
import type { SagaState } from '../../saga/state.ts';
import { orderFulfillment } from '../../sagas/order-fulfillment.ts';
import { paymentFirst } from '../../sagas/payment-first.ts';
import { CORE, type Core } from './core.ts';
import { approved, delayed, fallback, pivoted, sideBySide, skipped } from './shapes.ts';
import { adding, rewriting, twinOf, type Twin } from './twin.ts';
import { failed, firstUndo, isUndoStart } from './undo-mistakes.ts';

/** Cancels what can't be cancelled any more. */
const cancelling = (when: (state: SagaState) => boolean): Core => ({
  ...CORE,
  decide: (definition, state, command, context) => {
    const decision = CORE.decide(definition, state, command, context);
    if (decision.ok || command.type !== 'cancel' || !state || !when(state)) return decision;
    const cause = { status: 'cancelled', step: null, code: 'cancelled', message: '' } as const;
    return ok([{ type: 'RollbackStarted', cause }]);
  },
});

/** Is woken at another time while this is so. */
const waking = (when: (state: SagaState) => boolean, wakeAt: (state: SagaState) => number | null): Core => ({
  ...CORE,
  next: (definition, state, now) => {
    const next = CORE.next(definition, state, now);
    return !state.ending && !state.cause && when(state) ? { ...next, wakeAt: wakeAt(state) } : next;
  },
});

/** The undo of what stands beside the step that failed is left out. */
function withoutSibling(event: SagaEvent, { stages }: SagaDefinition, { cause, operations }: SagaState): SagaEvent {
  if (!isUndoStart(event)) return event;
  const { step } = operationParts(event.operation);
  const stage = stages.findIndex((members) => members.some(({ name }) => name === step));
  if (step === cause?.step || !stages[stage]?.some(({ name }) => name === cause?.step)) return event;
  const before = stages
    .slice(0, stage)
    .flat()
    .findLast((candidate) => candidate.kind === 'call');
  const id = before && undoOperations(before)[0];
  return id !== undefined && !operations[id] ? { type: 'OperationStarted', operation: id } : { type: 'OrderCompensated' };
}

/** The undo of what is still under way beside the step that failed. */
function undoUnderWay({ stages }: SagaDefinition, { cause, operations }: SagaState): readonly SagaEvent[] {
  const siblings = stages.find((stage) => stage.some(({ name }) => name === cause?.step)) ?? [];
  return siblings.flatMap((step): readonly SagaEvent[] => {
    if (step.kind !== 'call' || !callOperations(step).some((id) => operations[id]?.phase === 'calling')) return [];
    return undoOperations(step)
      .slice(0, 1)
      .filter((id) => !operations[id])
      .map((operation) => ({ type: 'OperationStarted', operation }));
  });
}

function undoOfSkipped({ steps }: SagaDefinition, { skipped: names, operations }: SagaState): SagaEvent | null {
  const step = steps.find((candidate) => candidate.kind === 'call' && names.includes(candidate.name));
  const id = step?.kind === 'call' ? undoOperations(step)[0] : undefined;
  return id !== undefined && !operations[id] ? { type: 'OperationStarted', operation: id } : null;
}

const BROKEN: Cause = { status: 'failed', step: null, code: 'refused', message: '' };

const PARCELS: readonly Twin[] = [
  twinOf(
    'an order whose parcel was delivered is cancelled',
    'cancelling',
    cancelling(({ shipment }) => shipment?.stage === 'delivered'),
    { saga: fallback, carrier: true },
  ),
  twinOf(
    'an order whose parcel was delivered turns back when a step fails',
    'no turning back',
    rewriting((event, _, { shipment }) =>
      event.type === 'OperationParked' && shipment?.stage === 'delivered' ? { type: 'RollbackStarted', cause: BROKEN } : event,
    ),
    { saga: orderFulfillment, carrier: true },
  ),
  twinOf(
    'an older report takes the parcel back',
    'parcels',
    {
      ...CORE,
      decide: (definition, state, command, context) => {
        if (command.type !== 'report_shipment' || !state?.shipment) return CORE.decide(definition, state, command, context);
        const { report, trackingNumber, occurredAt } = command;
        return ok([{ type: 'ShipmentReported', report, trackingNumber, occurredAt, movesStatus: state.cause === null }]);
      },
    },
    { saga: fallback, carrier: true },
  ),
];

const STAGES: readonly Twin[] = [
  twinOf('what stands beside the step that failed is not undone', 'order of undoing', rewriting(withoutSibling), { saga: sideBySide }),
  twinOf('what is under way beside the step that failed is not waited for', 'order of undoing', adding(undoUnderWay), { saga: sideBySide }),
  twinOf(
    'the stages are undone in the order in which they were done',
    'order of undoing',
    rewriting((event, definition, state) => (isUndoStart(event) ? (firstUndo(definition, state) ?? event) : event)),
    { saga: sideBySide },
  ),
];

const FORWARD: readonly Twin[] = [
  twinOf(
    'the order turns back behind its pivot',
    'no turning back',
    rewriting((event) =>
      event.type === 'OperationParked' && operationParts(event.operation).direction === 'do' ? failed(event.operation) : event,
    ),
    { saga: pivoted },
  ),
  twinOf(
    'a cancel is taken behind the pivot',
    'cancelling',
    cancelling(({ ending }) => ending === null),
    { saga: pivoted },
  ),
  twinOf(
    'a step that was skipped is undone',
    'begun',
    rewriting((event, definition, state) => (event.type === 'OrderCompensated' ? (undoOfSkipped(definition, state) ?? event) : event)),
    { saga: skipped },
  ),
  twinOf(
    'nothing wakes the order when a delay is over',
    'awake',
    waking(
      ({ delays }) => delays.some(({ isOver }) => !isOver),
      ({ deadlineAt }) => deadlineAt,
    ),
    { saga: delayed },
  ),
  twinOf(
    'nothing wakes the order when the time for an approval is over',
    'awake',
    waking(
      ({ approvals }) => approvals.at(-1)?.decision === null,
      () => null,
    ),
    { saga: approved },
  ),
  twinOf(
    'an order is confirmed before its stock is reserved',
    'statuses',
    rewriting((event, { steps }, state) => {
      const last = steps.findLast((step) => step.kind === 'call' && step.undo);
      const isLast = last?.kind === 'call' && event.type === 'OperationStarted' && callOperations(last).includes(event.operation);
      return isLast && !state.cause ? { type: 'OrderCompleted' } : event;
    }),
    { saga: paymentFirst },
  ),
];

export const SHAPE_TWINS: readonly Twin[] = [...PARCELS, ...STAGES, ...FORWARD];
