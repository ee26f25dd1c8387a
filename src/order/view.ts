/** The wire's view of an order: everything in it is read off the state and its history. */

import type { SagaDefinition } from '../saga/definition.ts';
import { formatMoney } from '../saga/money.ts';
import { operationParts } from '../saga/operation.ts';
import { backwardOf, forwardOf, knownOutputOf, parkedOf, stepAhead } from '../saga/progress.ts';
import { trackingNumberOf } from '../saga/shipment.ts';
import type { SagaState } from '../saga/state.ts';
import { orderStatus, sagaStatus } from '../saga/status.ts';
import { shownOutput } from './sensitive.ts';
import type { OrderError, OrderReview, OrderStatus, OrderView } from './orders-port.ts';

export const time = (at: number): string => new Date(at).toISOString();

export const errorOf = ({ cause }: SagaState): OrderError | null => cause && { step: cause.step, code: cause.code, message: cause.message };

export function statusOf(definition: SagaDefinition, state: SagaState): OrderStatus {
  return {
    order_id: state.order.orderId,
    status: orderStatus(definition, state),
    saga_status: sagaStatus(definition, state),
    current_step: currentStep(definition, state),
    completed_steps: definition.steps
      .filter((step) => forwardOf(state, step) === 'succeeded' && !(step.kind === 'call' && backwardOf(state, step) === 'undone'))
      .map(({ name }) => name),
    error: errorOf(state),
  };
}

/** The step under way, in either direction; null at rest. */
function currentStep(definition: SagaDefinition, state: SagaState): string | null {
  if (state.ending) return null;
  const ahead = state.cause ? undefined : stepAhead(definition, state);
  if (ahead) return ahead.name;
  const back = definition.steps.findLast((step) => {
    if (step.kind !== 'call') return false;
    const backward = backwardOf(state, step);
    // Forward, what succeeded would be undone if the order turned back, and is not.
    return forwardOf(state, step) === 'running' || (state.cause !== null && backward === 'owed') || backward === 'running';
  });
  return back?.name ?? null;
}

export function viewOf(definition: SagaDefinition, state: SagaState): OrderView {
  const { placed, times } = orderPartsOf(state);
  const output = new Map(
    definition.steps.flatMap(({ name }) => Object.entries(shownOutput(definition, name, knownOutputOf(state, name) ?? {}))),
  );
  return {
    ...statusOf(definition, state),
    compensated_steps: compensatedSteps(definition, state),
    ...placed,
    reservation_id: output.get('reservation_id') ?? null,
    payment_id: output.get('payment_id') ?? null,
    shipment_id: output.get('shipment_id') ?? null,
    tracking_number: trackingNumberOf(definition, state),
    review: reviewOf(definition, state),
    ...times,
  };
}

/** What an order was placed with, and its times: told alike whatever is known of its steps. */
export function orderPartsOf(state: SagaState) {
  const { order } = state;
  const self = `/api/v1/orders/${order.orderId}`;
  const placed = {
    tenant: order.tenant,
    saga: state.saga,
    saga_version: state.version,
    customer_id: order.customerId,
    currency: order.currency,
    total: formatMoney(order.totalMinor, order.currency),
    items: order.items.map(({ sku, name, quantity, unitPriceMinor }) => ({
      sku,
      name,
      quantity,
      unit_price: formatMoney(unitPriceMinor, order.currency),
    })),
    shipping_address: {
      street: order.shippingAddress.street,
      city: order.shippingAddress.city,
      state: order.shippingAddress.state,
      postal_code: order.shippingAddress.postalCode,
      country: order.shippingAddress.country,
    },
    payment_method: order.paymentMethod,
  };
  const times = {
    trace_id: state.traceId,
    created_at: time(state.placedAt),
    updated_at: time(state.updatedAt),
    deadline_at: time(state.deadlineAt),
    links: { self, status: `${self}/status`, events: `${self}/events`, cancel: `${self}/cancel` },
  };
  return { placed, times };
}

/** In the order in which they were undone. */
const compensatedSteps = (definition: SagaDefinition, state: SagaState): readonly string[] =>
  definition.steps
    .filter((step) => step.kind === 'call' && backwardOf(state, step) === 'undone')
    .map(({ name }) => name)
    .toReversed();

function reviewOf(definition: SagaDefinition, state: SagaState): OrderReview | null {
  const parked = parkedOf(definition, state);
  if (parked.length === 0) return null;
  return {
    since: time(Math.min(...parked.map((item) => item.state.since))),
    items: parked.map(({ step, operation, state: { code, message, attempt } }) => ({
      step: step.name,
      operation: operationParts(operation).direction,
      code,
      message,
      attempts: attempt,
      outstanding: step.outstanding(state.order, knownOutputOf(state, step.name)),
    })),
  };
}
