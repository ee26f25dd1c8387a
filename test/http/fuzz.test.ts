/** Whatever anybody sends: an answer that is not the service's own failure, in a form that was promised, and no word of what is nobody's business. */

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { dashboardRoutes } from '../../src/dashboard/dashboard.ts';
import type { EdgeBindings } from '../../src/http/access.ts';
import { createApp } from '../../src/http/app.ts';
import { orderBody, TOKENS } from './edge.ts';
import { FakeOrders } from './fake-orders.ts';
import { FakeReadModel } from './fake-read-model.ts';

const CASES = 10_000;

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const ports = { orders: new FakeOrders(), readModel: new FakeReadModel() };
const deps = { orders: () => ports.orders, readModel: () => ports.readModel };
const app = createApp({ ...deps, dashboard: dashboardRoutes<EdgeBindings>(deps) });

/** What the service knows and nobody is told, and what only its own failure would say. */
const UNTOLD = [SECRET, 'the-operator', 'the-metrics', 'bolt-client', '    at ', 'node_modules', '[object ', 'undefined'];

const HOSTILE = [
  '\0',
  '\r\nX: y',
  '../',
  '..%2f',
  '\ud800',
  '__proto__',
  'constructor',
  "' or 1=1 --",
  '<script>alert(1)</script>',
  '\u202e',
  '%00',
  'é',
  '💥',
];

const text = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constant('x'.repeat(10_000)),
  fc.constantFrom('o-1', '4711'),
);

const json = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  // An order, with something of it replaced.
  fc
    .tuple(
      fc.constantFrom('order_id', 'items', 'total', 'currency', 'customer_id', 'shipping_address', 'saga', '__proto__'),
      fc.jsonValue(),
    )
    .map(([field, value]) => ({ ...orderBody(), [field]: value })),
  fc.record({
    idempotency_key: text,
    outcome: fc.constantFrom('succeeded', 'refused', 'x'),
    output: fc.jsonValue(),
    error: fc.jsonValue(),
  }),
  fc.record({ action: text, step: text, note: text, by: text, decision: text, reason: text }),
);

const body = fc.oneof(
  json.map((value) => JSON.stringify(value) ?? ''),
  text,
  fc.constant(`${'['.repeat(5_000)}${']'.repeat(5_000)}`),
  fc.constant('{"customer_id": "a", "customer_id": "b"}'),
  fc.constant(JSON.stringify(orderBody({ customer_id: 'x'.repeat(70_000) }))),
  text.map((order_id) => JSON.stringify(orderBody({ order_id }))),
);

const paths = [...new Set(app.routes.map(({ path }) => path))];

const filled = (path: string, values: readonly string[]): string => {
  let next = 0;
  return path.replaceAll(/:[a-z_]+(?:\{[^}]*\})?|\*/gi, () => encodeURIComponent((values[next++ % values.length] ?? '').toWellFormed()));
};

const requests = fc.record({
  method: fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'),
  path: fc.oneof(
    fc.tuple(fc.constantFrom(...paths), fc.array(text, { minLength: 1, maxLength: 3 })).map(([path, values]) => filled(path, values)),
    text.map((tail) => `/${encodeURI(tail.toWellFormed())}`),
  ),
  query: fc.dictionary(
    fc.constantFrom('tenant', 'limit', 'cursor', 'status', 'saga_status', 'created_after', 'after', 'customer_id', 'x'),
    text,
    { maxKeys: 3 },
  ),
  token: fc.constantFrom('acme-client', 'the-operator', 'the-metrics', 'nobody', null),
  headers: fc.dictionary(
    fc.constantFrom(
      'Idempotency-Key',
      'Prefer',
      'traceparent',
      'Last-Event-ID',
      'Accept',
      'Content-Type',
      'Content-Length',
      'Content-Encoding',
      'webhook-id',
      'webhook-signature',
      'webhook-timestamp',
      'Cookie',
      'Origin',
      'Sec-Fetch-Site',
    ),
    fc.oneof(fc.constantFrom('application/json', 'text/event-stream', 'wait=1', 'gzip', 'same-origin', '-1', '1e9'), text),
    { maxKeys: 4 },
  ),
  body: fc.option(body),
});

/** Those that may start something. */
const starts = requests.map(({ headers: { 'Content-Type': _type, 'Content-Encoding': _coding, ...headers }, ...rest }) => ({
  ...rest,
  headers,
  method: 'POST',
  path: '/api/v1/orders',
  query: {},
  token: 'acme-client',
}));

/** As a client can send it: what can't be in a header is left out. */
const headersOf = (given: Readonly<Record<string, string>>): Headers =>
  new Headers(Object.entries(given).filter(([, value]) => /^[\t\x20-\x7e]*$/.test(value)));

/** What has to have come back at least once, so that all this is not about one closed door. */
const REACHED = [200, 202, 400, 401, 403, 404, 405, 413];

it(`answers ${CASES} requests of anybody as it has promised`, { timeout: 300_000 }, async () => {
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(
      fc.oneof({ arbitrary: requests, weight: 4 }, { arbitrary: starts, weight: 1 }),
      async ({ method, path, query, token, headers: given, body }) => {
        const headers = headersOf({ 'Content-Type': 'application/json', ...given, Prefer: 'wait=0' });
        if (token !== null) headers.set('Authorization', `Bearer ${token}`);
        const hasBody = body !== null && method !== 'GET' && method !== 'HEAD';
        const address = `https://shop.test${path}?${String(new URLSearchParams(Object.entries(query).map(([name, value]) => [name, value.toWellFormed()])))}`;
        const answer = await app.request(
          address,
          { method, headers, redirect: 'manual', ...(hasBody && { body }) },
          { API_TOKENS: TOKENS, CALLBACK_SECRET: SECRET },
        );
        expect(answer.status).toBeLessThan(500);
        expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff');
        const isStream = answer.headers.get('Content-Type')?.startsWith('text/event-stream');
        const said = isStream ? '' : await answer.text();
        if (isStream) await answer.body?.cancel();
        const isPage = answer.headers.get('Content-Type')?.startsWith('text/html');
        const isText = /css|javascript/.test(answer.headers.get('Content-Type') ?? '');
        if (!isText)
          for (const secret of UNTOLD)
            if (secret !== token && !JSON.stringify([path, body, query]).includes(secret)) expect(said).not.toContain(secret);
        if (isPage) expect(said).not.toMatch(/<script>alert/i);
        if (answer.status >= 400 && !isPage && said !== '')
          expect(JSON.parse(said)).toMatchObject({ status: answer.status, code: expect.any(String) });
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      },
    ),
    { numRuns: CASES },
  );
  expect(REACHED.filter((status) => !statuses.has(status))).toEqual([]);
});
