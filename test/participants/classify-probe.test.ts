import { describe, expect, it } from 'vitest';
import { classifyProbe, type HttpAnswer } from '../../src/participants/classify.ts';
import { answer, charge, refund, unreadable } from './answers.ts';

const ofCharge = (given: HttpAnswer) => classifyProbe(given, charge);
const ofRefund = (given: HttpAnswer) => classifyProbe(given, refund);

const UNANSWERED = { type: 'unanswered' };

describe('a probe', () => {
  it('200 succeeded: what the step needs is read from its output', () => {
    const body = { state: 'succeeded', output: { payment_id: 'pay_1', amount: '29.99' } };
    expect(ofCharge(answer(200, body))).toEqual({ type: 'succeeded', output: { payment_id: 'pay_1' } });
  });

  it.each([{ state: 'succeeded' }, { state: 'succeeded', output: null }, { state: 'succeeded', output: { id: 'pay_1' } }])(
    'of a call with needed fields is unanswered by %j',
    (body) => expect(ofCharge(answer(200, body))).toEqual(UNANSWERED),
  );

  it.each([{ state: 'succeeded' }, { state: 'succeeded', output: null }, { state: 'succeeded', output: { undone: true } }])(
    'of an undo is answered by %j',
    (body) => expect(ofRefund(answer(200, body))).toEqual({ type: 'succeeded', output: {} }),
  );

  it('of an undo that found nothing says so, as the undo itself would have', () => {
    const body = { state: 'succeeded', output: { undone: false } };
    expect(ofRefund(answer(200, body))).toEqual({ type: 'nothing_to_undo' });
  });

  it('200 refused, with the error that it names', () => {
    const error = { code: 'card_declined', message: 'The card was declined' };
    for (const given of [ofCharge, ofRefund])
      expect(given(answer(200, { state: 'refused', error }))).toEqual({ type: 'refused', ...error });
  });

  it.each([undefined, null, 'declined', {}, { code: 'not a code', message: 17 }, []])(
    '200 refused is refused with the error %j, too',
    (error) => {
      expect(ofCharge(answer(200, { state: 'refused', error }))).toEqual({
        type: 'refused',
        code: 'refused',
        message: 'The participant refused it',
      });
    },
  );

  it('has its message bounded, where the participant refuses and where the step does', () => {
    const message = 'x'.repeat(60_000);
    const bounded = { type: 'refused', message: 'x'.repeat(500) };
    expect(ofCharge(answer(200, { state: 'refused', error: { message } }))).toMatchObject(bounded);
    const read = () => ({ type: 'refused', code: 'not_available', message }) as const;
    expect(classifyProbe(answer(200, { state: 'succeeded', output: {} }), { ...charge, read })).toMatchObject(bounded);
  });

  it.each([answer(202), answer(202, { state: 'succeeded', output: { payment_id: 'pay_1' } }), unreadable(202)])(
    '202 is still running',
    (given) => {
      expect(ofCharge(given)).toEqual({ type: 'running' });
      expect(ofRefund(given)).toEqual({ type: 'running' });
    },
  );

  it('404 with the code unknown_operation: never seen', () => {
    expect(ofCharge(answer(404, { code: 'unknown_operation' }))).toEqual({ type: 'never_seen' });
    expect(ofRefund(answer(404, { code: 'unknown_operation', message: 'No' }))).toEqual({ type: 'never_seen' });
  });

  it.each([answer(404), answer(404, {}), answer(404, { code: 'unknown_route' }), unreadable(404), answer(405), answer(501)])(
    'a service without it: %j',
    (given) => {
      expect(ofCharge(given)).toEqual({ type: 'no_probe' });
      expect(ofRefund(given)).toEqual({ type: 'no_probe' });
    },
  );

  it.each([405, 501])('%i is a service without it even with the code unknown_operation', (status) => {
    expect(ofCharge(answer(status, { code: 'unknown_operation' }))).toEqual({ type: 'no_probe' });
  });

  it.each([
    ...[301, 302, 303, 304, 307, 308, 400, 401, 403, 408, 409, 410, 422, 425, 429, 500, 502, 503, 504, 599].map((status) =>
      answer(status, { code: 'unknown_operation', state: 'refused' }),
    ),
    ...[201, 203, 204].map((status) => answer(status, { state: 'refused' })),
    ...[undefined, null, {}, [], 'succeeded', { state: 'running' }, { state: 'Succeeded', output: { payment_id: 'p' } }].map((json) =>
      answer(200, json),
    ),
    unreadable(200),
  ])('says nothing by %j', (given) => {
    expect(ofCharge(given)).toEqual(UNANSWERED);
    expect(ofRefund(given)).toEqual(UNANSWERED);
  });
});
