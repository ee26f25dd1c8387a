/**
 * What a domain event tells: the order, what its steps have given so far, and what is particular to the fact. One form for all of them;
 * what is not known is left out. Addresses and payment secrets are never in it.
 */

import type { SagaDefinition } from '../saga/definition.ts';
import type { Cause } from '../saga/event.ts';
import { formatMoney } from '../saga/money.ts';
import { operationParts } from '../saga/operation.ts';
import type { Order } from '../saga/order.ts';
import { backwardOf, forwardOf, outputsOf, parkedOf } from '../saga/progress.ts';
import type { SagaState } from '../saga/state.ts';
import type { Fact } from './domain-events.ts';

export type EventData = OrderData & Partial<Record<Identifier, string>> & FactData & { readonly occurred_at: string };

interface OrderData {
  readonly order_id: string;
  readonly customer_id: string;
  readonly currency: string;
  readonly total_amount: string;
  readonly payment_method: string;
  readonly items: readonly {
    readonly sku: string;
    readonly name: string;
    readonly quantity: number;
    readonly unit_price: string;
  }[];
}

/** What participants give that others know things by. */
const IDENTIFIERS = ['reservation_id', 'payment_id', 'shipment_id', 'tracking_number'] as const;

type Identifier = (typeof IDENTIFIERS)[number];

type CancelledBy = 'Customer' | 'Operator' | 'System';

interface FactData {
  readonly step?: string;
  /** Where it is about money. */
  readonly amount?: string;
  readonly code?: string;
  readonly reason?: string;
  readonly error_message?: string;
  readonly cancelled_by?: CancelledBy;
  readonly refund_issued?: boolean;
  /** What the carrier says of when it happened. */
  readonly reported_at?: string;
}

export function eventData(definition: SagaDefinition, fact: Fact): EventData {
  const { at, after } = fact;
  return {
    ...orderData(after.order),
    ...identifiersOf(definition, after),
    ...factData(definition, fact),
    occurred_at: new Date(at).toISOString(),
  };
}

function orderData(order: Order): OrderData {
  const { orderId, customerId, currency, paymentMethod, totalMinor } = order;
  return {
    order_id: orderId,
    customer_id: customerId,
    currency,
    total_amount: formatMoney(totalMinor, currency),
    payment_method: paymentMethod,
    items: order.items.map(({ sku, name, quantity, unitPriceMinor }) => ({
      sku,
      name,
      quantity,
      unit_price: formatMoney(unitPriceMinor, currency),
    })),
  };
}

function identifiersOf(definition: SagaDefinition, state: SagaState): Partial<Record<Identifier, string>> {
  const given = new Map(Object.values(outputsOf(definition, state)).flatMap((output) => Object.entries(output ?? {})));
  return Object.fromEntries(IDENTIFIERS.flatMap((name) => (given.has(name) ? [[name, given.get(name)] as const] : [])));
}

function factData(definition: SagaDefinition, { event, after }: Fact): FactData {
  switch (event.type) {
    case 'OperationStarted':
    case 'OperationSucceeded':
    case 'OperationSucceededLate':
      return { ...stepData(definition, after, event.operation), ...whyUndone(after, event.operation) };
    case 'OperationRefused':
      return { ...stepData(definition, after, event.operation), code: event.code, reason: event.message };
    case 'OperationTurnedAway':
    case 'OperationUnresolved':
      return { ...stepData(definition, after, event.operation), code: event.code, error_message: event.message };
    case 'ShipmentReported':
      return { reported_at: new Date(event.occurredAt).toISOString() };
    case 'ReviewRequested':
      return troubleOf(definition, after);
    case 'OrderCompensated':
      return after.cause ? cancellation(definition, after, after.cause) : {};
    default:
      return {};
  }
}

function stepData(definition: SagaDefinition, { order }: SagaState, operation: string): FactData {
  const name = operationParts(operation).step;
  const isMoney = definition.steps.some(
    (step) => step.name === name && step.kind === 'call' && step.outstanding(order, null).kind === 'money',
  );
  return { step: name, ...(isMoney && { amount: formatMoney(order.totalMinor, order.currency) }) };
}

const whyUndone = ({ cause }: SagaState, operation: string): FactData =>
  operationParts(operation).direction === 'undo' && cause ? { code: cause.code, reason: cause.message } : {};

function troubleOf(definition: SagaDefinition, state: SagaState): FactData {
  const [first] = parkedOf(definition, state);
  return first ? { step: first.step.name, code: first.state.code, error_message: first.state.message } : {};
}

const cancellation = (definition: SagaDefinition, state: SagaState, cause: Cause): FactData => ({
  ...(cause.step !== null && { step: cause.step }),
  code: cause.code,
  reason: cause.message,
  cancelled_by: cancelledBy(cause),
  refund_issued: isRefunded(definition, state),
});

function cancelledBy({ code, step }: Cause): CancelledBy {
  if (step === null && code === 'cancelled') return 'Customer';
  return code === 'approval_rejected' ? 'Operator' : 'System';
}

/** A charge whose outcome nobody knew, and that was undone, is no refund that anybody could look for. */
const isRefunded = (definition: SagaDefinition, state: SagaState): boolean =>
  definition.steps.some(
    (step) =>
      step.kind === 'call' &&
      step.outstanding(state.order, null).kind === 'money' &&
      forwardOf(state, step) === 'succeeded' &&
      backwardOf(state, step) === 'undone',
  );
