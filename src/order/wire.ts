/** The shapes that an order is answered with, described once: types for what makes them, and the API's document for those who read them. */

import * as z from 'zod';
import { SAGA_STATUSES } from '../saga/status.ts';
import { seal } from './seal.ts';

const text = z.string();
const texts = z.array(text).readonly();
const time = text.meta({ format: 'date-time', description: 'RFC 3339, UTC, with milliseconds' });
const amount = text.meta({ pattern: String.raw`^\d+(\.\d+)?$`, examples: ['1299.99'] });
const direction = z.enum(['do', 'undo']);

const orderError = z
  .object({
    step: text.nullable().meta({ description: 'Null where it was no step: a cancellation, the deadline' }),
    code: text,
    message: text,
  })
  .meta({ id: 'OrderError', description: 'Why the order turned back' });

export type OrderError = Readonly<z.infer<typeof orderError>>;

const statusParts = {
  order_id: text,
  status: text.meta({
    description:
      'What a customer is told: pending, processing, completed, failed, cancelled, shipped, delivered, returned, needs_review, or a word of the saga’s own',
  }),
  saga_status: z.enum(SAGA_STATUSES).meta({ description: 'Where the saga stands' }),
  current_step: text.nullable().meta({ description: 'The step under way, in either direction; null at rest' }),
  completed_steps: texts,
  error: orderError.nullable(),
};

export const orderStatus = z.object(statusParts).meta({ id: 'OrderStatus', description: 'The short form of an order' });

export type OrderStatus = Readonly<z.infer<typeof orderStatus>>;

const known = z.object({
  kind: z.enum(['money', 'stock', 'shipment', 'message', 'none']),
  amount: amount.exactOptional(),
  currency: text.exactOptional(),
  items: z
    .array(z.object({ sku: text, quantity: z.number() }).readonly())
    .readonly()
    .exactOptional(),
  reference: text.exactOptional(),
});

const unknown = z.object({
  kind: z.literal('unknown').meta({ description: 'The saga that could tell is not deployed' }),
  reference: text.meta({ description: 'The idempotency key of the call' }),
});

const outstanding = z.discriminatedUnion('kind', [known.readonly(), unknown.readonly()]);

const reviewItem = z
  .object({ step: text, operation: direction, code: text, message: text, attempts: z.int().min(0), outstanding })
  .meta({ id: 'ReviewItem', description: 'A step that no retry could bring to an end, and what is outstanding with it' });

export type ReviewItem = Readonly<z.infer<typeof reviewItem>>;

const orderReview = z
  .object({ since: time, items: z.array(reviewItem.readonly()).readonly() })
  .meta({ id: 'OrderReview', description: 'What waits for a person' });

export type OrderReview = Readonly<z.infer<typeof orderReview>>;

/** The order view without what a customer's cart and address say. */
const listedParts = {
  ...statusParts,
  tenant: text,
  saga: text,
  saga_version: z.int(),
  compensated_steps: texts,
  customer_id: text,
  currency: text,
  total: amount,
  payment_method: text,
  reservation_id: text.nullable(),
  payment_id: text.nullable(),
  shipment_id: text.nullable(),
  tracking_number: text.nullable(),
  review: orderReview.nullable(),
  trace_id: text.meta({ description: 'W3C trace id, 32 hexadecimal digits: the caller’s own where it sent a traceparent' }),
  created_at: time,
  updated_at: time,
  deadline_at: time,
  links: z.object({ self: text, status: text, events: text, cancel: text }).readonly().meta({ description: 'Absolute paths' }),
};

export const listedOrder = z.object(listedParts).meta({ id: 'ListedOrder', description: 'An order without its items and address' });

export type ListedOrder = Readonly<z.infer<typeof listedOrder>>;

const item = z.object({ sku: text, name: text, quantity: z.number(), unit_price: amount });

const address = z.object({ street: text, city: text, state: text, postal_code: text, country: text });

export const orderView = z
  .object({ ...listedParts, items: z.array(item.readonly()).readonly(), shipping_address: address.readonly() })
  .meta({ id: 'Order', description: 'The order view' });

export type OrderView = Readonly<z.infer<typeof orderView>>;

const historyEvent = z
  .object({
    seq: z.int().min(1).meta({ description: 'Its number in the order’s history' }),
    id: text,
    type: text.meta({ examples: ['OrderPlaced', 'OperationSucceeded'] }),
    at: time,
    step: text.exactOptional(),
    data: z.unknown().meta({ description: 'What is particular to the event' }),
  })
  .meta({ id: 'HistoryEvent' });

export type HistoryEvent = Readonly<z.infer<typeof historyEvent>>;

export const recordedRow = seal
  .extend({
    seq: z.int().min(1).meta({ description: 'Of its first event; the others follow on' }),
    at: z.int().meta({ description: 'Milliseconds since 1970' }),
    events: z.array(z.unknown()).readonly(),
    previous: text.meta({ description: 'The hash of the seal before it' }),
  })
  .meta({ id: 'RecordedRow', description: 'A row of the journal as it was recorded and sealed, for who wants to check it' });

export type RecordedRow = Readonly<z.infer<typeof recordedRow>>;

export const history = z
  .object({
    events: z.array(historyEvent.readonly()).readonly(),
    next_after: z.int().min(0).meta({ description: 'What to give as `after` to get what comes next' }),
    rows: z
      .array(recordedRow.readonly())
      .readonly()
      .meta({ description: 'The rows that hold these events; none where they can’t all be told' }),
  })
  .meta({ id: 'History', description: 'An order’s history, oldest first' });

export type History = Readonly<z.infer<typeof history>>;
