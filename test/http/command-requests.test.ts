import { expect, it } from 'vitest';
import { parseApproval, parseCancel, parseReview } from '../../src/http/command-requests.ts';
import { CallbackRequest } from '../../src/http/signed-requests.ts';

const WRITTEN = 'paid with 4242 4242 4242 4242';
const KEPT = 'paid with [card ending 4242]';

it('a card number that somebody writes is not kept: neither a reason nor a note has it', () => {
  expect(parseCancel({ reason: WRITTEN })).toEqual({ ok: true, value: KEPT });
  expect(parseApproval({ decision: 'reject', by: 'ann', note: WRITTEN })).toMatchObject({ value: { note: KEPT } });
  expect(parseReview({ action: 'resolve', step: 'process_payment', by: 'ann', note: WRITTEN })).toMatchObject({ value: { note: KEPT } });
});

it('nor has what a callback says of a failure', () => {
  const refused = { idempotency_key: 'k', outcome: 'refused', error: { code: 'declined', message: WRITTEN } };
  expect(CallbackRequest.parse(refused)).toMatchObject({ outcome: { code: 'declined', message: KEPT } });
});
