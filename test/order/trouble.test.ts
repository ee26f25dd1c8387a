import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { OrderSaga } from '../../src/order/order-saga.ts';
import {
  atRest,
  call,
  cancel,
  configure,
  expectServed,
  expectUndone,
  losingQueue,
  newOrderId,
  objectOf,
  place,
  received,
  setFault,
} from './shop.ts';

describe('a message lost by its queue', () => {
  it.each(['COMPENSATIONS', 'NOTIFICATIONS'] as const)('(%s) is sent again by the alarm', async (queue) => {
    const id = newOrderId(`lost-${queue}`);
    await place(id, {}, { customer_id: 'c-lost' });
    const lost: unknown[] = [];
    await configure(id, { [queue]: losingQueue(lost) });
    if (queue === 'COMPENSATIONS') {
      await atRest(id);
      await cancel(id);
    }
    await expect.poll(() => lost.length).toBe(queue === 'COMPENSATIONS' ? 2 : 1);
    await configure(id, {});
    expect(await atRest(id)).toMatchObject({ status: queue === 'COMPENSATIONS' ? 'cancelled' : 'completed' });
    await (queue === 'COMPENSATIONS' ? expectUndone(id) : expectServed(id));
  });
});

describe('trouble of our own', () => {
  it('with a row that this version can not read keeps the order awake until a version can', async () => {
    const id = newOrderId('unreadable');
    await setFault('payment', id, { route: '/charges', times: 1, fault: { kind: 'hang' } });
    await place(id);
    await received(id, '/charges');
    const replace = (from: string, to: string) =>
      runInDurableObject<OrderSaga, void>(objectOf(id), (_, { storage }) => {
        storage.sql.exec('UPDATE journal SET events = replace(events, ?, ?) WHERE seq = 1', from, to);
      });
    await replace('OrderPlaced', 'OrderPlacedAnew');
    await evictDurableObject(objectOf(id));
    for (let rings = 0; rings < 7; rings += 1) await runDurableObjectAlarm(objectOf(id));
    expect((await call('GET', `/api/v1/orders/${id}`)).status).toBe(500);
    expect((await cancel(id)).status).toBe(500);
    await replace('OrderPlacedAnew', 'OrderPlaced');
    await evictDurableObject(objectOf(id));
    expect(await runDurableObjectAlarm(objectOf(id))).toBe(true);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await expectServed(id);
  });
});
