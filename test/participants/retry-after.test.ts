import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../src/participants/retry-after.ts';

const NOW = Date.UTC(2026, 10, 21, 12);

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['1', 1_000],
    [' 120 ', 120_000],
    ['007', 7_000],
    ['86400', 86_400_000],
    ['10000000000', 10_000_000_000_000],
  ])('%j is a number of seconds', (header, ms) => expect(retryAfterMs(header, NOW)).toBe(ms));

  it('is no less than for ever when the number is beyond all bounds', () => {
    expect(retryAfterMs('9'.repeat(400), NOW)).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    ['Sat, 21 Nov 2026 12:00:30 GMT', 30_000],
    ['Saturday, 21-Nov-26 12:00:30 GMT', 30_000],
    ['Sat Nov 21 12:00:30 2026', 30_000],
    ['Sun, 22 Nov 2026 12:00:00 GMT', 86_400_000],
    ['Tue Dec  1 12:00:00 2026', 864_000_000],
  ])('%j is a date, in one of the three forms of HTTP', (header, ms) => expect(retryAfterMs(header, NOW)).toBe(ms));

  it.each(['Sat, 21 Nov 2026 12:00:00 GMT', 'Sat, 21 Nov 2026 11:59:59 GMT', 'Sun, 06 Nov 1994 08:49:37 GMT'])(
    'is never negative: %j',
    (header) => expect(retryAfterMs(header, NOW)).toBe(0),
  );

  it.each([
    null,
    '',
    ' ',
    '-1',
    '+5',
    '1.5',
    '1e3',
    '0x10',
    '5, 10',
    '5s',
    '٥',
    'soon',
    'foo 2027',
    'after 2030',
    'May 5',
    '2026-11-21T12:00:30.000Z',
    '21 Nov 2026 12:00:30 GMT',
    'Sat, 21 Nov 2026',
    'Sat, 99 Nov 2026 12:00:30 GMT',
    'Sat, 21 Nov 2026 12:00:30 PST',
    'Sat, 21 Nov 2026 12:00:30',
  ])('%j says nothing', (header) => expect(retryAfterMs(header, NOW)).toBeNull());
});
