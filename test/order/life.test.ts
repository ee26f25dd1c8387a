import { describe, expect, it } from 'vitest';
import type { History, OrderView } from '../../src/order/orders-port.ts';
import { atRest, call, cancel, expectServed, expectUndone, ledgersOf, newOrderId, place, request, setFault, TOTAL } from './shop.ts';

const operator = { authorization: 'Bearer local-operator' };

const decide = (orderId: string, decision: 'approve' | 'reject') =>
  call('POST', `/api/v1/orders/${orderId}/approval`, { decision, by: 'ann', note: 'Called the customer' }, operator);

const YACHT = { items: [{ sku: 'YACHT', name: 'Yacht', quantity: 1, unit_price: '10000.00' }] };

const historyOf = async (orderId: string, after = 0): Promise<History> =>
  (await call('GET', `/api/v1/orders/${orderId}/events?after=${after}`)).json();

describe('an order that goes well', () => {
  it('is answered before its first participant is called, and makes one call for each step', async () => {
    const id = newOrderId('well');
    await setFault('inventory', id, { route: '/availability', times: 1, fault: { kind: 'slow', delay_ms: 200 } });
    const response = await place(id);
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/api/v1/orders/${id}`);
    expect(await response.json()).toMatchObject({
      order_id: id,
      status: 'pending',
      saga_status: 'running',
      current_step: 'validate_order',
    });
    expect((await ledgersOf(id)).calls).toEqual([]);
    await atRest(id);
    const { calls } = await ledgersOf(id);
    expect(calls.map(({ route }) => route)).toEqual([
      '/availability',
      '/reservations',
      '/charges',
      '/shipments',
      '/notifications',
      '/notifications',
    ]);
    expect(calls.every(({ attempt }) => attempt === 1)).toBe(true);
    await expectServed(id);
  });

  it('is shown whole', async () => {
    const id = newOrderId('shown');
    await place(id);
    const view = await atRest(id);
    const { order_id: _, items, ...body } = request(id);
    expect(view).toEqual({
      ...body,
      items,
      order_id: id,
      tenant: 'local',
      saga: 'order_fulfillment',
      saga_version: 1,
      status: 'completed',
      saga_status: 'completed',
      current_step: null,
      completed_steps: ['validate_order', 'reserve_inventory', 'process_payment', 'create_shipment', 'send_confirmation'],
      compensated_steps: [],
      error: null,
      currency: 'USD',
      total: TOTAL,
      payment_method: 'credit_card',
      reservation_id: expect.stringMatching(/^res_/),
      payment_id: expect.stringMatching(/^pay_/),
      shipment_id: expect.stringMatching(/^shp_/),
      tracking_number: expect.stringMatching(/^TRK/),
      review: null,
      trace_id: expect.stringMatching(/^[\da-f]{32}$/),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: expect.stringMatching(/Z$/),
      deadline_at: new Date(Date.parse(view.created_at) + 36_000).toISOString(),
      links: {
        self: `/api/v1/orders/${id}`,
        status: `/api/v1/orders/${id}/status`,
        events: `/api/v1/orders/${id}/events`,
        cancel: `/api/v1/orders/${id}/cancel`,
      },
    });
    expect(await (await call('GET', `/api/v1/orders/${id}/status`)).json()).toEqual({
      order_id: id,
      status: 'completed',
      saga_status: 'completed',
      current_step: null,
      completed_steps: view.completed_steps,
      error: null,
    });
  });

  it('tells its history without gaps, from anywhere in it', async () => {
    const id = newOrderId('history');
    await place(id);
    await atRest(id);
    const { events, next_after } = await historyOf(id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
    expect(events[0]).toMatchObject({ type: 'OrderPlaced', data: { total: TOTAL, domain_events: ['OrderCreated'] } });
    expect(events.at(-1)).toMatchObject({ type: 'OrderCompleted', data: { domain_events: ['OrderConfirmed'] } });
    expect(next_after).toBe(events.length);
    expect(await historyOf(id, 5)).toMatchObject({ events: events.slice(5), next_after });
    expect(await historyOf(id, next_after)).toEqual({ events: [], next_after, rows: [] });
  });

  it('is waited for where that is preferred', async () => {
    const [good, bad] = [newOrderId('wait-good'), newOrderId('wait-bad')];
    await setFault('payment', bad, {
      route: '/charges',
      fault: { kind: 'refuse', status: 402, code: 'card_declined', message: 'The card was declined' },
    });
    const completed = await place(good, { prefer: 'wait=10' });
    expect([completed.status, await completed.json()]).toMatchObject([201, { status: 'completed' }]);
    const failed = await place(bad, { prefer: 'wait=10' });
    expect([failed.status, await failed.json()]).toMatchObject([422, { code: 'order_failed', reason: 'The card was declined' }]);
    expect((await place(good, { prefer: 'wait=10' })).status).toBe(201);
  });
});

describe('a large order', () => {
  it('waits for a person before anything is reserved, and goes on when approved', async () => {
    const id = newOrderId('approved');
    await place(id, {}, YACHT);
    await waiting(id);
    expect((await ledgersOf(id)).calls.map(({ route }) => route)).toEqual(['/availability']);
    expect((await decide(id, 'approve')).status).toBe(200);
    expect((await decide(id, 'approve')).status).toBe(200);
    expect(await problemOf(await decide(id, 'reject'))).toEqual([409, 'already_decided']);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    const { events } = await historyOf(id);
    expect(events.filter(({ type }) => type === 'ApprovalDecided')).toMatchObject([
      { step: 'approval', data: { decision: 'approve', by: 'ann', note: 'Called the customer' } },
    ]);
  });

  it('is cancelled when rejected, or when its customer does not wait', async () => {
    const [rejected, cancelled] = [newOrderId('rejected'), newOrderId('cancelled')];
    for (const id of [rejected, cancelled]) {
      await place(id, {}, YACHT);
      await waiting(id);
    }
    await decide(rejected, 'reject');
    expect(await atRest(rejected)).toMatchObject({ status: 'cancelled', error: { code: 'approval_rejected' } });
    await cancel(cancelled);
    expect(await atRest(cancelled)).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' } });
    expect(await problemOf(await decide(cancelled, 'approve'))).toEqual([409, 'not_waiting']);
    await Promise.all([rejected, cancelled].map(expectUndone));
  });

  it('is one from the threshold on, and not below it', async () => {
    const id = newOrderId('below');
    await place(id, {}, { items: [{ sku: 'YACHT', name: 'Yacht', quantity: 1, unit_price: '9999.99' }] });
    expect(await problemOf(await decide(id, 'approve'))).toEqual([409, 'not_waiting']);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
  });
});

async function waiting(id: string): Promise<void> {
  const view = async (): Promise<OrderView> => (await call('GET', `/api/v1/orders/${id}`)).json();
  await expect.poll(view).toMatchObject({ status: 'processing', saga_status: 'waiting', current_step: 'approval' });
}

async function problemOf(response: Response): Promise<readonly [number, string]> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const { code }: { readonly code: string } = await response.json();
  return [response.status, code];
}
