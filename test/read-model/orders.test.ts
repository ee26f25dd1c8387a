import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { OrderPage } from '../../src/read-model/listing.ts';
import type { ReviewPage } from '../../src/read-model/reviews.ts';
import { atRest, call, configure, eventually, newOrderId, place, setFault } from '../order/shop.ts';

const OPERATOR = { authorization: 'Bearer local-operator' };
const REFUSAL = { kind: 'refuse', status: 422, code: 'account_closed', message: 'The account is closed' } as const;

async function listed(query: string): Promise<OrderPage['orders']> {
  const response = await call('GET', `/api/v1/orders?${query}`);
  expect(response.status).toBe(200);
  const page: OrderPage = await response.json();
  return page.orders;
}

const find = async (query: string, orderId: string) => (await listed(query)).find(({ order_id }) => order_id === orderId);

/** As another process would see it: nothing but the list is asked, so nothing wakes the order. */
async function seen(orderId: string, query: string): Promise<void> {
  await eventually(async () => (await find(query, orderId)) !== undefined, `${orderId} in ${query}`);
}

const metrics = async (): Promise<string> => (await call('GET', '/metrics', undefined, { authorization: 'Bearer local-metrics' })).text();

describe.concurrent('an order', () => {
  it('that is completed is found by its status, its customer and its tracking number', async () => {
    const id = newOrderId('listed');
    await place(id, {}, { customer_id: 'c-listed' });
    await seen(id, 'saga_status=completed');
    const order = await find('customer_id=c-listed', id);
    expect(order).toMatchObject({ order_id: id, status: 'completed', saga_status: 'completed', customer_id: 'c-listed', total: '1359.97' });
    const view = await atRest(id);
    expect(order).toMatchObject({ tracking_number: view.tracking_number, payment_id: view.payment_id });
    expect(await listed(`tracking_number=${view.tracking_number}`)).toMatchObject([{ order_id: id }]);
    expect(order).not.toHaveProperty('shipping_address');
    expect(order).not.toHaveProperty('items');
  });

  it('that waits for a person is in the list, and in its group', async () => {
    const id = newOrderId('in-review');
    await setFault('shipping', id, { route: '/shipments', fault: REFUSAL });
    await setFault('payment', id, { route: '/refunds', fault: REFUSAL });
    await place(id);
    await seen(id, 'status=needs_review');
    const response = await call('GET', '/api/v1/reviews', undefined, OPERATOR);
    const { groups }: ReviewPage = await response.json();
    const group = groups.find(({ orders }) => orders.some(({ order_id }) => order_id === id));
    expect(group).toMatchObject({ step: 'process_payment', operation: 'undo', code: 'account_closed' });
  });

  it('that is under way is in the list, with its wait', async () => {
    const id = newOrderId('under-way');
    await place(id, {}, { items: [{ sku: 'CAR', name: 'Car', quantity: 1, unit_price: '20000.00' }] });
    await seen(id, 'saga_status=waiting');
    const row = z
      .object({ summary: z.string() })
      .parse(await env.READ_MODEL.prepare('SELECT summary FROM orders WHERE order_id = ?').bind(id).first());
    expect(JSON.parse(row.summary)).toMatchObject({ waits: [{ for: 'approval', step: 'approval' }], due_at: expect.any(Number) });
  });

  /** In real time, with a payment service that takes so long. */
  const slow = async (id: string, delayMs: number): Promise<string> => {
    await configure(id, { TIME_SCALE: '1' });
    await setFault('payment', id, { route: '/charges', fault: { kind: 'slow', delay_ms: delayMs } });
    await place(id);
    let first: string | undefined;
    await eventually(async () => (first = (await find('limit=100', id))?.saga_status) !== undefined, `${id} in the list`, 30_000);
    return first ?? '';
  };

  it('whose services take some seconds is entered once, when it is at rest', async () =>
    expect(await slow(newOrderId('slow'), 7_000)).toBe('completed'));

  it('that takes longer than ten seconds is in the list before it is at rest', async () =>
    expect(await slow(newOrderId('slower'), 20_000)).toBe('running'));

  it('is counted in the metrics', async () => {
    const id = newOrderId('counted');
    await setFault('payment', id, { route: '/charges', fault: { kind: 'refuse', status: 402, code: 'card_declined', message: 'No' } });
    await place(id);
    await seen(id, 'status=failed');
    const text = await metrics();
    expect(text).toMatch(/^saga_executions_total\{saga_type="order_fulfillment",tenant="local",status="compensated"\} [1-9]/m);
    expect(text).toMatch(
      /^saga_step_failures_total\{saga_type="order_fulfillment",tenant="local",step="process_payment",operation="do"\} [1-9]/m,
    );
    expect(text).toMatch(/^payment_failures_total\{tenant="local"\} [1-9]/m);
    expect(text).toMatch(/^saga_duration_seconds_bucket\{saga_type="order_fulfillment",tenant="local",le="\+Inf"\} [1-9]/m);
  });
});

describe('lists', () => {
  it('are for those who may see them', async () => {
    expect((await call('GET', '/api/v1/reviews')).status).toBe(403);
    expect((await call('GET', '/metrics')).status).toBe(403);
    expect((await call('GET', '/api/v1/orders', undefined, { authorization: 'Bearer local-metrics' })).status).toBe(403);
  });
});
