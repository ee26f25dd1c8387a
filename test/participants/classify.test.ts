import { describe, expect, it } from 'vitest';
import { classify, type HttpAnswer } from '../../src/participants/classify.ts';
import { isRecord } from '../../src/saga/read-answer.ts';
import type { OperationRequest } from '../../src/saga/request.ts';
import { answer, charge, notification, refund, unreadable } from './answers.ts';

const NOW = Date.UTC(2026, 10, 21, 12);

const toCharge = (given: HttpAnswer) => classify(given, charge, NOW);
const toRefund = (given: HttpAnswer) => classify(given, refund, NOW);
const toNotification = (given: HttpAnswer) => classify(given, notification, NOW);

const UNREADABLE = { type: 'unanswered', code: 'unreadable_answer', mayHaveHappened: true };

describe('a 2xx answer', () => {
  it.each([200, 201, 203, 206, 299])('%i with the fields of the step: succeeded, with these fields and no others', (status) => {
    const output = { payment_id: 'pay_1' };
    expect(toCharge(answer(status, { ...output, amount: '29.99', status: 'succeeded' }))).toEqual({ type: 'succeeded', output });
  });

  it.each<[string, HttpAnswer]>([
    ['no body', answer(201)],
    ['a 204', answer(204)],
    ['what is not JSON', unreadable(200)],
    ['null', answer(200, null)],
    ['a list', answer(200, [{ payment_id: 'pay_1' }])],
    ['a string', answer(200, 'pay_1')],
    ['an object without the field', answer(201, { id: 'pay_1' })],
    ['an empty field', answer(201, { payment_id: '' })],
    ['a field of another type', answer(201, { payment_id: 17 })],
    ['a field that is too long', answer(201, { payment_id: 'p'.repeat(256) })],
    ['a state that is no refusal', answer(200, { status: 'pending' })],
  ])('with %s, where fields are needed, is no answer: it may have happened', (_what, given) => {
    expect(toCharge(given)).toMatchObject(UNREADABLE);
  });

  it.each([201, 200, 202])('%i that says declined, failed or rejected is refused, whatever else it says', (status) => {
    for (const word of ['declined', 'failed', 'rejected']) {
      expect(toCharge(answer(status, { status: word, payment_id: 'pay_1' }))).toMatchObject({ type: 'refused', code: word });
      expect(toRefund(answer(status, { status: word, undone: false }))).toMatchObject({ type: 'refused', code: word });
      expect(toNotification(answer(status, { status: word }))).toMatchObject({ type: 'refused', code: word });
    }
  });

  it('that is a refusal may name its own code and message', () => {
    const body = { status: 'declined', code: 'card_declined', message: 'The card was declined' };
    expect(toCharge(answer(200, body))).toEqual({ type: 'refused', code: 'card_declined', message: 'The card was declined' });
  });

  it.each(['Declined', 'succeeded', '', 402, true, null])('whose status is %j is no refusal', (status) => {
    expect(toCharge(answer(201, { status, payment_id: 'pay_1' }))).toMatchObject({ type: 'succeeded' });
  });

  it('that the step reads as a refusal is one, with a bounded message', () => {
    const read: OperationRequest['read'] = () => ({ type: 'refused', code: 'not_available', message: 'x'.repeat(60_000) });
    const reading = classify(answer(200, { available: false }), { ...charge, read }, NOW);
    expect(reading).toEqual({ type: 'refused', code: 'not_available', message: 'x'.repeat(500) });
  });
});

describe('202', () => {
  it.each([answer(202), answer(202, { payment_id: 'pay_1' }), unreadable(202)])('is accepted, forward and back', (given) => {
    expect(toCharge(given)).toEqual({ type: 'accepted' });
    expect(toRefund(given)).toEqual({ type: 'accepted' });
  });

  it('is the end of a notification', () => {
    for (const given of [answer(202), answer(202, { queued: true }), unreadable(202)]) {
      expect(toNotification(given)).toEqual({ type: 'succeeded', output: {} });
    }
  });
});

it.each([answer(200), answer(200, {}), answer(201, { id: 'm1' }), answer(204), unreadable(200)])(
  'any 2xx is the success of a notification: %j',
  (given) => {
    expect(toNotification(given)).toEqual({ type: 'succeeded', output: {} });
    expect(classify(given, { ...notification, direction: 'undo' }, NOW)).toEqual({ type: 'succeeded', output: {} });
  },
);

describe('the answer to an undo', () => {
  it.each([answer(200), answer(200, {}), answer(200, { undone: true }), answer(201, { refund_id: 'r1' }), answer(204)])(
    'is done with %j',
    (given) => expect(toRefund(given)).toEqual({ type: 'succeeded', output: {} }),
  );

  it.each([200, 201, 202, 207])('%i {undone: false}: nothing to undo', (status) => {
    expect(toRefund(answer(status, { undone: false }))).toEqual({ type: 'nothing_to_undo' });
  });

  it.each([0, null, 'false', ''])('is not "nothing to undo" because of {undone: %j}', (undone) => {
    expect(toRefund(answer(200, { undone }))).toEqual({ type: 'succeeded', output: {} });
  });

  it.each([answer(404), answer(404, { code: 'unknown_payment' }), answer(404, { code: 'idempotency_key_unknown' }), unreadable(404)])(
    '404 is nothing to undo: %j',
    (given) => expect(toRefund(given)).toEqual({ type: 'nothing_to_undo' }),
  );

  it('that does not parse is no answer', () => expect(toRefund(unreadable(200))).toMatchObject(UNREADABLE));
});

it('a forward call has nothing to undo: {undone: false} is one field more, 404 a refusal', () => {
  expect(toCharge(answer(201, { undone: false, payment_id: 'pay_1' }))).toMatchObject({ type: 'succeeded' });
  expect(toCharge(answer(404, { code: 'no_customer' }))).toEqual({
    type: 'refused',
    code: 'no_customer',
    message: 'The participant answered 404',
  });
});

it('a refusal without a word that a proxy may have given is vague; one with a word, or of a status that has a reason, is not', () => {
  for (const wordless of [answer(404), unreadable(405), answer(413, {}), answer(421, '<html>')])
    expect(toCharge(wordless)).toMatchObject({ type: 'refused', isVague: true });
  for (const status of [400, 402, 409, 412, 422]) expect(toCharge(answer(status))).not.toHaveProperty('isVague');
  for (const body of [{ code: 'gone_fishing' }, { message: 'No such customer' }])
    expect(toCharge(answer(404, body))).not.toHaveProperty('isVague');
});

describe('a 4xx answer', () => {
  const refusals = [400, 402, 405, 406, 407, 409, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 426, 428, 431, 451, 499];

  it.each(refusals)('%i is refused, with or without a code and a message', (status) => {
    const body = { code: 'no_such_thing', message: 'There is no such thing' };
    for (const given of [toCharge, toRefund, toNotification]) {
      expect(given(answer(status, body))).toEqual({ type: 'refused', ...body });
      for (const silent of [answer(status), unreadable(status), answer(status, ['x'])]) {
        expect(given(silent)).toMatchObject({ type: 'refused', code: `http_${status}`, message: `The participant answered ${status}` });
      }
    }
  });

  it('may say what can not be had, of which is taken what can be read', () => {
    const body = { code: 'out_of_stock', message: 'Too few' };
    const told = [
      { sku: 'A', requested: 3, available: 1, shelf: 7 },
      'B',
      { sku: 'C', available: 'few' },
      { sku: '' },
      { name: 'D' },
      null,
      4,
    ];
    const unavailableItems = [{ sku: 'A', requested: 3, available: 1 }, { sku: 'B' }, { sku: 'C' }];
    expect(toCharge(answer(409, { ...body, unavailable_items: told }))).toEqual({ type: 'refused', ...body, unavailableItems });
    const many = Array.from({ length: 2_000 }, (_, index) => `SKU-${index}`);
    expect(toCharge(answer(409, { ...body, unavailable_items: many }))).toMatchObject({ unavailableItems: { length: 100 } });
    for (const none of [[], 'A', { sku: 'A' }, [null], ['x'.repeat(256)]])
      expect(toCharge(answer(409, { ...body, unavailable_items: none }))).toEqual({ type: 'refused', ...body });
  });

  it.each([401, 403, 410])('%i is our own fault: turned away', (status) => {
    for (const given of [toCharge, toRefund, toNotification]) {
      expect(given(answer(status, { code: 'go_away' }))).toMatchObject({ type: 'turned_away', code: 'go_away' });
      expect(given(answer(status))).toMatchObject({ type: 'turned_away', code: `http_${status}` });
    }
  });

  it.each([400, 402, 404, 409, 422])('%i with a code that begins with idempotency_ is our own fault', (status) => {
    for (const code of ['idempotency_key_reused', 'idempotency_key_missing', 'idempotency_'])
      expect(toCharge(answer(status, { code }))).toMatchObject({ type: 'turned_away', code });
  });

  it.each(['not_idempotency_key', 'Idempotency_key', 'idempotency', 'key_in_use'])('whose code is %s is refused', (code) => {
    expect(toCharge(answer(409, { code }))).toMatchObject({ type: 'refused', code });
    expect(toRefund(answer(409, { code }))).toMatchObject({ type: 'refused', code });
  });

  it.each(['not a code', '', 'x'.repeat(65), '<b>', 'line\nbreak', 17, null, { code: 'x' }])('takes no code of the form %j', (code) => {
    expect(toCharge(answer(422, { code, message: 'No' }))).toEqual({ type: 'refused', code: 'http_422', message: 'No' });
  });

  it.each(['', 17, null, ['x']])('takes no message of the form %j', (message) => {
    const plain = 'The participant answered 422';
    expect(toCharge(answer(422, { code: 'no', message }))).toEqual({ type: 'refused', code: 'no', message: plain });
  });

  it.each([
    answer(422, { message: 'x'.repeat(60_000) }),
    answer(403, { message: 'x'.repeat(60_000) }),
    answer(503, { message: 'x'.repeat(60_000) }),
    answer(200, { status: 'declined', message: 'x'.repeat(60_000) }),
  ])('has its message bounded', (given) => {
    const taken = toCharge(given);
    expect('message' in taken && taken.message).toBe('x'.repeat(500));
  });
});

describe('an answer that asks to try again', () => {
  const rows: readonly [string, HttpAnswer, boolean][] = [
    ['408', answer(408), true],
    ['425', answer(425), false],
    ['429', answer(429), false],
    ['500', answer(500), true],
    ['501', answer(501), true],
    ['502', unreadable(502), true],
    ['503', answer(503, { code: 'idempotency_store_down' }), true],
    ['504', answer(504), true],
    ['520', answer(520), true],
    ['599', answer(599), true],
    ['409 idempotency_key_in_use', answer(409, { code: 'idempotency_key_in_use' }), true],
    ['another 4xx with idempotency_key_in_use', answer(423, { code: 'idempotency_key_in_use' }), true],
  ];

  it.each(rows)('%s is no outcome, forward or back', (_name, given, mayHaveHappened) => {
    for (const outcome of [toCharge(given), toRefund(given), toNotification(given)]) {
      expect(outcome).toMatchObject({ type: 'unanswered', mayHaveHappened });
      expect(outcome).not.toHaveProperty('retryAfterMs');
    }
  });

  it.each(rows)('%s: its Retry-After is a floor', (_name, given) => {
    expect(toCharge({ ...given, retryAfter: '7' })).toMatchObject({ retryAfterMs: 7_000 });
    expect(toCharge({ ...given, retryAfter: 'Sat, 21 Nov 2026 12:00:30 GMT' })).toMatchObject({ retryAfterMs: 30_000 });
    expect(toRefund({ ...given, retryAfter: '0' })).toMatchObject({ retryAfterMs: 0 });
    expect(toRefund({ ...given, retryAfter: 'soon' })).not.toHaveProperty('retryAfterMs');
  });

  it('keeps the code and the message of the participant', () => {
    const body = { code: 'maintenance', message: 'Back at noon' };
    expect(toCharge(answer(503, body))).toMatchObject(body);
    expect(toCharge(answer(503))).toMatchObject({ code: 'http_503', message: 'The participant answered 503' });
  });
});

it('a message is taken without card numbers, credentials and what nobody can see', () => {
  const message = 'Card 4242-4242-4242-4242 (cvc 123)\u0000 declined\ud800 for Bearer abcdef123456';
  expect(toCharge(answer(402, { code: 'card_declined', message }))).toMatchObject({
    type: 'refused',
    message: 'Card [card ending 4242] (cvc [removed])  declined\ufffd for [removed]',
  });
});

describe('a redirect, which is never followed', () => {
  it.each([307, 308])('%i asks for the call to be made elsewhere: turned away', (status) => {
    for (const given of [toCharge, toRefund, toNotification])
      expect(given(answer(status))).toMatchObject({ type: 'turned_away', code: 'unexpected_redirect' });
  });

  it.each([300, 301, 302, 303, 304, 399])('%i may be the answer to a call that was done: no outcome', (status) => {
    for (const given of [toCharge, toRefund, toNotification])
      expect(given(answer(status))).toMatchObject({ type: 'unanswered', code: 'unexpected_redirect', mayHaveHappened: true });
  });
});

it.each([0, 100, 101, 199, 600, 999])('a status that HTTP does not know, %i, is no outcome', (status) => {
  expect(toCharge(answer(status, { payment_id: 'pay_1' }))).toMatchObject({ type: 'unanswered', mayHaveHappened: true });
});

it('the body of an answer is data: a record with odd keys is read like any other', () => {
  const body: unknown = JSON.parse('{"__proto__": {"status": "declined"}, "constructor": 1, "payment_id": "pay_1"}');
  expect(isRecord(body) && toCharge(answer(201, body))).toEqual({ type: 'succeeded', output: { payment_id: 'pay_1' } });
});
