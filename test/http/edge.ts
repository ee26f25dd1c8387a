/** The edge under test: the application over orders in memory, and requests as a client would make them, whose answers are held to the API's document. */

import { expect } from 'vitest';
import * as z from 'zod';
import type { EdgeBindings } from '../../src/http/access.ts';
import { createApp } from '../../src/http/app.ts';
import { FakeOrders } from './fake-orders.ts';
import { FakeReadModel } from './fake-read-model.ts';
import { expectDocumented } from './openapi/conformance.ts';

/** Two tenants, so an operator has to name one. */
export const TOKEN_ENTRIES = [
  { token: 'acme-client', role: 'client', tenant: 'acme' },
  { token: 'bolt-client', role: 'client', tenant: 'bolt' },
  { token: 'the-operator', role: 'operator' },
  { token: 'the-metrics', role: 'metrics' },
] as const;

export const TOKENS = JSON.stringify(TOKEN_ENTRIES);

interface Call {
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is when it is a string, bytes or a stream, else as JSON. */
  readonly body?: unknown;
}

export class Edge {
  readonly orders = new FakeOrders();
  readonly readModel = new FakeReadModel();
  readonly #app = createApp({ orders: () => this.orders, readModel: () => this.readModel });
  readonly #env: EdgeBindings;

  constructor(env: EdgeBindings = { API_TOKENS: TOKENS }) {
    this.#env = env;
  }

  async call(method: string, path: string, { token = 'acme-client', headers = {}, body }: Call = {}): Promise<Response> {
    const raw = typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream;
    const init = {
      method,
      headers: {
        ...(token !== null && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: raw ? body : JSON.stringify(body) }),
    };
    const answer = await this.#app.request(path, init, this.#env);
    await expectDocumented(method, path, answer);
    return answer;
  }

  start(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.call('POST', '/api/v1/orders', { body, headers });
  }
}

export const orderBody = (change: Readonly<Record<string, unknown>> = {}) => ({
  customer_id: 'c-1',
  items: [{ sku: 'LAPTOP-X1', name: 'Laptop', quantity: 1, unit_price: '1299.99' }],
  shipping_address: { street: '1 Main St', city: 'Springfield', state: 'IL', postal_code: '62701', country: 'US' },
  ...change,
});

export const itemBody = (change: Readonly<Record<string, unknown>> = {}) => ({ ...orderBody().items[0], ...change });

const ProblemDocument = z.looseObject({
  type: z.string(),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1),
  code: z.string(),
  errors: z.array(z.looseObject({ field: z.string(), detail: z.string(), pointer: z.string().optional() })).optional(),
});

/** Reads a problem document, and holds it to what every one of them promises. */
export async function problemOf(response: Response): Promise<z.infer<typeof ProblemDocument>> {
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  expectSafeHeaders(response);
  const problem = ProblemDocument.parse(await response.json());
  expect(problem).toMatchObject({ status: response.status, type: `/problems/${problem.code}` });
  expect(problem.detail).not.toMatch(/\.$/);
  return problem;
}

export function expectSafeHeaders(response: Response): void {
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
  expect(response.headers.get('Content-Security-Policy')).toBe("default-src 'none'; frame-ancestors 'none'");
  expect(response.headers.get('Referrer-Policy')).toBe('no-referrer');
  expect(response.headers.get('Strict-Transport-Security')).toBe('max-age=31536000');
  expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
}

/** The object in an answer's body. */
export const bodyOf = async (response: Response): Promise<Record<string, unknown>> =>
  z.record(z.string(), z.unknown()).parse(await response.json());

/** For use inside `toMatchObject`: a text that has this part. */
export const containing = (part: string): unknown => expect.stringContaining(part);
