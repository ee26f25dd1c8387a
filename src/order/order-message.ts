/** What an order's object sends to the queue of domain events: what happened, for others, and where the order stands, for the read model. */

import { z } from 'zod';
import { SAGA_STATUSES } from '../saga/status.ts';
import type { CloudEvent } from './cloud-event.ts';

const count = z.int().min(0);
const time = z.int();
const text = z.string();

const wait = z.object({
  for: z.enum(['answer', 'retry', 'result', 'probe', 'approval', 'delay', 'person']),
  step: text,
  operation: z.enum(['do', 'undo']).nullable(),
  until: time.nullable(),
});

const reviewItem = z.object({
  step: text,
  operation: z.enum(['do', 'undo']),
  code: text,
  message: text,
  attempts: count,
  outstanding: z.object({
    kind: z.enum(['money', 'stock', 'shipment', 'message', 'unknown', 'none']),
    amount: text.optional(),
    currency: text.optional(),
    items: z
      .array(z.object({ sku: text, quantity: z.number() }))
      .readonly()
      .optional(),
    reference: text.optional(),
  }),
});

/** The order view without what a customer's cart and address say. */
const listedOrder = z.object({
  order_id: text,
  tenant: text,
  saga: text,
  saga_version: z.int(),
  status: text,
  saga_status: z.enum(SAGA_STATUSES),
  current_step: text.nullable(),
  completed_steps: z.array(text).readonly(),
  compensated_steps: z.array(text).readonly(),
  error: z.object({ step: text.nullable(), code: text, message: text }).nullable(),
  customer_id: text,
  currency: text,
  total: text,
  payment_method: text,
  reservation_id: text.nullable(),
  payment_id: text.nullable(),
  shipment_id: text.nullable(),
  tracking_number: text.nullable(),
  review: z.object({ since: text, items: z.array(reviewItem).readonly() }).nullable(),
  trace_id: text,
  created_at: text,
  updated_at: text,
  deadline_at: text,
  links: z.object({ self: text, status: text, events: text, cancel: text }),
});

export type ListedOrder = z.infer<typeof listedOrder>;

export const orderSummary = z.object({
  /** Of the last event that it knows: one with a greater number is newer. */
  seq: z.int().min(1),
  placed_at: time,
  /** When the order moves by itself at the latest; null at rest. */
  due_at: time.nullable(),
  took_ms: count.nullable(),
  /** How often it has come to rest in each way: a completed order may be cancelled. */
  ended: z.object({ completed: count, compensated: count, needs_review: count }),
  failures: z.record(text, count),
  waits: z.array(wait).readonly(),
  view: listedOrder,
});

export type OrderSummary = z.infer<typeof orderSummary>;

/** What its reader needs of it: domain events are for others. */
export const orderMessage = z.object({ order: orderSummary, events: z.array(z.unknown()) });

export interface OrderMessage {
  readonly order: OrderSummary;
  readonly events: readonly CloudEvent[];
}
