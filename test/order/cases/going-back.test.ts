import { describe, expect, it } from 'vitest';
import { ledger } from '../../participants/simulated/ledgers.ts';
import { atRest, call, cancel, expectUndone, ledgersOf, newOrderId, place, received, request, setFault, TOTAL } from '../shop.ts';
import { callsTo, keysTo, movements, released } from './alone.ts';

describe.concurrent('a refund', () => {
  it('answered 503, then done but never answered, then answered, is one refund', async () => {
    const id = newOrderId('unavailable-lost-well');
    await setFault('payment', id, { route: '/refunds', times: 1, fault: { kind: 'fail', status: 503 } });
    await ledger('payment').addFault({ route: '/refunds', order_id: id, times: 1, fault: { kind: 'lose_answer' } });
    await place(id);
    await atRest(id);
    await cancel(id);
    await released(id);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', review: null });
    expect((await callsTo(id, '/refunds')).map(({ status }) => status)).toEqual([503, null, 200]);
    expect(await keysTo(id, '/refunds')).toHaveLength(1);
    expect(await movements(id)).toEqual({ charges: 1, refunds: 1 });
    await expectUndone(id);
  });

  it('refused for good is parked for a person with amount and reference, and the stock is released all the same', async () => {
    const id = newOrderId('account-closed');
    const noCarrier = { kind: 'refuse', status: 422, code: 'no_carrier', message: 'Nobody ships there' } as const;
    const closed = { kind: 'refuse', status: 422, code: 'account_closed', message: 'The account is closed' } as const;
    await setFault('shipping', id, { route: '/shipments', fault: noCarrier });
    await setFault('payment', id, { route: '/refunds', fault: closed });
    await place(id);
    await released(id);
    const view = await atRest(id);
    expect(view).toMatchObject({
      status: 'needs_review',
      compensated_steps: ['reserve_inventory'],
      error: { step: 'create_shipment', code: 'no_carrier' },
    });
    const { code, message } = closed;
    const outstanding = { kind: 'money', amount: TOTAL, currency: 'USD', reference: view.payment_id };
    expect(view.review?.items).toEqual([{ step: 'process_payment', operation: 'undo', code, message, attempts: 1, outstanding }]);
    const { money, stock, entries } = await ledgersOf(id);
    expect(money).toMatchObject({ charged: TOTAL, refunded: '0.00' });
    expect(Object.values(stock).map(({ net }) => net)).toEqual([0, 0]);
    expect(entries.map(({ facts }) => facts)).toContainEqual(expect.objectContaining({ kind: 'charged', reference: view.payment_id }));
  });
});

describe.concurrent('a shipment', () => {
  it('picked up while it is being cancelled is returned instead', async () => {
    const id = newOrderId('picked-up');
    await setFault('shipping', id, { route: '/shipments/cancel', times: 1, fault: { kind: 'fail', status: 503, retry_after: '1' } });
    await place(id);
    await atRest(id);
    await cancel(id);
    await received(id, '/shipments/cancel');
    expect(await ledger('shipping').dispatch('local', id)).toBe(1);
    await released(id);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', review: null });
    expect((await ledgersOf(id)).shipments).toEqual({ live: 0, dispatched: 1, cancelled: 0, returned: 1 });
    expect((await callsTo(id, '/shipments/cancel')).map(({ status }) => status)).toEqual([503, 409]);
    expect(await keysTo(id, '/shipments/return')).toEqual([`local.${id}.create_shipment.undo.return`]);
    await expectUndone(id);
  });
});

const LIMIT_BYTES = 64 * 1024;

const bytesOf = (body: unknown): number => new TextEncoder().encode(JSON.stringify(body)).length;

/** A hundred items whose names fill the request up to its limit, to the byte. */
function largest(id: string) {
  const items = Array.from({ length: 100 }, (_, index) => ({ sku: `SKU-${index}`, name: 'x', quantity: 3, unit_price: '19.99' }));
  let room = LIMIT_BYTES - bytesOf(request(id, { items }));
  for (const item of items) {
    const letters = Math.min(199, Math.floor(room / 3));
    const rest = letters < 199 ? room % 3 : 0;
    item.name += '長'.repeat(letters) + 'x'.repeat(rest);
    room -= 3 * letters + rest;
  }
  return request(id, { items });
}

describe.concurrent('an order as large as a request can be', () => {
  it('is undone whole when its confirmation is refused at the end', async () => {
    const id = newOrderId('largest');
    const body = largest(id);
    expect(bytesOf(body)).toBe(LIMIT_BYTES);
    await setFault('notification', id, { route: '/notifications', fault: { kind: 'refuse', status: 422, code: 'no', message: 'No' } });
    expect((await call('POST', '/api/v1/orders', { ...body, customer_id: 'c-10' })).status).toBe(413);
    expect((await call('POST', '/api/v1/orders', body)).status).toBe(202);
    await released(id);
    const view = await atRest(id);
    expect(view).toMatchObject({ status: 'failed', saga_status: 'compensated', error: { step: 'send_confirmation' }, items: body.items });
    const { money, stock, shipments } = await ledgersOf(id);
    expect(money).toMatchObject({ charged: '5997.00', refunded: '5997.00' });
    expect(Object.keys(stock)).toHaveLength(100);
    expect(new Set(Object.values(stock).map((moved) => JSON.stringify(moved)))).toEqual(
      new Set([JSON.stringify({ reserved: 3, released: 3, net: 0 })]),
    );
    expect(shipments).toMatchObject({ live: 0, cancelled: 1 });
    expect((await call('GET', `/api/v1/orders/${id}/events`)).status).toBe(200);
  });
});
