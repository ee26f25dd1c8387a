import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMoney, isCurrency, minorDigits, parseMoney, sumMinor, type MoneyRefusal } from '../../src/saga/money.ts';
import { ok } from '../../src/saga/result.ts';

const currency = fc.constantFrom('USD', 'JPY', 'KWD', 'CLF');
const minor = fc.oneof(fc.nat(), fc.maxSafeNat());

describe('money', () => {
  it('comes back from the wire as it went out', () => {
    fc.assert(
      fc.property(minor, currency, (amount, code) => {
        expect(parseMoney(formatMoney(amount, code), code)).toEqual(ok(amount));
      }),
    );
  });

  it('comes back from a JSON number exactly, or is refused', () => {
    fc.assert(
      fc.property(minor, currency, (amount, code) => {
        const parsed = parseMoney(Number(formatMoney(amount, code)), code);
        expect(parsed.ok ? parsed.value : parsed.refusal.reason).toBe(amount < 1e15 ? amount : 'inexact_number');
      }),
    );
  });

  it('never takes a fraction of a minor unit', () => {
    fc.assert(
      fc.property(minor, currency, fc.integer({ min: 1, max: 9 }), (amount, code, digit) => {
        const text = formatMoney(amount, code);
        expect(parseMoney(text.includes('.') ? `${text}${digit}` : `${text}.${digit}`, code)).toMatchObject({ ok: false });
      }),
    );
  });

  it('is summed as big integers would be, or not at all', () => {
    const line = fc.record({ quantity: fc.integer({ min: 1, max: 9_999_999 }), unitPriceMinor: minor });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 100 }), (lines) => {
        const exact = lines.map(({ quantity, unitPriceMinor }) => BigInt(quantity) * BigInt(unitPriceMinor)).reduce((a, b) => a + b);
        expect(sumMinor(lines)).toBe(exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : null);
      }),
    );
  });

  it.each([
    ['29.99', 'USD', 2999],
    ['0.1', 'USD', 10],
    ['7', 'USD', 700],
    [19.99, 'USD', 1999],
    [-0, 'USD', 0],
    ['500', 'JPY', 500],
    ['1.234', 'KWD', 1234],
    ['90071992547409.91', 'USD', Number.MAX_SAFE_INTEGER],
  ])('reads %j %s as %d', (input, code, expected) => expect(parseMoney(input, code)).toEqual(ok(expected)));

  it.each<[string | number, string, MoneyRefusal['reason']]>([
    [0.1 + 0.2, 'USD', 'too_many_decimals'],
    ['1.5', 'JPY', 'too_many_decimals'],
    ['1.2345', 'KWD', 'too_many_decimals'],
    ['90071992547409.92', 'USD', 'too_large'],
    [1e20, 'USD', 'too_large'],
    [90071992547409.91, 'USD', 'inexact_number'],
  ])('refuses %j %s: %s', (input, code, reason) => expect(parseMoney(input, code)).toMatchObject({ ok: false, refusal: { reason } }));

  it.each([
    1e21,
    1e-7,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '',
    ' ',
    '-1',
    '+1',
    '-0',
    '01',
    '.5',
    '5.',
    '1e3',
    '1,000',
    '1 ',
    '0x10',
    '١',
    '1.0\n',
    'NaN',
  ])('refuses %j, which is no decimal', (input) => {
    expect(parseMoney(input, 'USD')).toMatchObject({ ok: false, refusal: { reason: 'not_a_decimal' } });
  });

  it('takes the digits of a currency from Intl', () => expect(['USD', 'JPY', 'KWD'].map(minorDigits)).toEqual([2, 0, 3]));

  it.each(['usd', 'US', 'XYZ', '', '$', 'EURO'])('does not know the currency %j', (code) => expect(isCurrency(code)).toBe(false));
});
