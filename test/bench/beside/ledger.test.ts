import { describe, expect, it } from 'vitest';
import { judge, type Effect } from './ledger.ts';
import { orderId, totalOf } from './order.ts';

const effect = (path: string, gave: string, body: Effect['body'] = {}, status = 201): Effect => ({
  path,
  key: `${path}.${gave}`,
  body,
  status,
  gave,
});

const TAKEN = [effect('/availability', 'a'), effect('/reservations', 'r')];
const RIGHT: readonly Effect[] = [
  ...TAKEN,
  effect('/charges', 'c', { amount: totalOf(2) }),
  effect('/shipments', 's'),
  effect('/notifications', 'e', { channel: 'email' }),
  effect('/notifications', 'p', { channel: 'push' }),
];
const refused = effect('/charges', 'c', { amount: totalOf(2) }, 402);
const released = effect('/reservations/release', '', { reservation_id: 'r' }, 200);

const good = orderId('round', 1, 'good');
const declined = orderId('round', 1, 'declined');
const without = (path: string) => RIGHT.filter((one) => one.path !== path);

describe('an order whose card is good', () => {
  it('is right with everything once', () => {
    expect(judge(good, 2, RIGHT)).toEqual([]);
  });

  it.each(['/availability', '/reservations', '/charges', '/shipments', '/notifications'])('is wrong without %s', (path) => {
    expect(judge(good, 2, without(path))).not.toEqual([]);
  });

  it('is wrong when it is charged twice, under another key', () => {
    expect(judge(good, 2, [...RIGHT, effect('/charges', 'c2', { amount: totalOf(2) })])).toEqual([
      `${good}: /charges stands in the books 2 times and not 1`,
    ]);
  });

  it('is wrong when another amount is charged', () => {
    const charged = effect('/charges', 'c', { amount: '19.99' });
    expect(judge(good, 2, [...without('/charges'), charged])).toEqual([`${good}: 19.99 was charged and not 20.00`]);
  });

  it('is wrong when its stock is given back', () => {
    expect(judge(good, 2, [...RIGHT, released])).toHaveLength(1);
  });

  it('is wrong when one message goes out twice and the other not', () => {
    const twice = effect('/notifications', 'e2', { channel: 'email' });
    expect(judge(good, 2, [...RIGHT.filter(({ gave }) => gave !== 'p'), twice])).toHaveLength(2);
  });
});

describe('an order whose card is declined', () => {
  it('is right when its stock is given back and nothing else is done', () => {
    expect(judge(declined, 2, [...TAKEN, refused, released])).toEqual([]);
  });

  it('is wrong while it keeps its stock', () => {
    expect(judge(declined, 2, [...TAKEN, refused])).toHaveLength(1);
  });

  it('is wrong when the stock of another is given back', () => {
    const others = effect('/reservations/release', '', { reservation_id: 'of-another' }, 200);
    expect(judge(declined, 2, [...TAKEN, refused, others])).toEqual([`${declined}: of-another was released, which it never had`]);
  });

  it('is wrong when it is charged or shipped all the same', () => {
    expect(judge(declined, 2, [...RIGHT, released])).not.toEqual([]);
  });
});

it('every tenth order of a round has a card that is declined', () => {
  const ids = Array.from({ length: 100 }, (_, nth) => orderId('round', nth, 'mixed'));
  expect(ids.filter((id) => id === id.replace('-declined', ''))).toHaveLength(90);
  expect(new Set(ids).size).toBe(100);
});
