/** The bodies of signed calls: what became of an operation, and where a parcel is. */

import { z } from 'zod';
import type { ShipmentReport } from '../order/orders-port.ts';
import type { Callback } from '../saga/callback.ts';
import type { Json } from '../saga/definition.ts';
import { isRecord } from '../saga/read-answer.ts';
import { ok, type Result } from '../saga/result.ts';
import type { InvalidRequest } from './refusal.ts';
import { mustBe, parseBody, strictObject, text } from './request-schema.ts';

/** A participant's words are taken, but bounded: they end up in the history and on pages. */
const MAX_MESSAGE_LENGTH = 500;

const Failure = strictObject({
  code: z.string({ error: mustBe('a string') }).regex(/^[\w.:-]{1,64}$/, { error: mustBe('1 to 64 of [A-Za-z0-9_.:-]') }),
  message: z.string({ error: mustBe('a string') }).transform((message) => message.slice(0, MAX_MESSAGE_LENGTH).toWellFormed()),
});

const idempotency_key = text(512);

/** What is nested deeper is nobody's result, and could not be handed on. */
const MAX_DEPTH = 20;

const Output = z.custom<Json>((value) => value !== undefined && isJson(value, MAX_DEPTH), {
  error: mustBe(`a JSON value nested at most ${MAX_DEPTH} deep`),
});

const isJson = (value: unknown, depth: number): value is Json =>
  typeof value !== 'object' || value === null || (depth > 0 && Object.values(value).every((part) => isJson(part, depth - 1)));

const CallbackRequest = z.discriminatedUnion(
  'outcome',
  [
    strictObject({ idempotency_key, outcome: z.literal('succeeded'), output: Output }),
    strictObject({ idempotency_key, outcome: z.literal('refused'), error: Failure }),
  ],
  {
    error: ({ input }) =>
      isRecord(input) ? mustBe('"succeeded" or "refused"')({ input: input['outcome'] }) : mustBe('an object')({ input }),
  },
);

const ShipmentRequest = strictObject({
  type: z.enum(['shipped', 'delivered', 'returned'], { error: mustBe('"shipped", "delivered" or "returned"') }),
  tracking_number: text(255).optional(),
  at: z.iso.datetime({ offset: true, error: mustBe('an RFC 3339 time') }),
});

export function parseCallback(body: unknown): Result<Omit<Callback, 'step'>, InvalidRequest> {
  const parsed = parseBody(CallbackRequest, body);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  const idempotencyKey = value.idempotency_key;
  return value.outcome === 'succeeded'
    ? ok({ idempotencyKey, outcome: { type: 'succeeded', output: value.output } })
    : ok({ idempotencyKey, outcome: { type: 'refused', ...value.error } });
}

export function parseShipmentReport(body: unknown): Result<ShipmentReport, InvalidRequest> {
  const parsed = parseBody(ShipmentRequest, body);
  if (!parsed.ok) return parsed;
  const { type: report, tracking_number: trackingNumber = null, at } = parsed.value;
  return ok({ report, trackingNumber, occurredAt: Date.parse(at) });
}
