/** Summaries as orders' objects would tell them, made by hand. */

import type { OrderSummary } from '../../src/order/order-message.ts';
import type { ListedOrder } from '../../src/order/wire.ts';

export const START = Date.UTC(2026, 10, 21, 12);

type Part = Partial<Omit<OrderSummary, 'view'>> & { readonly view?: Partial<ListedOrder> };

export function summary(orderId: string, { view, ...part }: Part = {}): OrderSummary {
  const placedAt = part.placed_at ?? START;
  const self = `/api/v1/orders/${orderId}`;
  return {
    seq: 1,
    placed_at: placedAt,
    due_at: null,
    took_ms: null,
    ended: { completed: 0, compensated: 0, needs_review: 0 },
    failures: {},
    waits: [],
    ...part,
    view: {
      order_id: orderId,
      tenant: 'acme',
      saga: 'order_fulfillment',
      saga_version: 1,
      status: 'pending',
      saga_status: 'running',
      current_step: null,
      completed_steps: [],
      compensated_steps: [],
      error: null,
      customer_id: 'c-1',
      currency: 'USD',
      total: '1.00',
      payment_method: 'credit_card',
      reservation_id: null,
      payment_id: null,
      shipment_id: null,
      tracking_number: null,
      review: null,
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      created_at: new Date(placedAt).toISOString(),
      updated_at: new Date(placedAt).toISOString(),
      deadline_at: new Date(placedAt + 1_800_000).toISOString(),
      links: { self, status: `${self}/status`, events: `${self}/events`, cancel: `${self}/cancel` },
      ...view,
    },
  };
}

export const begun = (orderId: string, part: Part = {}): OrderSummary => summary(orderId, { due_at: START + 3_000, ...part });

export const completed = (orderId: string, part: Part = {}): OrderSummary =>
  summary(orderId, {
    seq: 9,
    took_ms: 700,
    ended: { completed: 1, compensated: 0, needs_review: 0 },
    ...part,
    view: { saga_status: 'completed', status: 'completed', tracking_number: `TRACK-${orderId}`, ...part.view },
  });

export const rolledBack = (orderId: string, part: Part = {}): OrderSummary =>
  summary(orderId, {
    seq: 8,
    took_ms: 1_200,
    ended: { completed: 0, compensated: 1, needs_review: 0 },
    failures: { 'process_payment.do': 1 },
    ...part,
    view: { saga_status: 'compensated', status: 'failed', ...part.view },
  });

export const inReview = (orderId: string, part: Part = {}): OrderSummary =>
  summary(orderId, {
    seq: 7,
    ended: { completed: 0, compensated: 0, needs_review: 1 },
    failures: { 'create_shipment.do': 1, 'process_payment.undo': 1 },
    waits: [{ for: 'person', step: 'process_payment', operation: 'undo', until: null }],
    ...part,
    view: {
      saga_status: 'needs_review',
      status: 'needs_review',
      review: {
        since: '2026-11-21T12:00:05.000Z',
        items: [
          {
            step: 'process_payment',
            operation: 'undo',
            code: 'account_closed',
            message: 'The account is closed',
            attempts: 3,
            outstanding: { kind: 'money', amount: '1.00', currency: 'USD' },
          },
        ],
      },
      ...part.view,
    },
  });
