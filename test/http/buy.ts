import { hc } from 'hono/client';
import type { Api } from '../../src/http/api.ts';

const laptop = { sku: 'LAPTOP-X1', name: 'Laptop', quantity: 1, unit_price: '1299.99' };
const home = { street: '123 Main St', city: 'Anytown', state: 'CA', postal_code: '12345', country: 'US' };

export async function buy(url: string, token: string, cart: string, fetch = globalThis.fetch) {
  const { orders } = hc<Api>(url, { fetch, headers: { Authorization: `Bearer ${token}` } }).api.v1;
  const json = { customer_id: 'c-1', items: [laptop], shipping_address: home };
  const placed = await orders.$post({ header: { 'Idempotency-Key': cart, Prefer: 'wait=10' }, json });
  if (!placed.ok) throw new Error((await placed.json()).detail);
  const { order_id } = await placed.json();
  const told = await orders[':order_id'].events.$get({ param: { order_id }, query: { after: '0' } });
  return told.ok ? (await told.json()).events.map(({ type }) => type) : [];
}
