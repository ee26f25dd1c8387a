import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createApp } from '../../../src/http/app.ts';
import { Edge, orderBody, problemOf, TOKENS } from '../edge.ts';
import { FakeOrders } from '../fake-orders.ts';
import { FakeReadModel } from '../fake-read-model.ts';
import { SECRET, signedHeaders } from '../signing.ts';
import { DOCUMENT, errorsOf, OPERATIONS, type Operation } from './conformance.ts';
import { REQUESTS, type Taken } from './requests.ts';

const nameOf = ({ method, path }: { readonly method: string; readonly path: string }): string =>
  `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`;

/** For people: they are no part of the API. */
const isPage = (path: string): boolean => path.startsWith('/docs');

async function edgeFor({ when = {} }: Taken): Promise<Edge> {
  const edge = new Edge({ API_TOKENS: TOKENS, CALLBACK_SECRET: SECRET });
  expect((await edge.start(orderBody({ order_id: 'one' }))).status).toBe(202);
  edge.orders.become('acme', 'one', when);
  return edge;
}

/** `Edge` holds each answer to the document. */
async function send({ method, path }: Operation, taken: Taken, body = taken.body): Promise<Response> {
  const { status, query = '', token = 'acme-client', headers = {} } = taken;
  const edge = await edgeFor(taken);
  edge.orders.atRest = { saga_status: status === 422 ? 'compensated' : 'completed' };
  const isSigned = 'webhook-id' in headers;
  const url = path.replace('{order_id}', 'one').replace('{step}', 'process_payment') + query;
  const signature = isSigned ? signedHeaders(JSON.stringify(body)) : {};
  return edge.call(method, url, { token, headers: { ...headers, ...signature }, body });
}

describe('the document', () => {
  it('has every route of the application, and no other', () => {
    const app = createApp({ orders: () => new FakeOrders(), readModel: () => new FakeReadModel() });
    const routes = app.routes.filter(({ method, path }) => method !== 'ALL' && !isPage(path)).map(nameOf);
    expect(OPERATIONS.map(nameOf).toSorted()).toEqual([...new Set(routes)].toSorted());
  });

  it('needs no token', async () => {
    const answer = await new Edge().call('GET', '/openapi.json', { token: null });
    expect(answer.headers.get('Content-Type')).toBe('application/json');
    expect(await answer.json()).toEqual(DOCUMENT);
  });

  it('names each operation once, and the tests know a request for each', () =>
    expect(OPERATIONS.map(({ operationId }) => operationId).toSorted()).toEqual(Object.keys(REQUESTS).toSorted()));

  it('wants a token or a signature everywhere but here', () => {
    const open = OPERATIONS.filter(({ security }) => security.length === 0).map(({ path }) => path);
    expect(open).toEqual(['/healthz', '/openapi.json']);
  });
});

describe.each(OPERATIONS)('$operationId', (operation) => {
  const requests = REQUESTS[operation.operationId] ?? [];

  it('answers as documented', async () => {
    const statuses = [];
    for (const taken of requests) statuses.push((await send(operation, taken)).status);
    expect(statuses).toEqual(requests.map(({ status }) => status));
  });

  it('is asked in every way that the document has an answer for', () => {
    const documented = Object.keys(operation.responses).filter((status) => status.startsWith('2'));
    const met = requests.map(({ status }) => String(status)).filter((status) => status.startsWith('2'));
    expect([...new Set(met)].toSorted()).toEqual(documented.toSorted());
  });
});

const Body = z.record(z.string(), z.unknown());
const bodySchemaOf = ({ requestBody }: Operation): object => requestBody?.content['application/json']?.schema ?? {};
const WITH_BODY = OPERATIONS.flatMap((operation) =>
  (REQUESTS[operation.operationId] ?? []).flatMap((taken) =>
    taken.body === undefined ? [] : [{ operation, taken, body: Body.parse(taken.body), name: operation.operationId }],
  ),
);

/** The body, each time with one thing about it changed. */
const changed = (body: Readonly<Record<string, unknown>>): readonly object[] => [
  { ...body, surprise: true },
  ...Object.keys(body).flatMap((name) => [
    Object.fromEntries(Object.entries(body).filter(([other]) => other !== name)),
    { ...body, [name]: null },
    { ...body, [name]: '' },
    { ...body, [name]: 'x'.repeat(70) },
    { ...body, [name]: 'x'.repeat(2_000) },
    { ...body, [name]: 7 },
    { ...body, [name]: [] },
    { ...body, [name]: {} },
  ]),
];

describe.each(WITH_BODY)('a body of $name', ({ operation, taken, body }) => {
  const schema = bodySchemaOf(operation);

  it('fits the document', () => expect(errorsOf(schema, body)).toEqual([]));

  it('is refused where the document refuses it', async () => {
    const refused = changed(body).filter((wrong) => errorsOf(schema, wrong).length > 0);
    expect(refused.length).toBeGreaterThan(Object.keys(body).length);
    for (const wrong of refused) {
      const answer = await send(operation, taken, wrong);
      expect(await problemOf(answer), JSON.stringify(wrong)).toMatchObject({ status: 400, code: 'invalid_request' });
    }
  });
});

describe('a query parameter', () => {
  const numeric = OPERATIONS.flatMap((operation) =>
    (operation.parameters ?? []).flatMap(({ in: place, name, schema }) =>
      place === 'query' && schema['type'] === 'integer' ? [{ operation, name, schema, id: operation.operationId }] : [],
    ),
  );

  it('is there to be tried', () =>
    expect(numeric.map(({ id, name }) => `${id} ${name}`)).toEqual([
      'listOrders limit',
      'listReviews limit',
      'eraseCustomer limit',
      'getOrderEvents after',
    ]));

  it.each(numeric)('$id $name has the bounds of the document', async ({ operation, name, schema }) => {
    const [taken] = REQUESTS[operation.operationId] ?? [];
    for (const value of [-1, 0, 1, 50, 100, 101, 1_000]) {
      const query = `?${name}=${value}${taken?.token === 'the-operator' ? '&tenant=acme' : ''}`;
      const answer = await send(operation, { status: 200, token: taken?.token ?? 'acme-client', query });
      expect([value, answer.status]).toEqual([value, errorsOf(schema, value).length > 0 ? 400 : 200]);
    }
  });
});
