import { describe, expect, it } from 'vitest';
import { charge, chargeBody, ledger, matching, newOrder, refund, refundBody, send, summaryOf } from './ledgers.ts';

const items = (sku: string, quantity: number) => [{ sku, quantity }];

const reservation = (orderId: string, sku: string, quantity: number) => ({
  order_id: orderId,
  items: items(sku, quantity),
  expires_in_minutes: 30,
});

const shipment = (orderId: string) => ({
  order_id: orderId,
  address: { street: '1 High St', city: 'Town', state: 'TS', postal_code: '1', country: 'US' },
  items: [{ sku: 'A', quantity: 1, name: 'Thing' }],
});

const shipmentUndo = (orderId: string) => ({ order_id: orderId, shipment_id: null, reason: 'test', undoes: `${orderId}.ship` });

describe('inventory', () => {
  it('says that items are available, and which are not', async () => {
    const order = newOrder();
    await ledger('inventory').setStock('SCARCE', 1);
    const body = (sku: string) => ({ order_id: order, items: items(sku, 2), payment_method: 'credit_card' });
    expect(await send('inventory', '/availability', body('PLENTY'), { key: `${order}.a` })).toEqual({
      status: 200,
      body: { available: true },
    });
    expect(await send('inventory', '/availability', body('SCARCE'), { key: `${order}.b` })).toEqual({
      status: 200,
      body: { available: false, unavailable_items: [{ sku: 'SCARCE', requested: 2, available: 1 }] },
    });
  });

  it('reserves all items or none', async () => {
    const order = newOrder();
    await ledger('inventory').setStock('LAST', 1);
    const body = { order_id: order, items: [...items('PLENTY', 1), ...items('LAST', 2)], expires_in_minutes: 30 };
    expect(await send('inventory', '/reservations', body, { key: `${order}.r` })).toMatchObject({
      status: 409,
      body: { code: 'out_of_stock' },
    });
    expect((await summaryOf(order)).stock).toEqual({});
  });

  it('counts lines of the same SKU together', async () => {
    const order = newOrder();
    await ledger('inventory').setStock('PAIR', 3);
    const body = { order_id: order, items: [...items('PAIR', 2), ...items('PAIR', 2)], expires_in_minutes: 30 };
    expect((await send('inventory', '/reservations', body, { key: `${order}.r` })).status).toBe(409);
  });

  it('gives back on release what was reserved, once', async () => {
    const order = newOrder();
    await ledger('inventory').setStock('ONE', 1);
    const reserved = await send('inventory', '/reservations', reservation(order, 'ONE', 1), { key: `${order}.r` });
    expect(reserved).toEqual({ status: 201, body: { reservation_id: matching(/^res_/) } });
    const release = { order_id: order, reservation_id: null, reason: 'test', undoes: `${order}.r` };
    expect((await send('inventory', '/reservations/release', release, { key: `${order}.u1` })).body).toMatchObject({ undone: true });
    expect(await send('inventory', '/reservations/release', release, { key: `${order}.u2` })).toEqual({
      status: 200,
      body: { undone: false },
    });
    const again = newOrder();
    expect((await send('inventory', '/reservations', reservation(again, 'ONE', 1), { key: `${again}.r` })).status).toBe(201);
    const third = newOrder();
    expect((await send('inventory', '/reservations', reservation(third, 'ONE', 1), { key: `${third}.r` })).status).toBe(409);
    expect((await summaryOf(order)).stock).toEqual({ ONE: { reserved: 1, released: 1, net: 0 } });
  });

  it('never sells more than there is to orders side by side', async () => {
    await ledger('inventory').setStock('RUSH', 3);
    const orders = Array.from({ length: 10 }, newOrder);
    const answers = await Promise.all(
      orders.map((order) => send('inventory', '/reservations', reservation(order, 'RUSH', 1), { key: `${order}.r` })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(7);
  });
});

describe('payment', () => {
  it('charges and refunds in minor units', async () => {
    const order = newOrder();
    expect(await charge(order)).toEqual({ status: 201, body: { payment_id: matching(/^pay_/), amount: '29.99' } });
    expect((await summaryOf(order)).money).toEqual({ charged: '29.99', refunded: '0.00', net: '29.99', currency: 'USD' });
    expect((await refund(order)).body).toMatchObject({ undone: true, amount: '29.99' });
    expect((await summaryOf(order)).money).toEqual({ charged: '29.99', refunded: '29.99', net: '0.00', currency: 'USD' });
  });

  it('knows the decimals of each currency', async () => {
    const order = newOrder();
    const yen = await send('payment', '/charges', chargeBody(order, '1500', 'JPY'), { key: `${order}.y` });
    expect(yen.body).toMatchObject({ amount: '1500' });
    const halfYen = await send('payment', '/charges', chargeBody(order, '1500.5', 'JPY'), { key: `${order}.z` });
    expect(halfYen).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
  });

  it('refuses a refund that is not of the charge it names', async () => {
    const order = newOrder();
    await charge(order);
    const other = await send('payment', '/refunds', refundBody(order, 'pay_other'), { key: `${order}.u1` });
    expect(other).toMatchObject({ status: 409, body: { code: 'reference_mismatch' } });
    const more = await send('payment', '/refunds', { ...refundBody(order), amount: '30.00' }, { key: `${order}.u2` });
    expect(more).toMatchObject({ status: 409, body: { code: 'amount_mismatch' } });
    expect((await summaryOf(order)).money.refunded).toBe('0.00');
  });
});

describe('shipping', () => {
  it('cancels a shipment that was not picked up', async () => {
    const order = newOrder();
    const shipped = await send('shipping', '/shipments', shipment(order), { key: `${order}.ship` });
    expect(shipped).toEqual({
      status: 201,
      body: { shipment_id: matching(/^shp_/), tracking_number: matching(/^TRK/) },
    });
    expect((await send('shipping', '/shipments/cancel', shipmentUndo(order), { key: `${order}.u` })).body).toMatchObject({ undone: true });
    expect(await ledger('shipping').dispatch('local', order)).toBe(0);
    expect((await summaryOf(order)).shipments).toEqual({ live: 0, dispatched: 0, cancelled: 1, returned: 0 });
  });

  it('can only return a shipment that was picked up', async () => {
    const order = newOrder();
    await send('shipping', '/shipments', shipment(order), { key: `${order}.ship` });
    expect(await ledger('shipping').dispatch('local', order)).toBe(1);
    const cancelled = await send('shipping', '/shipments/cancel', shipmentUndo(order), { key: `${order}.u` });
    expect(cancelled).toMatchObject({ status: 409, body: { code: 'already_dispatched' } });
    expect((await summaryOf(order)).shipments).toEqual({ live: 1, dispatched: 1, cancelled: 0, returned: 0 });
    const returned = await send('shipping', '/shipments/return', shipmentUndo(order), { key: `${order}.u.return` });
    expect(returned).toMatchObject({ status: 200, body: { undone: true } });
    expect((await summaryOf(order)).shipments).toEqual({ live: 0, dispatched: 1, cancelled: 0, returned: 1 });
  });
});

describe('notification', () => {
  it('takes each message once', async () => {
    const order = newOrder();
    const body = { order_id: order, user_id: 'c-1', channel: 'email', template: 'order_confirmed', data: { total: '29.99' } };
    const sent = () => send('notification', '/notifications', body, { key: `${order}.mail` });
    expect(await sent()).toEqual({ status: 202, body: {} });
    expect(await sent()).toEqual({ status: 202, body: {} });
    expect((await summaryOf(order)).messages).toEqual([{ channel: 'email', template: 'order_confirmed' }]);
  });
});

describe('a request that no service takes', () => {
  it('names the field that is wrong, and does not burn its key', async () => {
    const order = newOrder();
    const broken = await send('payment', '/charges', { ...chargeBody(order), currency: 'XQX' }, { key: `${order}.charge` });
    expect(broken).toMatchObject({ status: 422, body: { code: 'invalid_request', message: matching(/currency/) } });
    expect((await charge(order)).status).toBe(201);
  });

  it('is refused without a key', async () => {
    const order = newOrder();
    expect(await send('payment', '/charges', chargeBody(order), { key: '' })).toMatchObject({
      status: 400,
      body: { code: 'idempotency_key_missing' },
    });
    expect((await summaryOf(order)).money.charged).toBe('0');
  });

  it('is refused where there is no such route', async () => {
    const order = newOrder();
    expect(await send('shipping', '/charges', chargeBody(order), { key: `${order}.x` })).toMatchObject({
      status: 404,
      body: { code: 'unknown_route' },
    });
  });
});
