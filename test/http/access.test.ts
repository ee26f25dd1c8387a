import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Edge, orderBody, problemOf, TOKEN_ENTRIES, TOKENS } from './edge.ts';

const ORDER_ROUTES = [
  ['POST', '/api/v1/orders', orderBody({ order_id: 'new' })],
  ['GET', '/api/v1/orders/one', undefined],
  ['GET', '/api/v1/orders/one/status', undefined],
  ['GET', '/api/v1/orders/one/events', undefined],
  ['POST', '/api/v1/orders/one/cancel', undefined],
] as const;
const APPROVAL = ['POST', '/api/v1/orders/one/approval', { decision: 'approve', by: 'ann' }] as const;
const REVIEW = ['POST', '/api/v1/orders/one/review', { action: 'retry', step: 'process_payment', by: 'ann', note: 'Again' }] as const;
const PROTECTED = [...ORDER_ROUTES, APPROVAL, REVIEW];

const REFUND = {
  step: 'process_payment',
  operation: 'undo',
  code: 'no',
  message: 'No',
  attempts: 1,
  outstanding: { kind: 'money' },
} as const;

/** With an order `one` of the tenant acme, which waits for approval, and for a person to look at a refund. */
async function edgeWithOrder(tokens = TOKENS): Promise<Edge> {
  const edge = new Edge({ API_TOKENS: tokens });
  expect((await edge.start(orderBody({ order_id: 'one' }))).status).toBe(202);
  edge.orders.become('acme', 'one', { saga_status: 'waiting', review: { since: '2026-11-21T00:00:00.000Z', items: [REFUND] } });
  return edge;
}

describe.each(PROTECTED)('%s %s', (method, path, body) => {
  const asked = (edge: Edge, token: string | null, query = '') => edge.call(method, path + query, { token, body });

  it('wants a token', async () => {
    const answer = await asked(await edgeWithOrder(), null);
    expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer');
    expect(await problemOf(answer)).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  it('wants a token that is configured', async () => {
    const answer = await asked(await edgeWithOrder(), 'acme-clien');
    expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer error="invalid_token"');
    expect(await problemOf(answer)).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  it('does not guess which tenant the operator means', async () => {
    expect(await problemOf(await asked(await edgeWithOrder(), 'the-operator'))).toMatchObject({ status: 400, code: 'tenant_required' });
  });

  it.each(['', 'a.b', 'a/b', 'x'.repeat(65)])('refuses the tenant %j', async (tenant) => {
    const problem = await problemOf(await asked(await edgeWithOrder(), 'the-operator', `?tenant=${encodeURIComponent(tenant)}`));
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request', errors: [{ field: 'tenant' }] });
  });

  it('refuses two tenants at once', async () => {
    const problem = await problemOf(await asked(await edgeWithOrder(), 'the-operator', '?tenant=acme&tenant=bolt'));
    expect(problem).toMatchObject({ status: 400, errors: [{ field: 'tenant' }] });
  });

  it.each([{}, ...['', '  ', '{', '[]', '[{"token":"acme-client"}]'].map((tokens) => ({ API_TOKENS: tokens }))])(
    'is not configured with %j',
    async (env) => {
      const problem = await problemOf(await new Edge(env).call(method, path, { body }));
      expect(problem).toMatchObject({ status: 503, code: 'not_configured', setting: 'API_TOKENS' });
    },
  );
});

describe('another tenant', () => {
  it.each(ORDER_ROUTES.slice(1))('sees no order at %s %s', async (method, path, body) => {
    const edge = await edgeWithOrder();
    const asked = [
      await edge.call(method, path, { token: 'bolt-client', body }),
      await edge.call(method, `${path}?tenant=acme`, { token: 'bolt-client', body }),
      await edge.call(method, `${path}?tenant=bolt`, { token: 'acme-client', body }),
      await edge.call(method, path.replace('one', 'none'), { token: 'bolt-client', body }),
    ];
    for (const answer of asked) expect(await problemOf(answer)).toMatchObject({ status: 404, code: 'order_not_found' });
  });

  it('can have an order with the same id', async () => {
    const edge = await edgeWithOrder();
    const answer = await edge.call('POST', '/api/v1/orders', {
      token: 'bolt-client',
      body: orderBody({ order_id: 'one', customer_id: 'c-2' }),
    });
    expect(answer.status).toBe(202);
  });

  it('can not be started for', async () => {
    const answer = await new Edge().call('POST', '/api/v1/orders?tenant=bolt', { body: orderBody() });
    expect(await problemOf(answer)).toMatchObject({ status: 403, code: 'forbidden' });
  });
});

describe('with one tenant configured', () => {
  it('the operator means that one', async () => {
    const entries = [...TOKEN_ENTRIES.filter(({ token }) => token !== 'bolt-client'), { token: 'acme-2', role: 'client', tenant: 'acme' }];
    const edge = await edgeWithOrder(JSON.stringify(entries));
    expect((await edge.call('GET', '/api/v1/orders/one', { token: 'the-operator' })).status).toBe(200);
  });
});

describe('GET /healthz', () => {
  it('needs no token and no configuration', async () => {
    const answer = await new Edge({}).call('GET', '/healthz', { token: null });
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff');
  });
});

describe('what has no route', () => {
  it.each(['/', '/api/v1', '/api/v1/orders/', '/api/v1/orders/one/nothing', '/api/v2/orders', '/healthz/'])(
    '%s is not found',
    async (path) => {
      expect(await problemOf(await new Edge().call('GET', path))).toMatchObject({ status: 404, code: 'not_found' });
    },
  );

  it.each([
    ['DELETE', '/api/v1/orders', 'GET, POST, HEAD'],
    ['POST', '/api/v1/reviews', 'GET, HEAD'],
    ['POST', '/metrics', 'GET, HEAD'],
    ['POST', '/api/v1/orders/one', 'GET, HEAD'],
    ['PUT', '/api/v1/orders/one/status', 'GET, HEAD'],
    ['PATCH', '/api/v1/orders/one/events', 'GET, HEAD'],
    ['GET', '/api/v1/orders/one/cancel', 'POST'],
    ['GET', '/api/v1/orders/one/approval', 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
  ])('%s %s is not allowed', async (method, path, allowed) => {
    const answer = await new Edge().call(method, path);
    expect(answer.headers.get('Allow')).toBe(allowed);
    expect(await problemOf(answer)).toMatchObject({ status: 405, code: 'method_not_allowed' });
  });

  it.each(['a.b', 'a%2Fb', 'a'.repeat(65), 'a%20b', '%00', '%E0%A4%A', '..%2f..'])('the order %s does not exist', async (id) => {
    expect(await problemOf(await new Edge().call('GET', `/api/v1/orders/${id}/status`))).toMatchObject({
      status: 404,
      code: 'order_not_found',
    });
  });

  it('HEAD is answered like GET, without a body', async () => {
    const answer = await (await edgeWithOrder()).call('HEAD', '/api/v1/orders/one');
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });
});

describe('a failure behind the edge', () => {
  const logged = vi.spyOn(console, 'error');
  beforeEach(() => void logged.mockImplementation(() => undefined));
  afterEach(() => void logged.mockReset());

  it.each(PROTECTED)('%s %s tells nothing of it, and logs it', async (method, path, body) => {
    const edge = await edgeWithOrder();
    edge.orders.failure = new Error('secret: the disk is full');
    const answer = await edge.call(method, `${path}?tenant=acme`, { token: 'the-operator', body });
    const problem = await problemOf(answer);
    expect(problem).toMatchObject({ status: 500, code: 'internal_error' });
    expect(JSON.stringify(problem)).not.toContain('disk');
    expect(logged).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/"event":"request_failed".*disk is full/));
  });

  it.each([
    ['D1_ERROR: Network connection lost.', 503],
    ['D1_ERROR: D1 DB is overloaded. Requests queued for too long.', 503],
    ['D1_ERROR: no such table: orders: SQLITE_ERROR', 500],
    ['D1_ERROR: NOT NULL constraint failed: orders.seq: SQLITE_CONSTRAINT', 500],
  ])('a database that says "%s" is answered with %i', async (message, status) => {
    const edge = await edgeWithOrder();
    edge.orders.failure = new Error(message);
    expect((await edge.call('GET', '/api/v1/orders/one')).status).toBe(status);
  });

  it.each([{ overloaded: true }, { retryable: true }, { overloaded: true, retryable: true }])('%j is worth another try', async (marks) => {
    const edge = await edgeWithOrder();
    edge.orders.failure = Object.assign(new Error('The object was reset'), marks);
    const answer = await edge.call('GET', '/api/v1/orders/one');
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(await problemOf(answer)).toMatchObject({ status: 503, code: 'unavailable' });
  });
});
