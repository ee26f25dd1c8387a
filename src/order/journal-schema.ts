/** Parses what was stored: a row of the journal is an edge like any other. */

import * as z from 'zod';
import { parseJson } from '../participants/parse-json.ts';
import type { SagaEvent } from '../saga/event.ts';
import { seal } from './seal.ts';

const text = z.string();
const whole = z.number().int();
const operation = text;
const failure = { operation, code: text, message: text };
const review = { operation, by: text, note: text, deadlineAt: whole };

const unavailableItem = z.object({ sku: text, requested: whole.exactOptional(), available: whole.exactOptional() });

const order = z.object({
  tenant: text,
  orderId: text,
  customerId: text,
  currency: text,
  paymentMethod: text,
  items: z.array(z.object({ sku: text, name: text, quantity: whole, unitPriceMinor: whole })),
  shippingAddress: z.object({ street: text, city: text, state: text, postalCode: text, country: text }),
  totalMinor: whole,
});

const settings = z.object({
  deadlineMs: z.number(),
  timeScale: z.number(),
  needsApproval: z.boolean(),
  confirmationFailure: z.enum(['compensate', 'complete']),
});

const cause = z.object({ status: z.enum(['failed', 'cancelled']), step: text.nullable(), code: text, message: text });

export const journalEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('OrderPlaced'),
    saga: text,
    version: whole,
    order,
    settings,
    deadlineAt: whole,
    idempotencyKey: text.nullable(),
    traceId: text,
  }),
  z.object({ type: z.literal('OperationStarted'), operation }),
  z.object({ type: z.literal('AttemptFailed'), attempt: whole, retryAt: whole, mayHaveHappened: z.boolean(), ...failure }),
  z.object({ type: z.literal('AttemptInterrupted'), attempt: whole, operation }),
  z.object({ type: z.literal('AttemptStarted'), attempt: whole, operation }),
  z.object({ type: z.literal('OperationAccepted'), askAt: whole, operation }),
  z.object({
    type: z.literal('OperationDoubted'),
    askAt: whole,
    refused: z.boolean(),
    notBefore: whole.exactOptional(),
    ...failure,
  }),
  z.object({ type: z.literal('ProbeUnanswered'), askAt: whole, operation }),
  z.object({
    type: z.literal('OperationSucceeded'),
    output: z.record(text, text),
    nothingToUndo: z.literal(true).exactOptional(),
    operation,
  }),
  z.object({ type: z.literal('OperationSucceededLate'), output: z.record(text, text), operation }),
  z.object({ type: z.literal('OperationRefused'), unavailableItems: z.array(unavailableItem).exactOptional(), ...failure }),
  z.object({ type: z.literal('OperationTurnedAway'), ...failure }),
  z.object({ type: z.literal('OperationUnresolved'), ...failure }),
  z.object({ type: z.literal('NothingToUndoYet'), attempt: whole, retryAt: whole, operation }),
  z.object({ type: z.literal('OperationParked'), ...failure }),
  z.object({ type: z.literal('OperationRetried'), ...review }),
  z.object({ type: z.literal('OperationResolved'), ...review }),
  z.object({ type: z.literal('StepSkipped'), step: text }),
  z.object({ type: z.literal('DelayStarted'), step: text, until: whole }),
  z.object({ type: z.literal('DelayEnded'), step: text }),
  z.object({ type: z.literal('ApprovalRequested'), step: text, until: whole.nullable() }),
  z.object({ type: z.literal('ApprovalTimedOut'), step: text, decision: z.enum(['approve', 'reject']) }),
  z.object({
    type: z.literal('ApprovalDecided'),
    step: text,
    decision: z.enum(['approve', 'reject']),
    by: text,
    note: text.nullable(),
  }),
  z.object({
    type: z.literal('ShipmentReported'),
    report: z.enum(['shipped', 'delivered', 'returned']),
    trackingNumber: text.nullable(),
    occurredAt: whole,
    movesStatus: z.boolean(),
  }),
  z.object({ type: z.literal('RollbackStarted'), cause }),
  z.object({ type: z.literal('OrderCompleted') }),
  z.object({ type: z.literal('OrderCompensated') }),
  z.object({ type: z.literal('ReviewRequested') }),
  z.object({ type: z.literal('OrderErased') }),
]) satisfies z.ZodType<SagaEvent>;

const json = text.transform(parseJson);

export const journalRow = z.object({ seq: whole, at: whole, events: json.pipe(z.array(journalEvent)), seal: json.pipe(seal) });

/** The same row, its events as they stand there. */
export const storedRow = z.object({ seq: whole, at: whole, events: json.pipe(z.array(z.unknown())), seal: json.pipe(seal) });

export const lastSeal = z.object({ hash: text });
