import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { OrderSaga } from '../../src/order/order-saga.ts';
import type { OrderView } from '../../src/order/orders-port.ts';
import { CALLS } from './points.ts';
import { atRest, call, expectServed, ledgersOf, newOrderId, objectOf, place, received, request, setFault } from './shop.ts';

const times = <Item>(count: number, item: Item): readonly Item[] => Array.from({ length: count }, () => item);

describe('an alarm', () => {
  it.each(CALLS)('that rings again and again beside the call of $step makes it once', async ({ service, route }) => {
    const id = newOrderId('alarms');
    await setFault(service, id, { route, times: 1, fault: { kind: 'slow', delay_ms: 200 } });
    await place(id);
    await received(id, route);
    for (let rings = 0; rings < 10; rings += 1) await runDurableObjectAlarm(objectOf(id));
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await runDurableObjectAlarm(objectOf(id));
    await expectServed(id);
    const { calls, duplicates } = await ledgersOf(id);
    expect(calls.map((made) => made.route).toSorted()).toEqual([...CALLS.map((made) => made.route), '/notifications'].toSorted());
    expect(duplicates).toBe(0);
  });

  it('that rings late finds what is owed', async () => {
    const id = newOrderId('late-alarm');
    await setFault('shipping', id, { route: '/shipments', times: 1, fault: { kind: 'fail', status: 503, retry_after: '1' } });
    await place(id);
    await received(id, '/shipments');
    await expect.poll(async () => (await call('GET', `/api/v1/orders/${id}`)).json()).toMatchObject({ saga_status: 'waiting' });
    await runInDurableObject(objectOf(id), (_, { storage }) => storage.deleteAlarm());
    await scheduler.wait(1_500);
    expect((await ledgersOf(id)).calls.filter(({ route }) => route === '/shipments')).toHaveLength(1);
    await runInDurableObject<OrderSaga, void>(objectOf(id), (instance) => instance.alarm());
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await expectServed(id);
  });
});

describe('two starts at once', () => {
  it('with one key are one order', async () => {
    const { order_id: _, ...body } = request('');
    const headers = { 'idempotency-key': newOrderId('key') };
    const responses = await Promise.all(times(10, null).map(() => call('POST', '/api/v1/orders', body, headers)));
    const views: readonly OrderView[] = await Promise.all(responses.map((response) => response.json<OrderView>()));
    const [id = ''] = new Set(views.map((view) => view.order_id));
    expect(new Set(views.map((view) => view.order_id)).size).toBe(1);
    expect(responses.map(({ status }) => status)).toEqual(times(10, 202));
    expect(responses.filter((response) => response.headers.get('idempotency-replayed') === 'true')).toHaveLength(9);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await expectServed(id);
  });

  it('with one order id are one order', async () => {
    const id = newOrderId('same-id');
    await Promise.all(times(10, id).map((same) => place(same)));
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await expectServed(id);
  });
});

describe('a key', () => {
  it('belongs to one body, however the order is named', async () => {
    const { order_id: _, ...unnamed } = request('');
    const start = (body: unknown, key: string) => call('POST', '/api/v1/orders', body, { 'idempotency-key': key });
    const [named, alone] = [newOrderId('key-named'), newOrderId('key-alone')];
    expect((await start(request(named), named)).status).toBe(202);
    expect((await start(request(named), named)).headers.get('idempotency-replayed')).toBe('true');
    expect((await start(request(newOrderId('other')), named)).status).toBe(422);
    expect((await start(unnamed, named)).status).toBe(422);
    expect((await start({ ...request(named), customer_id: 'c-2' }, named)).status).toBe(422);
    expect((await start(unnamed, alone)).status).toBe(202);
    expect((await start(request(newOrderId('other')), alone)).status).toBe(422);
    expect((await start({ ...unnamed, saga: 'order_fulfillment', currency: 'USD' }, alone)).headers.get('idempotency-replayed')).toBe(
      'true',
    );
  });

  it('that came after its order belongs to it all the same', async () => {
    const id = newOrderId('key-later');
    const headers = { 'idempotency-key': id };
    expect((await place(id)).status).toBe(202);
    expect((await place(id, headers)).headers.get('idempotency-replayed')).toBe('true');
    expect((await place(id, headers, { customer_id: 'c-2' })).status).toBe(422);
  });

  it('once taken is never free for a second order, not even where the first was refused', async () => {
    const id = newOrderId('key-exists');
    const headers = { 'idempotency-key': `key-of-${id}` };
    expect((await place(id)).status).toBe(202);
    expect((await place(id, headers, { customer_id: 'c-2' })).status).toBe(409);
    expect((await place(newOrderId('key-free'), headers)).status).toBe(422);
  });

  it('is not burnt by a request that was refused', async () => {
    const key = newOrderId('not-burnt');
    const start = (body: unknown) => call('POST', '/api/v1/orders', body, { 'idempotency-key': key });
    expect((await start({ ...request(key), items: [] })).status).toBe(400);
    expect((await start({ ...request(key), saga: 'no_such_saga' })).status).toBe(400);
    expect((await start(request(newOrderId('not-burnt-order')))).status).toBe(202);
  });
});
