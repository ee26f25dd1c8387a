/** Orders as a shop places and watches them, through the whole Worker, and what the services' ledgers say of them in the end. */

import { runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { expect } from 'vitest';
import type { OrderSaga } from '../../src/order/order-saga.ts';
import type { OrderView } from '../../src/order/orders-port.ts';
import { orderSummary } from '../../src/participants/simulated/control.ts';
import type { FaultSetting } from '../../src/participants/simulated/faults.ts';
import type { ParticipantName } from '../../src/saga/definition.ts';
import { expectDocumented } from '../http/openapi/conformance.ts';
import { ledger, simulated } from '../participants/simulated/ledgers.ts';

const TENANT = 'local';

let orders = 0;

/** Unlike any other in this run. */
export const newOrderId = (name: string): string => `${name.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 40)}-${(orders += 1)}`;

export const request = (orderId: string, more: Readonly<Record<string, unknown>> = {}) => ({
  order_id: orderId,
  customer_id: 'c-1',
  items: [
    { sku: 'LAPTOP-X1', name: 'Laptop', quantity: 1, unit_price: '1299.99' },
    { sku: 'MOUSE-M2', name: 'Mouse', quantity: 2, unit_price: '29.99' },
  ],
  shipping_address: { street: '123 Main St', city: 'San Francisco', state: 'CA', postal_code: '94102', country: 'US' },
  ...more,
});

export const TOTAL = '1359.97';

/** Every answer is held to the API's document. */
export async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const answer = await exports.default.fetch(`https://shop.test${path}`, {
    method,
    headers: { authorization: 'Bearer local-client', 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  await expectDocumented(method, path, answer);
  return answer;
}

export const place = (orderId: string, headers: Readonly<Record<string, string>> = {}, more: Readonly<Record<string, unknown>> = {}) =>
  call('POST', '/api/v1/orders', request(orderId, more), headers);

export const cancel = (orderId: string) => call('POST', `/api/v1/orders/${orderId}/cancel`, {});

export const objectOf = (orderId: string) => env.ORDERS.getByName(`${TENANT}/${orderId}`);

export const setFault = (service: ParticipantName, orderId: string, setting: Omit<FaultSetting, 'order_id'>) =>
  ledger(service).setFault({ ...setting, order_id: orderId });

export const ledgersOf = (orderId: string) => orderSummary(simulated.SIMULATED_LEDGERS, TENANT, orderId);

/** Waits until the order is at rest, through aborts of its object. Looking at an object wakes it, so what has to go on alone is waited for by `received`. */
export async function atRest(orderId: string, withinMs = 40_000): Promise<OrderView> {
  const end = Date.now() + withinMs;
  for (;;) {
    const view = await viewOf(orderId);
    if (view && ['completed', 'compensated', 'needs_review'].includes(view.saga_status)) return view;
    if (Date.now() > end) throw new Error(`${orderId} is not at rest after ${withinMs} ms: ${JSON.stringify(view)}`);
    await scheduler.wait(20);
  }
}

/** Null while the object is being aborted, too. */
async function viewOf(orderId: string): Promise<OrderView | null> {
  const response = await call('GET', `/api/v1/orders/${orderId}`);
  return response.ok ? response.json() : null;
}

/** Like `expect.poll`, which does not work in tests that run side by side. */
export async function eventually(isSo: () => boolean | Promise<boolean>, what: string, withinMs = 20_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${withinMs} ms`);
    await scheduler.wait(20);
  }
}

/** Waits until a service has received a request of this route for this order. */
export async function received(orderId: string, route: string, times = 1): Promise<void> {
  const arrived = async () => (await ledgersOf(orderId)).calls.filter((entry) => entry.route === route).length;
  await eventually(async () => (await arrived()) >= times, `${route} of ${orderId}`);
}

/** Paid once, in full; reserved once, in full; one shipment on its way. */
export async function expectServed(orderId: string): Promise<void> {
  const { money, stock, shipments } = await ledgersOf(orderId);
  expect(money).toMatchObject({ charged: TOTAL, refunded: '0.00', net: TOTAL });
  expect(stock).toEqual({ 'LAPTOP-X1': { reserved: 1, released: 0, net: 1 }, 'MOUSE-M2': { reserved: 2, released: 0, net: 2 } });
  expect(shipments.live).toBe(1);
}

/** No money kept, no stock held, nothing on its way; and nothing given back twice. */
export async function expectUndone(orderId: string): Promise<void> {
  const { money, stock, shipments } = await ledgersOf(orderId);
  expect(Number(money.net)).toBe(0);
  expect(['0', '0.00', TOTAL]).toContain(money.refunded);
  for (const { net } of Object.values(stock)) expect(net).toBe(0);
  expect(shipments.live).toBe(0);
}

/** The order's object with another configuration than the others': a stranger to them until the first instruction of its order. */
export const configure = (orderId: string, settings: Readonly<Record<string, unknown>>) =>
  runInDurableObject<OrderSaga, void>(objectOf(orderId), (instance) => void Reflect.set(instance, 'env', { ...env, ...settings }));

/** A queue that loses what it is given. */
export const losingQueue = (lost: unknown[] = []) => ({ send: async (message: unknown) => void lost.push(message) });
