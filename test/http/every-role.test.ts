/** Every route of the Worker, and everybody who may come: who is let in, and what the others are told. */

import { describe, expect, it } from 'vitest';
import { dashboardRoutes } from '../../src/dashboard/dashboard.ts';
import type { EdgeBindings } from '../../src/http/access.ts';
import { createApp } from '../../src/http/app.ts';
import { Edge, orderBody, TOKENS } from './edge.ts';
import { FakeOrders } from './fake-orders.ts';
import { FakeReadModel } from './fake-read-model.ts';
import { OPERATIONS } from './openapi/conformance.ts';
import { REQUESTS, type Taken } from './openapi/requests.ts';
import { SECRET, signedHeaders } from './signing.ts';

/** The order is one of the tenant acme. */
const PEOPLE = {
  client: { token: 'acme-client' },
  'client, who names its own tenant': { token: 'acme-client', tenant: 'acme' },
  'a client of another tenant': { token: 'bolt-client' },
  'that client, who names acme': { token: 'bolt-client', tenant: 'acme' },
  operator: { token: 'the-operator', tenant: 'acme' },
  metrics: { token: 'the-metrics', tenant: 'acme' },
  'somebody with a wrong token': { token: 'acme-clien', tenant: 'acme' },
  'somebody with none': { token: null, tenant: 'acme' },
  'somebody with a signature': { token: null, tenant: 'acme', isSigned: true },
  'anybody, while nothing is configured': { token: 'acme-client', tenant: 'acme', env: {} },
} as const satisfies Readonly<Record<string, Person>>;

interface Person {
  readonly token: string | null;
  readonly tenant?: string;
  readonly isSigned?: true;
  readonly env?: EdgeBindings;
}

const ALL = [200, 200, 200, 200, 200, 200, 200, 200, 200, 200];
const OWN_ORDER = [200, 200, 404, 404, 200, 403, 401, 401, 401, 503];
const OPERATOR = [403, 403, 403, 403, 200, 403, 401, 401, 401, 503];
const SIGNED = [401, 401, 401, 401, 401, 401, 401, 401, 200, 503];

/** In the order of the people above. */
const EXPECTED: Readonly<Record<string, readonly number[]>> = {
  startOrder: [202, 202, 202, 403, 202, 403, 401, 401, 401, 503],
  listOrders: [200, 200, 200, 403, 200, 403, 401, 401, 401, 503],
  getOrder: OWN_ORDER,
  getOrderStatus: OWN_ORDER,
  getOrderEvents: OWN_ORDER,
  cancelOrder: [202, 202, 404, 404, 202, 403, 401, 401, 401, 503],
  decideApproval: OPERATOR,
  reviewOrder: OPERATOR,
  callBack: SIGNED,
  reportShipment: SIGNED,
  listReviews: OPERATOR,
  rebuildReadModel: OPERATOR,
  eraseCustomer: OPERATOR,
  recountReadModel: [403, 403, 403, 403, 204, 403, 401, 401, 401, 503],
  getMetrics: [403, 403, 403, 403, 200, 200, 401, 401, 401, 503],
  getHealth: ALL,
  getApiDocument: [200, 200, 200, 200, 200, 200, 200, 200, 200, 503],
};

const TABLE = OPERATIONS.flatMap(({ operationId, method, path }) =>
  Object.entries(PEOPLE).map(([who, person], index) => ({
    who,
    person,
    method,
    path,
    taken: REQUESTS[operationId]?.[0],
    expected: EXPECTED[operationId]?.[index],
  })),
);

async function asked(method: string, path: string, taken: Taken, { token, tenant, isSigned, env }: Person): Promise<[number, Edge]> {
  const { headers = {}, body, when = {} } = taken;
  const edge = new Edge(env ?? { API_TOKENS: TOKENS, CALLBACK_SECRET: SECRET });
  await edge.start(orderBody({ order_id: 'one' }));
  edge.orders.become('acme', 'one', when);
  const unsigned = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('webhook-')));
  const own = isSigned ? { ...unsigned, ...signedHeaders(JSON.stringify(body) ?? '') } : unsigned;
  const url =
    path.replace('{order_id}', 'one').replace('{step}', 'process_payment').replace('{customer_id}', 'c-1') +
    (tenant ? `?tenant=${tenant}` : '');
  return [(await edge.call(method, url, { token, headers: own, body })).status, edge];
}

it('the table has every operation of the API', () =>
  expect(Object.keys(EXPECTED).toSorted()).toEqual(OPERATIONS.map(({ operationId }) => operationId).toSorted()));

describe.each(TABLE)('$method $path', ({ who, person, method, path, taken = { status: 0 }, expected }) => {
  it(`answers ${expected} to ${who}`, async () => expect((await asked(method, path, taken, person))[0]).toBe(expected));
});

it('a client is shown its own tenant’s orders alone', async () => {
  for (const [token, tenant] of [
    ['acme-client', 'acme'],
    ['bolt-client', 'bolt'],
  ] as const) {
    const [, edge] = await asked('GET', '/api/v1/orders', { status: 200 }, { token });
    expect(edge.readModel.asked).toMatchObject([{ list: 'orders', tenant }]);
  }
});

it('the roles of the document are those that are let in', () => {
  const people = Object.keys(PEOPLE);
  for (const { operationId, security } of OPERATIONS) {
    const letIn = ['client', 'operator', 'metrics'].filter((role) => (EXPECTED[operationId]?.[people.indexOf(role)] ?? 0) < 300);
    const documented = security.flatMap(({ token = [] }) => token);
    expect([operationId, documented.toSorted()]).toEqual([operationId, security.length === 0 ? [] : letIn.toSorted()]);
  }
});

it('a Worker without secrets serves nothing but that it is there', async () => {
  const ports = { orders: () => new FakeOrders(), readModel: () => new FakeReadModel() };
  const app = createApp({ ...ports, dashboard: dashboardRoutes<EdgeBindings>(ports) });
  const routes = new Set(app.routes.flatMap(({ method, path }) => (method === 'ALL' ? [] : [`${method} ${path}`])));
  const served: string[] = [];
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    const { status } = await app.request(path.replaceAll(/:\w+/g, 'one'), { method }, {});
    if (status !== 503) served.push(route);
  }
  expect(served).toEqual(['GET /healthz']);
});

describe('a page', () => {
  const ports = { orders: () => new FakeOrders(), readModel: () => new FakeReadModel() };
  const app = createApp({ ...ports, dashboard: dashboardRoutes<EdgeBindings>(ports) });
  const api = new Set(OPERATIONS.map(({ path }) => path));
  const routes = app.routes.flatMap(({ method, path }) =>
    method === 'ALL' || api.has(path.replaceAll(/:(\w+)/g, '{$1}'))
      ? []
      : [`${method} ${path.replaceAll(/:\w+/g, 'one').replace('*', 'nowhere')}`],
  );

  /** Where there is nothing to see, or only the door itself. */
  const OPEN: Readonly<Record<string, number>> = {
    'GET /': 302,
    'GET /docs': 200,
    'GET /docs/reference.css': 200,
    'GET /dashboard/sign-in': 200,
    'POST /dashboard/sign-out': 303,
  };

  it.each([...new Set(routes)])('%s opens to no token in a header', async (route) => {
    const [method = '', path = ''] = route.split(' ');
    const expected = OPEN[route] ?? (path.startsWith('/dashboard/assets/') ? 200 : 401);
    for (const { token } of Object.values(PEOPLE)) {
      const headers: Record<string, string> = token === null ? {} : { Authorization: `Bearer ${token}` };
      const answer = await app.request(path, { method, headers }, { API_TOKENS: TOKENS });
      expect([route, token, answer.status]).toEqual([route, token, expected]);
    }
  });
});
