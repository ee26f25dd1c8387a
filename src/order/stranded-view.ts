/**
 * The wire's view of an order that can't be driven: what its journal says by itself, without a definition. It shows what is known, and
 * what is not known it does not guess.
 */

import { formatMoney } from '../saga/money.ts';
import { idempotencyKey, operationId, operationParts, type OperationId } from '../saga/operation.ts';
import type { Output } from '../saga/definition.ts';
import { isSettled } from '../saga/progress.ts';
import type { OperationState, SagaState } from '../saga/state.ts';
import { stepNameOf } from './history.ts';
import type { JournalEntry } from './journal.ts';
import type { OrderReview, OrderStatus, OrderView, ReviewItem } from './orders-port.ts';
import { whyStranded, type Stranded } from './stranded.ts';
import { errorOf, orderPartsOf, time } from './view.ts';

export interface StrandedOrder {
  readonly why: Stranded;
  /** As far as it can be read. */
  readonly state: SagaState;
  readonly entries: readonly JournalEntry[];
  /** Null where it was at rest before. */
  readonly since: number | null;
}

export function strandedStatus(order: StrandedOrder): OrderStatus {
  const { state } = order;
  const ending = endingOf(order);
  return {
    order_id: state.order.orderId,
    status: ending === 'compensated' ? (state.cause?.status ?? 'failed') : (ending === 'completed' && state.shipment?.stage) || ending,
    saga_status: ending,
    current_step: null,
    completed_steps: stepsOf(order).flatMap((step) => (isDoneWith(order, step) && !isUndone(step) ? [step.name] : [])),
    error: errorOf(state),
  };
}

export function strandedView(order: StrandedOrder): OrderView {
  const { state } = order;
  const steps = stepsOf(order);
  const { placed, times } = orderPartsOf(state);
  const given = merged(steps.map(outputOf));
  return {
    ...strandedStatus(order),
    compensated_steps: steps.flatMap((step) => (isUndone(step) ? [step.name] : [])).toReversed(),
    ...placed,
    reservation_id: given['reservation_id'] ?? null,
    payment_id: given['payment_id'] ?? null,
    shipment_id: given['shipment_id'] ?? null,
    tracking_number: given['tracking_number'] ?? state.shipment?.trackingNumber ?? null,
    review: endingOf(order) === 'needs_review' ? reviewOf(order, steps) : null,
    ...times,
  };
}

/** What can be read of an unreadable journal may have an end, and more behind it. */
const endingOf = ({ why, state }: StrandedOrder) => (why.reason === 'journal_unreadable' ? null : state.ending) ?? 'needs_review';

interface Operation {
  readonly id: OperationId;
  readonly state: OperationState;
}

interface KnownStep {
  readonly name: string;
  readonly calls: readonly Operation[];
  readonly undos: readonly Operation[];
}

/** In the order in which they began. */
function stepsOf({ state, entries }: StrandedOrder): readonly KnownStep[] {
  const names = new Set(entries.flatMap(({ events }) => events.map(stepNameOf)).filter((name) => name !== null));
  const operations = Object.entries(state.operations).map(([id, operation]) => ({ id, state: operation, ...operationParts(id) }));
  return [...names].map((name) => {
    const own = operations.filter(({ step }) => step === name);
    return { name, calls: own.filter(({ direction }) => direction === 'do'), undos: own.filter(({ direction }) => direction === 'undo') };
  });
}

const isDone = ({ state }: Operation): boolean => state.phase === 'succeeded' || state.phase === 'resolved';

const isDoneWith = ({ state }: StrandedOrder, { name, calls }: KnownStep): boolean =>
  calls.length > 0
    ? calls.every(isDone)
    : state.approvals.some(({ step, decision }) => step === name && decision === 'approve') ||
      state.delays.some(({ step, isOver }) => step === name && isOver);

function isUndone({ calls, undos }: KnownStep): boolean {
  const last = undos.at(-1);
  return last !== undefined && isDone(last) && !(last.state.foundNothing && calls.some(({ state }) => state.late));
}

const outputOf = ({ calls }: KnownStep): Output =>
  merged(calls.map(({ state }) => (state.phase === 'succeeded' ? state.output : (state.late ?? {}))));

const merged = (outputs: readonly Output[]): Output => Object.fromEntries(outputs.flatMap(Object.entries<string>));

/** The reason always stands in it, be it that nothing is known to be outstanding. */
function reviewOf(order: StrandedOrder, steps: readonly KnownStep[]): OrderReview {
  const { state, since } = order;
  const why = whyStranded(order.why);
  const items = steps.flatMap((step) => itemOf(order, step));
  const last = steps.at(-1);
  const bare: ReviewItem = {
    step: last?.name ?? '',
    operation: state.cause ? 'undo' : 'do',
    ...why,
    attempts: 0,
    outstanding: { kind: 'none' },
  };
  const times = Object.values(state.operations).flatMap((operation) => (operation.phase === 'parked' ? [operation.since] : []));
  if (since !== null) times.push(since);
  return {
    since: time(times.length > 0 ? Math.min(...times) : state.updatedAt),
    items: items.some(({ code }) => code === why.code) ? items : [...items, bare],
  };
}

/** None where nothing is known to be left of the step: it was refused, undone, settled by hand, or gave nothing that anybody could look for. */
function itemOf({ why, state }: StrandedOrder, step: KnownStep): readonly ReviewItem[] {
  if (isUndone(step)) return [];
  const parked = [...step.calls, ...step.undos].find((operation) => operation.state.phase === 'parked');
  const open = [...step.undos, ...step.calls].find((operation) => !isSettled(operation.state) || operation.state.phase === 'unresolved');
  const output = outputOf(step);
  const about = parked ?? open ?? step.undos.at(-1) ?? (Object.keys(output).length > 0 ? step.calls[0] : undefined);
  if (!about) return [];
  const { phase, attempt } = about.state;
  const { code, message } = about.state.phase === 'parked' ? about.state : whyStranded(why);
  return [
    {
      step: step.name,
      operation: operationParts(about.id).direction,
      code,
      message,
      attempts: attempt,
      outstanding: phase === 'refused' ? { kind: 'none' } : outstandingOf(state, step, output),
    },
  ];
}

/** An identifier means what it means in the participant API. Without one, the key is what a person can ask the service about. */
function outstandingOf({ order }: SagaState, { name, calls }: KnownStep, output: Output): ReviewItem['outstanding'] {
  const { payment_id: payment, reservation_id: reservation, shipment_id: shipment } = output;
  const items = order.items.map(({ sku, quantity }) => ({ sku, quantity }));
  if (payment)
    return { kind: 'money', amount: formatMoney(order.totalMinor, order.currency), currency: order.currency, reference: payment };
  if (reservation) return { kind: 'stock', items, reference: reservation };
  if (shipment) return { kind: 'shipment', items, reference: shipment };
  return { kind: 'unknown', reference: idempotencyKey(order, calls[0]?.id ?? operationId(name, 'do', '')) };
}
