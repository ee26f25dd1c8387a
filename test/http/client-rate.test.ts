import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { Edge, orderBody, problemOf, TOKENS } from './edge.ts';

/** Lets each key in so often. */
function lettingIn(times: number) {
  const asked: string[] = [];
  const limit = async ({ key }: RateLimitOptions) => {
    asked.push(key);
    return { success: asked.filter((one) => one === key).length <= times };
  };
  return { asked, edge: new Edge({ API_TOKENS: TOKENS, CLIENT_RATE: { limit } }) };
}

describe('a tenant that asks too often', () => {
  it('is told to wait, and others are not', async () => {
    const { edge } = lettingIn(2);
    for (let time = 0; time < 2; time += 1) expect((await edge.call('GET', '/api/v1/orders/one')).status).toBe(404);
    const refused = await edge.call('GET', '/api/v1/orders/one');
    expect(refused.headers.get('Retry-After')).toBe('60');
    expect(await problemOf(refused)).toMatchObject({ status: 429, code: 'too_many_requests' });
    expect((await edge.call('GET', '/api/v1/orders/one', { token: 'bolt-client' })).status).toBe(404);
  });

  it('starts no order', async () => {
    const { edge } = lettingIn(0);
    expect((await edge.start(orderBody())).status).toBe(429);
    expect(edge.orders.commands).toEqual([]);
  });

  it('is counted by what its token says, and only with a token that is known', async () => {
    const { edge, asked } = lettingIn(9);
    await edge.call('GET', '/api/v1/orders/one?tenant=bolt');
    await edge.call('GET', '/api/v1/orders/one', { token: 'nobody' });
    await edge.call('GET', '/api/v1/orders/one', { token: null });
    expect(asked).toEqual(['acme']);
  });

  it('does not hold operators up', async () => {
    const { edge } = lettingIn(0);
    expect((await edge.call('GET', '/api/v1/reviews', { token: 'the-operator' })).status).toBe(200);
  });
});

it('the platform’s own binding is there', async () => expect(await env.CLIENT_RATE.limit({ key: 'acme' })).toEqual({ success: true }));
