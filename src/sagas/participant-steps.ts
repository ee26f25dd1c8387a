/** The steps of the participant API that take something and give it back: each saga adds its own time-outs, limits and event names. */

import type { CallContext, Output, Outputs, UndoContext } from '../saga/definition.ts';
import type { StepSpec } from '../saga/builder.ts';
import { fields } from '../saga/read-answer.ts';
import { charged } from './answers.ts';
import { money, quantities, quantitiesWithNames, shipmentAddress } from './bodies.ts';

type Shared<Out extends Output> = Required<Pick<StepSpec<Outputs, Out>, 'call' | 'undo' | 'outstanding'>>;

type Undone<Out extends Output> = Omit<UndoContext, 'output'> & { readonly output: Out | null };

type Reserved = Readonly<Record<'reservation_id', string>>;

export const reserving = {
  call: {
    participant: 'inventory',
    path: '/reservations',
    body: ({ order }: Pick<CallContext, 'order'>) => ({ order_id: order.orderId, items: quantities(order), expires_in_minutes: 30 }),
    read: fields('reservation_id'),
  },
  undo: {
    path: '/reservations/release',
    body: ({ order, output, reason, undoes }: Undone<Reserved>) => ({
      order_id: order.orderId,
      reservation_id: output?.reservation_id ?? null,
      reason,
      undoes,
    }),
  },
  outstanding: (order, output) => ({ kind: 'stock', items: quantities(order), ...(output && { reference: output.reservation_id }) }),
} satisfies Shared<Reserved>;

type Charged = Readonly<Record<'payment_id', string>>;

export const charging = {
  call: {
    participant: 'payment',
    path: '/charges',
    body: ({ order }: Pick<CallContext, 'order'>) => ({
      order_id: order.orderId,
      customer_id: order.customerId,
      ...money(order),
      payment_method: order.paymentMethod,
    }),
    read: charged,
  },
  undo: {
    path: '/refunds',
    body: ({ order, output, reason, undoes }: Undone<Charged>) => ({
      order_id: order.orderId,
      payment_id: output?.payment_id ?? null,
      ...money(order),
      reason,
      undoes,
    }),
  },
  outstanding: (order, output) => ({ kind: 'money', ...money(order), ...(output && { reference: output.payment_id }) }),
} satisfies Shared<Charged>;

type Shipped = Readonly<Record<'shipment_id' | 'tracking_number', string>>;

export const shipping = {
  call: {
    participant: 'shipping',
    path: '/shipments',
    body: ({ order }: Pick<CallContext, 'order'>) => ({
      order_id: order.orderId,
      address: shipmentAddress(order),
      items: quantitiesWithNames(order),
    }),
    read: fields('shipment_id', 'tracking_number'),
  },
  undo: {
    path: '/shipments/cancel',
    body: ({ order, output, reason, undoes }: Undone<Shipped>) => ({
      order_id: order.orderId,
      shipment_id: output?.shipment_id ?? null,
      reason,
      undoes,
    }),
    otherwise: { whenRefused: 'already_dispatched', channel: 'return', path: '/shipments/return' },
  },
  outstanding: (order, output) => ({ kind: 'shipment', items: quantities(order), ...(output && { reference: output.shipment_id }) }),
} satisfies Shared<Shipped>;
