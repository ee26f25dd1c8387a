/** What an order's object sends to the queue of domain events: what happened, for others, and where the order stands, for the read model. */

import * as z from 'zod';
import type { CloudEvent } from './cloud-event.ts';
import { listedOrder } from './wire.ts';

const count = z.int().min(0);
const time = z.int();
const text = z.string();

const wait = z.object({
  for: z.enum(['answer', 'retry', 'result', 'probe', 'approval', 'delay', 'person']),
  step: text,
  operation: z.enum(['do', 'undo']).nullable(),
  until: time.nullable(),
});

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
  /** The seal of the journal up to that event. */
  journal_hash: text.optional(),
  view: listedOrder,
});

export type OrderSummary = z.infer<typeof orderSummary>;

/** What its reader needs of it: domain events are for others. */
export const orderMessage = z.object({ order: orderSummary, events: z.array(z.unknown()) });

export interface OrderMessage {
  readonly order: OrderSummary;
  readonly events: readonly CloudEvent[];
}
