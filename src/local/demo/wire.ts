/** What the demonstration reads off the wire. An answer of another shape is an error, so that nothing is judged by guesswork. */

import * as z from 'zod';

const time = z.iso.datetime().transform((text) => Date.parse(text));

const operation = { operation: z.enum(['do', 'undo']), channel: z.string().default('') };
const failure = { code: z.string(), message: z.string() };
const output = {
  reservation_id: z.string().optional(),
  payment_id: z.string().optional(),
  shipment_id: z.string().optional(),
};

/** By these names it is published; left out where it has none. */
const domain_events = z.array(z.string()).exactOptional();

const event = <Type extends string, Data extends z.ZodRawShape>(type: Type, data: Data) =>
  z.object({ seq: z.int(), at: time, type: z.literal(type), step: z.string().default(''), data: z.object({ ...data, domain_events }) });

const historyEvent = z.discriminatedUnion('type', [
  event('OrderPlaced', { total: z.string(), currency: z.string() }),
  event('OperationStarted', operation),
  event('AttemptFailed', { ...operation, ...failure, attempt: z.int(), retry_at: time }),
  event('AttemptInterrupted', { ...operation, attempt: z.int() }),
  event('AttemptStarted', { ...operation, attempt: z.int() }),
  event('OperationAccepted', operation),
  event('OperationDoubted', { ...operation, ...failure }),
  event('ProbeUnanswered', { ...operation, ask_at: time }),
  event('OperationSucceeded', { ...operation, ...output }),
  event('OperationRefused', { ...operation, ...failure }),
  event('OperationTurnedAway', { ...operation, ...failure }),
  event('OperationUnresolved', { ...operation, ...failure }),
  event('NothingToUndoYet', { ...operation, retry_at: time }),
  event('OperationParked', { ...operation, ...failure }),
  event('OperationRetried', { ...operation, by: z.string(), note: z.string() }),
  event('OperationResolved', { ...operation, by: z.string(), note: z.string() }),
  event('StepSkipped', {}),
  event('ApprovalRequested', {}),
  event('ApprovalDecided', { decision: z.enum(['approve', 'reject']), by: z.string(), note: z.string().nullable() }),
  event('RollbackStarted', { outcome: z.enum(['failed', 'cancelled']), ...failure }),
  event('OrderCompleted', {}),
  event('OrderCompensated', {}),
  event('ReviewRequested', {}),
]);

export type HistoryEvent = Readonly<z.output<typeof historyEvent>>;

export const historyAnswer = z.object({ events: z.array(historyEvent), next_after: z.int() });

const outstanding = z.object({ kind: z.string(), amount: z.string().optional(), currency: z.string().optional() });

export const orderView = z.object({
  order_id: z.string(),
  status: z.string(),
  saga_status: z.string(),
  error: z.object({ code: z.string() }).nullable(),
  total: z.string(),
  currency: z.string(),
  items: z.array(z.object({ sku: z.string(), quantity: z.int() })),
  review: z.object({ items: z.array(z.object({ step: z.string(), operation: z.enum(['do', 'undo']), outstanding })) }).nullable(),
});

export type OrderView = Readonly<z.output<typeof orderView>>;

export const orderLedgers = z.object({
  money: z.object({ charged: z.string(), refunded: z.string(), net: z.string() }),
  stock: z.record(z.string(), z.object({ reserved: z.int(), released: z.int(), net: z.int() })),
  shipments: z.object({ live: z.int(), dispatched: z.int(), cancelled: z.int(), returned: z.int() }),
  messages: z.array(z.object({ channel: z.string(), template: z.string() })),
  calls: z.array(z.object({ service: z.string(), route: z.string(), duplicate: z.boolean(), fault: z.string().nullable() })),
});

export type OrderLedgers = Readonly<z.output<typeof orderLedgers>>;
