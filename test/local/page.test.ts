import { describe, expect, it } from 'vitest';
import { summary, verdictLines } from '../../src/local/demo/page.ts';
import { NO_PAINT, paintFor } from '../../src/local/demo/paint.ts';
import { grouped } from '../../src/local/demo/words.ts';
import { fateOf, outcomeOf, publishing } from './outcomes.ts';

const fate = fateOf();

describe('the page', () => {
  it('tells the books in one line', () => {
    expect(verdictLines(NO_PAINT, { fate, outcome: outcomeOf(), complaints: [] })).toEqual([
      '   ✓ completed · money 1,299.99 charged, net 1,299.99 USD · stock -1 · shipment 1 live · e-mail, push',
    ]);
  });

  it('names what was published', () => {
    const lines = verdictLines(NO_PAINT, {
      fate,
      outcome: outcomeOf({ history: [publishing('OrderPaid', 'OrderConfirmed')] }),
      complaints: [],
    });
    expect(lines.at(-1)).toBe('     published: OrderPaid, OrderConfirmed');
  });

  it('tells what was given back', () => {
    const outcome = outcomeOf({
      view: { status: 'failed' },
      ledgers: {
        money: { charged: '1299.99', refunded: '1299.99', net: '0.00' },
        stock: { 'LAPTOP-X1': { reserved: 1, released: 1, net: 0 } },
        shipments: { live: 0, dispatched: 1, cancelled: 0, returned: 1 },
        messages: [],
      },
    });
    expect(verdictLines(NO_PAINT, { fate, outcome, complaints: [] })).toEqual([
      '   ✓ failed · money 1,299.99 charged, 1,299.99 refunded, net 0.00 USD · stock -1 +1, net 0 · shipment 1 returned · no messages',
    ]);
  });

  it('says what is not as expected, at the order and at the end', () => {
    const results = [
      { fate, outcome: outcomeOf(), complaints: [] },
      { fate: fateOf({}, { orderId: 'wrong' }), outcome: outcomeOf(), complaints: ['the money'] },
      { fate: fateOf({}, { orderId: 'lost' }), outcome: null, complaints: ['it took too long'] },
    ];
    expect(results.map((result) => verdictLines(NO_PAINT, result).at(-1))).toEqual([
      expect.stringContaining('✓ completed'),
      '     not as expected: the money',
      '     not as expected: it took too long',
    ]);
    expect(summary(NO_PAINT, results).slice(-3)).toEqual([
      'wrong: the money',
      'lost: it took too long',
      '2 of 3 orders did not end as they had to.',
    ]);
    expect(summary(NO_PAINT, results.slice(0, 1)).at(-1)).toBe('All 1 orders ended as they had to, and all books agree.');
  });

  it.each([
    ['0', '0'],
    ['999.99', '999.99'],
    ['1299.99', '1,299.99'],
    ['-1299.9999', '-1,299.9999'],
    ['12800000', '12,800,000'],
  ])('writes %s as %s', (amount, text) => {
    expect(grouped(amount)).toBe(text);
  });

  it('has colours only on a terminal, and only where they are wanted', () => {
    expect(paintFor(true, undefined).good('x')).not.toBe('x');
    expect(paintFor(true, '').good('x')).not.toBe('x');
    expect(paintFor(true, '1').good('x')).toBe('x');
    expect(paintFor(false, undefined).good('x')).toBe('x');
  });
});
