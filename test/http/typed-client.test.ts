/** The client of the README compiles against the application's type, and buys what it says. */

import { exports } from 'cloudflare:workers';
import { hc } from 'hono/client';
import { describe, expect, expectTypeOf, it } from 'vitest';
import readme from '../../README.md?raw';
import type { Api } from '../../src/http/api.ts';
import type { OrderView } from '../../src/order/orders-port.ts';
import { buy } from './buy.ts';

const [written = ''] = Object.values(import.meta.glob('./buy.ts', { query: '?raw', import: 'default', eager: true }));

const worker: typeof fetch = (input, init) => exports.default.fetch(new Request(input, init));

const client = (token = 'local-client') => hc<Api>('https://shop.test', { fetch: worker, headers: { Authorization: `Bearer ${token}` } });

it('is shown as it is', () => {
  const shown = readme.replaceAll(/^ {4}/gm, '');
  expect(shown).toContain(written.replace("'../../src/http/api.ts'", "'./src/http/api.ts'"));
});

describe('the typed client', () => {
  it('buys, once for each cart, and tells the story', async () => {
    const story = await buy('https://shop.test', 'local-client', 'cart-17', worker);
    expect(story.at(0)).toBe('OrderPlaced');
    expect(story.at(-1)).toBe('OrderCompleted');
    expect(await buy('https://shop.test', 'local-client', 'cart-17', worker)).toEqual(story);
  });

  it('throws what the problem document says', () =>
    expect(buy('https://shop.test', 'a stranger', 'cart-18', worker)).rejects.toThrow('Use a token that is configured'));

  it('knows what is answered, by whether it went well', async () => {
    const answer = await client().api.v1.orders[':order_id'].$get({ param: { order_id: 'nobody-placed-it' } });
    expect(answer.status).toBe(404);
    if (answer.ok) {
      const order = await answer.json();
      expectTypeOf(order).toExtend<OrderView>();
      throw new Error(`There is an order ${order.order_id}`);
    }
    const problem = await answer.json();
    expectTypeOf(problem.code).toExtend<string>();
    expect(problem.code).toBe('order_not_found');
  });

  it('knows what is asked', async () => {
    const { orders } = client().api.v1;
    // @ts-expect-error: no such decision
    const wrong = { decision: 'perhaps', by: 'ann' } satisfies Parameters<(typeof orders)[':order_id']['approval']['$post']>[0]['json'];
    const answer = await client('local-operator').api.v1.orders[':order_id'].approval.$post({
      param: { order_id: 'one' },
      // @ts-expect-error: likewise
      json: wrong,
    });
    expect(answer.status).toBe(400);
  });
});
