/** What the harness reads off the wire. An answer of another shape is an error, so that nothing is judged by guesswork. */

import * as z from 'zod';

const time = z.iso.datetime().transform((text) => Date.parse(text));

const event = z.object({
  seq: z.int(),
  at: time,
  type: z.string(),
  step: z.string().default(''),
  data: z.looseObject({ operation: z.string().default(''), code: z.string().default(''), retry_at: time.optional() }),
});

export type HistoryEvent = Readonly<z.output<typeof event>>;

export const historyAnswer = z.object({ events: z.array(event) });

const outstanding = z.object({
  kind: z.string(),
  amount: z.string().optional(),
  currency: z.string().optional(),
  items: z.array(z.object({ sku: z.string(), quantity: z.int() })).optional(),
  reference: z.string().optional(),
});

const reviewItem = z.object({ step: z.string(), operation: z.enum(['do', 'undo']), outstanding });

export type ReviewItem = Readonly<z.output<typeof reviewItem>>;

export const orderView = z.object({
  order_id: z.string(),
  status: z.string(),
  saga_status: z.enum(['running', 'waiting', 'compensating', 'completed', 'compensated', 'needs_review']),
  review: z.object({ items: z.array(reviewItem) }).nullable(),
  updated_at: time,
  deadline_at: time,
});

export type OrderView = Readonly<z.output<typeof orderView>>;

const loggedCall = z.object({
  service: z.string(),
  route: z.string(),
  direction: z.string(),
  attempt: z.int().nullable(),
  at: time,
  status: z.int().nullable(),
  fault: z.string().nullable(),
});

export type LoggedCall = Readonly<z.output<typeof loggedCall>>;

export const callsAnswer = z.object({ calls: z.array(loggedCall) });

export const orderLedgers = z.object({
  money: z.object({ charged: z.string(), refunded: z.string(), net: z.string(), currency: z.string().nullable() }),
  stock: z.record(z.string(), z.object({ reserved: z.int(), released: z.int(), net: z.int() })),
  shipments: z.object({ live: z.int(), dispatched: z.int(), cancelled: z.int(), returned: z.int() }),
  messages: z.array(z.object({ channel: z.string(), template: z.string() })),
  duplicates: z.int(),
  calls: z.array(loggedCall),
});

export type OrderLedgers = Readonly<z.output<typeof orderLedgers>>;
