import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { Keeping } from '../../src/order/keeping.ts';
import { OrderRecord } from '../../src/order/order-record.ts';
import type { OrderSaga } from '../../src/order/order-saga.ts';
import type { Context } from '../../src/saga/command.ts';
import { orderFulfillment } from '../../src/sagas/order-fulfillment.ts';
import { placing } from '../saga/scenario.ts';
import { keptInObject } from './kept.ts';
import { published } from './published.ts';
import { atRest, newOrderId, objectOf, place } from './shop.ts';

const CONTEXT: Context = { now: Date.now(), random: Math.random, capabilities: () => ({ fences: true, keyLifetimeMs: 1 }) };

/** Over at once. */
const SHORT = { ...env, RETENTION_DAYS: '0.000001' };

/** Fails where something is to be kept under this name, or by this statement. */
function withoutRoomFor(storage: DurableObjectStorage, name: string): DurableObjectStorage {
  const check = (first: string): void => {
    if (first.includes(name)) throw new Error('The database is full');
  };
  const exec = (query: string, ...values: readonly SqlStorageValue[]): unknown => {
    check(query);
    return storage.sql.exec(query, ...values);
  };
  const put: SyncKvStorage['put'] = (key, value) => {
    check(key);
    storage.kv.put(key, value);
  };
  const parts = {
    sql: new Proxy(storage.sql, { get: (sql, key): unknown => (key === 'exec' ? exec : Reflect.get(sql, key)) }),
    kv: { put, get: (key: string) => storage.kv.get(key), list: () => storage.kv.list(), delete: (key: string) => storage.kv.delete(key) },
    transactionSync: <Value>(work: () => Value) => storage.transactionSync(work),
    setAlarm: (at: number) => storage.setAlarm(at),
  };
  return new Proxy(storage, { get: (_, key): unknown => Reflect.get(parts, key) });
}

describe('a storage that is full', () => {
  it('leaves an order whose time is over as it was', async () => {
    const id = newOrderId('no-room-to-end');
    await place(id);
    await atRest(id);
    await published(id, 'queue', 5);
    const before = await keptInObject(id);
    await runInDurableObject<OrderSaga, void>(objectOf(id), async (object, { storage: own }) => {
      const storage = withoutRoomFor(own, 'account');
      const record = new OrderRecord(storage, id);
      const nothing = () => undefined;
      const keeping = new Keeping({ env: () => SHORT, storage, record, summary: () => object.look(), noteAll: nothing, forget: nothing });
      await expect(keeping.keep()).rejects.toThrow('full');
      expect([record.exists, keeping.isGone]).toEqual([true, false]);
    });
    expect(await keptInObject(id)).toEqual(before);
  });

  it('does not leave an order that it had no room for as one that is gone', async () => {
    const id = newOrderId('no-room-to-begin');
    await runInDurableObject(objectOf(id), (_, { storage }) => {
      const record = new OrderRecord(withoutRoomFor(storage, 'INTO journal'), id);
      expect(() => record.write([placing()], orderFulfillment, CONTEXT)).toThrow('full');
    });
    await evictDurableObject(objectOf(id));
    expect((await place(id)).status).toBe(202);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
  });
});
