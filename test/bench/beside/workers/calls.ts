/** The calls that the default saga makes, for those who make them without it: the same paths, bodies and keys of idempotency. */

import type { OrderRequest } from '../order.ts';

export interface Services {
  readonly PARTICIPANTS_URL: string;
}

interface Call {
  readonly path: string;
  readonly body: object;
}

/** It will not be otherwise next time. */
export class Refused extends Error {}

const quantities = ({ items }: OrderRequest) => items.map(({ sku, quantity }) => ({ sku, quantity }));

export const calls = {
  availability: (order: OrderRequest): Call => ({
    path: '/availability',
    body: { order_id: order.order_id, items: quantities(order), payment_method: order.payment_method },
  }),
  reserve: (order: OrderRequest): Call => ({
    path: '/reservations',
    body: { order_id: order.order_id, items: quantities(order), expires_in_minutes: 30 },
  }),
  release: (order: OrderRequest, reservation: string): Call => ({
    path: '/reservations/release',
    body: { order_id: order.order_id, reservation_id: reservation, reason: 'The order failed' },
  }),
  charge: ({ order_id, customer_id, total, currency, payment_method }: OrderRequest): Call => ({
    path: '/charges',
    body: { order_id, customer_id, amount: total, currency, payment_method },
  }),
  refund: ({ order_id, total, currency }: OrderRequest, payment: string): Call => ({
    path: '/refunds',
    body: { order_id, payment_id: payment, amount: total, currency, reason: 'The order failed' },
  }),
  ship: ({ order_id, shipping_address, items }: OrderRequest): Call => ({
    path: '/shipments',
    body: { order_id, address: shipping_address, items: items.map(({ sku, quantity, name }) => ({ sku, quantity, name })) },
  }),
  cancelShipment: ({ order_id }: OrderRequest, shipment: string): Call => ({
    path: '/shipments/cancel',
    body: { order_id, shipment_id: shipment, reason: 'The order failed' },
  }),
  confirm: ({ order_id, customer_id, items, total, currency }: OrderRequest, channel: 'email' | 'push'): Call => ({
    path: '/notifications',
    body: {
      order_id,
      user_id: customer_id,
      channel,
      template: 'order_confirmed',
      data: { order_id, items: items.map(({ name }) => name), total, currency },
    },
  }),
};

/** Throws `Refused` where the service says no, and anything else where it may be worth another try. */
export async function send<Answer>(services: Services, operation: string, orderId: string, { path, body }: Call): Promise<Answer> {
  const response = await fetch(services.PARTICIPANTS_URL + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `${orderId}.${operation}` },
    body: JSON.stringify(body),
  });
  if (response.ok) return response.json<Answer>();
  const text = await response.text();
  const isRefused = response.status < 500 && response.status !== 429;
  throw isRefused ? new Refused(text) : new Error(`${path} answered ${response.status}`);
}
