import { expect, it } from 'vitest';
import { holdsCardNumber, redacted } from '../../src/saga/redacted.ts';

/** The numbers that card networks publish for tests. */
const CARDS = ['4242424242424242', '5555 5555 5555 4444', '3782-822463-10005', '6011111111111117', '4000002760003184', '4222222222222'];

it.each(CARDS)('the card number %s is taken out, but for its end', (number) => {
  expect(holdsCardNumber(`with ${number}, please`)).toBe(true);
  expect(redacted(`with ${number}, please`)).toBe(`with [card ending ${number.slice(-4)}], please`);
});

it.each([
  '4242424242424241',
  'tok_4242424242424242',
  'ref4242424242424242x',
  '1712345678903',
  '123456789012',
  '2026-11-21 10:15',
  '0000000000000000',
  '1299.99',
  'pay_42424242424242424242',
  'order 4711',
])('%s is no card number', (text) => {
  expect(holdsCardNumber(text)).toBe(false);
  expect(redacted(text)).toBe(text);
});

it.each([
  ['CVV: 123 is wrong', 'CVV [removed] is wrong'],
  ['the security code is 1234', 'the security code [removed]'],
  ['Authorization: Bearer abcdefgh1234', 'Authorization: [removed]'],
  ['key sk_live_abc123 is blocked', 'key [removed] is blocked'],
  ['whsec_c2VjcmV0 is old', '[removed] is old'],
  ['first\u0000 line\nsecond \ud800', 'first  line second \ufffd'],
])('%j is kept as %j', (text, kept) => expect(redacted(text)).toBe(kept));

it.each(['The card was declined', 'Bearer of bad news', 'Basic information is missing', '品切れです', 'Not enough 🧦'])(
  '%s is left as it is',
  (text) => expect(redacted(text)).toBe(text),
);
