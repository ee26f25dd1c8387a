/** Answers and requests for the tests of the participants' client and of its table of answers. */

import { expect } from 'vitest';
import type { HttpAnswer } from '../../src/participants/classify.ts';
import { anything, fields } from '../../src/saga/read-answer.ts';
import type { OperationRequest } from '../../src/saga/request.ts';

export const KEY = 'acme.4711.process_payment.do';

/** A call whose answer has to name the payment. */
export const charge: OperationRequest = {
  participant: 'payment',
  path: '/charges',
  idempotencyKey: KEY,
  step: 'process_payment',
  direction: 'do',
  body: '{"order_id":"4711","customer_id":"c-1","amount":"29.99","currency":"USD","note":"Grüße, 注文"}',
  acceptedIsDone: false,
  read: fields('payment_id'),
};

export const refund: OperationRequest = {
  ...charge,
  path: '/refunds',
  idempotencyKey: 'acme.4711.process_payment.undo',
  direction: 'undo',
  read: anything,
};

export const notification: OperationRequest = {
  ...charge,
  participant: 'notification',
  path: '/notifications',
  idempotencyKey: 'acme.4711.send_confirmation.do.email',
  step: 'send_confirmation',
  acceptedIsDone: true,
  read: anything,
};

/** Without a body: an empty one. */
export const answer = (status: number, json?: unknown, retryAfter: string | null = null): HttpAnswer => ({
  status,
  retryAfter,
  body: json === undefined ? null : { json },
});

export const unreadable = (status: number): HttpAnswer => ({ status, retryAfter: null, body: 'unreadable' });

/** For use within an expected value, where vitest's own would be an `any`. */
export const containing = (part: Readonly<Record<string, unknown>>): unknown => expect.objectContaining(part);
