import { describe, expect, it } from 'vitest';
import { simulatedControl } from '../../../src/participants/simulated/control.ts';
import type { Json } from '../../../src/saga/definition.ts';
import { charge, ledger, matching, newOrder, refund, simulated } from './ledgers.ts';

const app = simulatedControl();

async function ask(method: string, path: string, body?: Json) {
  const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const response = await app.request(`/simulated${path}`, init, simulated);
  return { status: response.status, type: response.headers.get('content-type'), body: await response.json() };
}

/** Of six pieces. */
async function availability(sku: string): Promise<unknown> {
  const response = await ledger('inventory').fetch('https://inventory/availability', {
    method: 'POST',
    headers: { 'idempotency-key': `${sku}.availability` },
    body: JSON.stringify({ order_id: 'o', items: [{ sku, quantity: 6 }], payment_method: 'credit_card' }),
  });
  return response.json();
}

describe('the control API', () => {
  it('sets, lists and clears faults', async () => {
    const order = newOrder();
    const setting = { service: 'payment', route: '/charges', order_id: order, times: 2, fault: { kind: 'fail', status: 500 } };
    expect(await ask('PUT', '/faults', setting)).toMatchObject({ status: 200, body: setting });
    expect((await charge(order)).status).toBe(500);
    const { times: _times, ...standing } = setting;
    expect((await ask('GET', '/faults')).body).toEqual({ faults: [{ ...standing, times_left: 1 }] });
    expect((await ask('DELETE', `/faults?service=shipping&order_id=${order}`)).body).toEqual({ cleared: 0 });
    expect((await ask('DELETE', `/faults?order_id=${order}`)).body).toEqual({ cleared: 1 });
    expect((await charge(order)).status).toBe(201);
  });

  it('queues a fault behind another', async () => {
    const order = newOrder();
    const setting = { service: 'payment', route: '/charges', order_id: order, times: 1 };
    await ask('PUT', '/faults', { ...setting, fault: { kind: 'fail', status: 500 } });
    await ask('POST', '/faults', { ...setting, fault: { kind: 'fail', status: 502 } });
    expect([(await charge(order)).status, (await charge(order)).status, (await charge(order)).status]).toEqual([500, 502, 201]);
  });

  it.each([
    { field: 'service', body: { service: 'banking', route: '/charges', fault: { kind: 'hang' } } },
    { field: 'route', body: { service: 'payment', route: '/shipments', fault: { kind: 'hang' } } },
    { field: 'fault', body: { service: 'payment', route: '/charges', fault: { kind: 'no_probe' } } },
    { field: 'fault', body: { service: 'payment', route: '/charges', fault: { kind: 'no_fence' } } },
    { field: 'fault', body: { service: 'payment', route: 'GET /operations', fault: { kind: 'late', delay_ms: 1 } } },
    { field: 'fault.delay_ms', body: { service: 'payment', route: '/charges', fault: { kind: 'late' } } },
    { field: 'fault.kind', body: { service: 'payment', route: '/charges', fault: { kind: 'explode' } } },
    { field: 'times', body: { service: 'payment', route: '/charges', times: 0, fault: { kind: 'hang' } } },
  ])('names the field that is wrong: $field of $body', async ({ field, body }) => {
    expect(await ask('PUT', '/faults', body)).toMatchObject({
      status: 400,
      type: 'application/problem+json',
      body: { code: 'invalid_request', detail: matching(new RegExp(`^${field}: `)) },
    });
  });

  it('refuses what is not JSON', async () => {
    const response = await app.request('/simulated/stock', { method: 'PUT', body: '{' }, simulated);
    expect(response.status).toBe(400);
  });

  it('sets the stock of a SKU, and of all that are unknown', async () => {
    expect((await ask('PUT', '/stock', { sku: 'CONTROLLED', level: 0 })).status).toBe(200);
    expect((await ask('PUT', '/stock', { level: 5 })).status).toBe(200);
    expect(await availability('CONTROLLED')).toMatchObject({ unavailable_items: [{ available: 0 }] });
    expect(await availability('UNHEARD-OF')).toMatchObject({ unavailable_items: [{ available: 5 }] });
  });

  it('has nothing to dispatch where nothing was shipped', async () => {
    expect(await ask('PUT', '/shipments/dispatch', { order_id: newOrder() })).toMatchObject({ status: 404, body: { code: 'no_shipment' } });
  });

  it('shows what all services did for an order of a tenant', async () => {
    const order = newOrder();
    await charge(order);
    await refund(order);
    expect((await ask('GET', `/ledgers/${order}`)).body).toMatchObject({
      money: { charged: '29.99', refunded: '29.99', net: '0.00', currency: 'USD' },
      entries: [{ facts: { kind: 'charged' } }, { facts: { kind: 'refunded' }, undoes: `${order}.charge` }],
    });
    expect((await ask('GET', `/calls/${order}`)).body).toMatchObject({ calls: [{ route: '/charges' }, { route: '/refunds' }] });
    expect((await ask('GET', `/ledgers/${order}?tenant=other`)).body).toMatchObject({ money: { charged: '0' }, calls: [] });
  });
});
