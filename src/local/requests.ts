/** How local tools ask the coordinator and the simulated services over HTTP: tokens, the request that starts an order, one exchange. */

/** The tokens of wrangler.toml beside this file. */
export const CLIENT = 'local-client';
export const OPERATOR = 'local-operator';

/** No answer of the coordinator itself takes this long. */
const TIMEOUT_MS = 15_000;

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Ask {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Item {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unit_price: string;
}

export const orderPath = (orderId: string): string => `/api/v1/orders/${orderId}`;

/** `saga`: null for the default. */
export const startRequest = (orderId: string, items: readonly Item[], saga: string | null = null) => ({
  order_id: orderId,
  ...(saga !== null && { saga }),
  customer_id: 'ada',
  currency: 'USD',
  items,
  shipping_address: { street: '1 Main Street', city: 'Springfield', state: 'OR', postal_code: '97477', country: 'US' },
});

/** Returns whatever was answered. The body has to be read, or its connection stays open. */
export const exchange = (fetch: Fetch, baseUrl: string, method: string, path: string, { token, body, headers }: Ask): Promise<Response> =>
  fetch(baseUrl + path, {
    method,
    headers: {
      ...headers,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
