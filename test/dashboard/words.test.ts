import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeAxis } from '../../src/dashboard/story/time-axis.ts';
import { grouped, money } from '../../src/dashboard/words/amounts.ts';
import { clock, duration, fromNow } from '../../src/dashboard/words/times.ts';
import { undirected, visible } from '../../src/dashboard/words/visible.ts';

const NOW = Date.UTC(2026, 10, 21, 12);

describe('a duration', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_240, '1.2 s'],
    [59_999, '59 s'],
    [61_000, '1 min 1 s'],
    [600_000, '10 min'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
    [100_000_000, '1 d 3 h'],
  ])('of %i ms is %j', (ms, words) => expect(duration(ms)).toBe(words));
});

describe('a time', () => {
  it.each([
    [NOW - 400, 'now'],
    [NOW - 3_900, '3 s ago'],
    [NOW + 12_500, 'in 12 s'],
    [NOW - 7_500_000, '2 h 5 min ago'],
  ])('is told from now', (at, words) => expect(fromNow(at, NOW)).toBe(words));

  it('has its day where that is another', () => {
    expect(clock(NOW - 1_000, NOW)).toBe('11:59:59');
    expect(clock(NOW + 86_400_000, NOW)).toBe('2026-11-22 12:00:00');
  });
});

describe('money', () => {
  it.each([
    ['0.00', '0.00'],
    ['999.99', '999.99'],
    ['1299.99', '1,299.99'],
    ['1234567', '1,234,567'],
    ['90071992547409.91', '90,071,992,547,409.91'],
  ])('%s is %s', (amount, words) => expect(grouped(amount)).toBe(words));

  it('has the digits of its currency', () => {
    expect([money(123_456, 'USD'), money(123_456, 'JPY'), money(1_234_567, 'KWD')]).toEqual([
      '1,234.56 USD',
      '123,456 JPY',
      '1,234.567 KWD',
    ]);
  });
});

it('data shows what would hide, and stays the same data', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = visible({ text });
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      if (!/[\u{10000}-\u{10FFFF}]/u.test(text)) expect(JSON.parse(shown)).toEqual({ text });
    }),
  );
});

describe('the axis of an order’s time', () => {
  it('goes from 0 to 100, and what comes later lies further right', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 100_000_000 }), { minLength: 2 }), (times) => {
        const { at } = timeAxis(times);
        const places = times.toSorted((left, right) => left - right).map(at);
        expect(places[0]).toBe(0);
        expect(places.at(-1)).toBeCloseTo(100);
        for (const [index, place] of places.entries()) if (index > 0) expect(place).toBeGreaterThan(places[index - 1] ?? 0);
      }),
    );
  });

  it('is there where no time has passed', () => expect(timeAxis([5, 5]).at(5)).toBe(0));
});

it('what somebody else has said turns nothing around it', () => {
  expect(undirected('\u202E\u2067Gone\u2069, sold\u200F out')).toBe('Gone, sold out');
  expect(undirected('نفدت الكمية')).toBe('نفدت الكمية');
});
