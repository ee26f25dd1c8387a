/**
 * What a domain event tells: the order, what its steps have given so far, and what is particular to the fact. One form for all of them;
 * what is not known is left out. Addresses and payment secrets are never in it.
 */

import type { SagaDefinition, TimeName, UnavailableItem } from '../saga/definition.ts';
import type { Cause } from '../saga/event.ts';
import { formatMoney } from '../saga/money.ts';
import { operationParts } from '../saga/operation.ts';
import type { Order } from '../saga/order.ts';
import { backwardOf, forwardOf, outputsOf, parkedOf } from '../saga/progress.ts';
import type { SagaState } from '../saga/state.ts';
import type { DomainEvent, Fact } from './domain-events.ts';

/** The time of the fact: by this name in every event, and by its event's own, where the saga has one. */
type Times = { readonly occurred_at: string } & Readonly<Record<TimeName, string>>;

export type EventData = OrderData & Partial<Record<Identifier, string>> & FactData & Times;

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
  readonly unavailable_items?: readonly UnavailableItem[];
}

export function eventData(definition: SagaDefinition, domainEvent: DomainEvent): EventData {
  const { after } = domainEvent;
  return {
    ...orderData(after.order),
    ...identifiersOf(definition, after),
    ...factData(definition, domainEvent),
    ...timesOf(definition, domainEvent),
  };
}

function timesOf({ timeNames }: SagaDefinition, { name, at, event }: DomainEvent): Times {
  const occurred_at = new Date(at).toISOString();
  const ownName = timeNames?.[name];
  return {
    occurred_at,
    ...(ownName && { [ownName]: occurred_at }),
    // What the carrier says of when it happened.
    ...(event.type === 'ShipmentReported' && { reported_at: new Date(event.occurredAt).toISOString() }),
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
    case 'OperationRefused': {
      const { code, message, unavailableItems } = event;
      const why = { code, reason: message, ...(unavailableItems && { unavailable_items: fitting(unavailableItems) }) };
      return { ...stepData(definition, after, event.operation), ...why };
    }
    case 'OperationTurnedAway':
    case 'OperationUnresolved':
      return { ...stepData(definition, after, event.operation), code: event.code, error_message: event.message };
    case 'ReviewRequested':
      return troubleOf(definition, after);
    case 'OrderCompensated':
      return after.cause ? cancellation(definition, after, after.cause) : {};
    default:
      return {};
  }
}

/** An event is one part of a message of a queue, and an order's own items are in it already. */
const MOST_UNAVAILABLE_BYTES = 8_000;

function fitting(items: readonly UnavailableItem[]): readonly UnavailableItem[] {
  let bytes = 0;
  return items.filter((item) => (bytes += new TextEncoder().encode(JSON.stringify(item)).byteLength) <= MOST_UNAVAILABLE_BYTES);
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
  ...reasonOf(definition, cause),
  cancelled_by: cancelledBy(cause),
  refund_issued: isRefunded(definition, state),
});

/** In the saga's own words, with what was told beside them, or as it was told. */
function reasonOf({ reasons }: SagaDefinition, { status, step, code, message }: Cause): FactData {
  const own = status === 'failed' && step !== null ? reasons?.[step] : reasons?.[code];
  return own === undefined ? { reason: message } : { reason: own, error_message: message };
}

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
