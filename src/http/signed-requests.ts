/** The bodies of signed calls: what became of an operation, and where a parcel is. */

import * as z from 'zod';
import type { ShipmentReport } from '../order/orders-port.ts';
import type { Callback } from '../saga/callback.ts';
import type { Json } from '../saga/definition.ts';
import { isRecord } from '../saga/read-answer.ts';
import { redacted } from '../saga/redacted.ts';
import { mustBe, strictObject, text } from './request-schema.ts';

/** A participant's words are taken, but bounded, and without what nobody should keep: they end up in the history and on pages. */
const MAX_MESSAGE_LENGTH = 500;

const Failure = strictObject({
  code: z.string({ error: mustBe('a string') }).regex(/^[\w.:-]{1,64}$/, { error: mustBe('1 to 64 of [A-Za-z0-9_.:-]') }),
  message: z.string({ error: mustBe('a string') }).transform((message) => redacted(message).slice(0, MAX_MESSAGE_LENGTH).toWellFormed()),
});

const idempotency_key = text(512);

/** What is nested deeper is nobody's result, and could not be handed on. */
const MAX_DEPTH = 20;

const Output = z
  .custom<Json>((value) => value !== undefined && isJson(value, MAX_DEPTH), {
    error: mustBe(`a JSON value nested at most ${MAX_DEPTH} deep`),
  })
  .meta({ description: `What the step gives, in JSON nested at most ${MAX_DEPTH} deep` });

const isJson = (value: unknown, depth: number): value is Json =>
  typeof value !== 'object' || value === null || (depth > 0 && Object.values(value).every((part) => isJson(part, depth - 1)));

export const CallbackRequest = z
  .discriminatedUnion(
    'outcome',
    [
      strictObject({ idempotency_key, outcome: z.literal('succeeded'), output: Output }),
      strictObject({ idempotency_key, outcome: z.literal('refused'), error: Failure }),
    ],
    {
      error: ({ input }) =>
        isRecord(input) ? mustBe('"succeeded" or "refused"')({ input: input['outcome'] }) : mustBe('an object')({ input }),
    },
  )
  .transform(({ idempotency_key: idempotencyKey, ...told }): Omit<Callback, 'step'> => ({
    idempotencyKey,
    outcome: told.outcome === 'succeeded' ? { type: 'succeeded', output: told.output } : { type: 'refused', ...told.error },
  }))
  .meta({ id: 'CallbackRequest', description: 'What became of an operation that was answered with 202' });

export const ShipmentRequest = strictObject({
  type: z.enum(['shipped', 'delivered', 'returned'], { error: mustBe('"shipped", "delivered" or "returned"') }),
  tracking_number: text(255).optional(),
  at: z.iso.datetime({ offset: true, error: mustBe('an RFC 3339 time') }),
})
  .transform(({ type: report, tracking_number: trackingNumber = null, at }): ShipmentReport => ({
    report,
    trackingNumber,
    occurredAt: Date.parse(at),
  }))
  .meta({ id: 'ShipmentRequest', description: 'Where the parcel is. It should name its tracking number' });
