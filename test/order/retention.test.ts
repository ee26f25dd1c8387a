import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readRetention } from '../../src/order/retention.ts';
import { orderIdOfKey } from '../../src/http/idempotency.ts';
import { alarmOf } from './deployments.ts';
import { keptInObject } from './kept.ts';
import { PLACES, published, receivedBy } from './published.ts';
import {
  atRest,
  call,
  configure,
  eventually,
  ledgersOf,
  losingQueue,
  newOrderId,
  objectOf,
  place,
  request,
  setFault,
  TOTAL,
} from './shop.ts';
import { callBack } from './signed.ts';

const DAY_MS = 86_400_000;

/** Longer than a test; its end is brought on by hand. */
const KEPT = { RETENTION_DAYS: '30' };
const KEPT_MS = 30 * DAY_MS * 0.02;

const rowOf = (id: string) => env.READ_MODEL.prepare('SELECT status, customer_id, summary FROM orders WHERE order_id = ?').bind(id).first();

const known = (id: string, column: string, value: unknown) =>
  eventually(async () => (await rowOf(id))?.[column] === value, `${id} with the ${column} ${String(value)}`);

/** At rest, published, and with its alarm at the end of its time. */
async function kept(
  name: string,
  headers: Readonly<Record<string, string>> = {},
  before?: (id: string) => Promise<unknown>,
): Promise<string> {
  const id = newOrderId(name);
  await configure(id, KEPT);
  await before?.(id);
  await place(id, headers);
  const { status } = await atRest(id);
  await published(id, 'webhook', status === 'completed' ? 5 : 2);
  await known(id, 'status', status);
  await runDurableObjectAlarm(objectOf(id));
  await eventually(async () => (await alarmOf(id)) !== null, 'its alarm');
  return id;
}

/** For objects that begin a life meanwhile. */
async function deployedWith(settings: Readonly<Record<string, string>>, work: () => Promise<unknown>): Promise<void> {
  const before = { ...env };
  Object.assign(env, settings);
  try {
    await work();
  } finally {
    Object.assign(env, before);
  }
}

/** Its time is over: what the alarm does then. */
async function outlive(id: string): Promise<void> {
  await configure(id, { RETENTION_DAYS: '0.000001' });
  await runDurableObjectAlarm(objectOf(id));
}

const history = async (id: string) => (await call('GET', `/api/v1/orders/${id}/events`)).json();

describe('an order whose time at rest is over', () => {
  it('is gone from its object; accounting still finds what it was worth and what became of it', async () => {
    const key = `retained-${Date.now()}`;
    const id = await kept('retained', { 'idempotency-key': key });
    const keyObject = await orderIdOfKey('local', key);
    expect(await keptInObject(keyObject)).toMatchObject({ values: [['claimed_by', id]] });
    await outlive(id);
    expect((await call('GET', `/api/v1/orders/${id}`)).status).toBe(404);
    const account = { view: { status: 'completed', total: '1359.97', customer_id: 'erased' } };
    expect(await keptInObject(id)).toMatchObject({ rows: [['journal', []]], values: [['account', account]] });
    for (const personal of ['c-1', '123 Main St', 'Laptop', key]) expect(JSON.stringify(await keptInObject(id))).not.toContain(personal);
    expect(await alarmOf(id)).toBeNull();
    await known(id, 'customer_id', 'erased');
    const { orders }: { readonly orders: readonly object[] } = await (await call('GET', '/api/v1/orders?customer_id=erased')).json();
    const gone = { customer_id: 'erased', shipment_id: null, tracking_number: null, reservation_id: null };
    const worth = {
      status: 'completed',
      total: '1359.97',
      currency: 'USD',
      payment_id: expect.any(String),
      created_at: expect.any(String),
    };
    expect(orders).toContainEqual(expect.objectContaining({ order_id: id, ...gone, ...worth }));
  });

  it('is not brought back by a message that comes late, nor by a rebuild, and a callback is refused aloud', async () => {
    const id = await kept('retained-rolled-back', {}, (order) =>
      setFault('payment', order, { route: '/charges', fault: { kind: 'refuse', status: 402, code: 'card_declined', message: 'No, Ann' } }),
    );
    await outlive(id);
    await known(id, 'customer_id', 'erased');
    const rebuilt = await call('POST', '/api/v1/read-model/rebuild', { order_ids: [id] }, { authorization: 'Bearer local-operator' });
    expect(await rebuilt.json()).toMatchObject({ rebuilt: 1, absent: [] });
    expect(await rowOf(id)).toMatchObject({ customer_id: 'erased', status: 'failed' });
    expect(JSON.stringify(await rowOf(id))).not.toContain('Ann');
    const late = await callBack(id, 'process_payment.do', { outcome: 'succeeded', output: { payment_id: 'pay_late' } });
    expect([late.status, await late.json()]).toMatchObject([409, { code: 'erased' }]);
    expect((await ledgersOf(id)).money.charged).toBe('0');
  });

  it('is never placed again, under its id or its key, also in another life of its object', async () => {
    const key = { 'idempotency-key': `kept-key-${Date.now()}` };
    const id = await kept('retained-again', key);
    const own = { 'idempotency-key': `own-key-${Date.now()}` };
    const keyed = z
      .object({ order_id: z.string() })
      .parse(await (await call('POST', '/api/v1/orders', { ...request('x'), order_id: undefined }, own)).json()).order_id;
    await atRest(keyed);
    await published(keyed, 'webhook', 5);
    await published(keyed, 'queue', 5);
    for (const order of [id, keyed]) await outlive(order);
    for (const order of [id, keyed]) await evictDurableObject(objectOf(order));
    const again = [
      await place(id),
      await place(id, key),
      await place(id, {}, { customer_id: 'c-2' }),
      await call('POST', '/api/v1/orders', { ...request('x'), order_id: undefined }, own),
    ];
    for (const answer of again) expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'erased' }]);
    for (const used of [key, own]) {
      const other = await place(newOrderId('retained-other'), used);
      expect([other.status, await other.json()]).toMatchObject([422, { code: 'idempotency_key_reused' }]);
    }
    for (const order of [id, keyed]) expect((await ledgersOf(order)).money).toMatchObject({ charged: TOTAL, refunded: '0.00' });
  });

  it('tells the read model until it is told, though its queue fails or its message is lost', async () => {
    const [failing, lost] = [await kept('retained-untold'), await kept('retained-lost')];
    await configure(failing, { RETENTION_DAYS: '0.000001', ORDER_EVENTS: { send: () => Promise.reject(new Error('The queue is away')) } });
    await runDurableObjectAlarm(objectOf(failing));
    expect((await call('GET', `/api/v1/orders/${failing}`)).status).toBe(404);
    expect(await rowOf(failing)).toMatchObject({ customer_id: 'c-1' });
    expect(await alarmOf(failing)).not.toBeNull();
    await evictDurableObject(objectOf(failing));
    await runDurableObjectAlarm(objectOf(failing));
    await known(failing, 'customer_id', 'erased');
    expect(await alarmOf(failing)).toBeNull();

    await configure(lost, { RETENTION_DAYS: '0.000001', ORDER_EVENTS: losingQueue() });
    await runDurableObjectAlarm(objectOf(lost));
    expect(await rowOf(lost)).toMatchObject({ customer_id: 'c-1' });
    await call('POST', '/api/v1/read-model/rebuild', { order_ids: [lost] }, { authorization: 'Bearer local-operator' });
    expect(await rowOf(lost)).toMatchObject({ customer_id: 'erased' });
  });

  it('stays while it is under way again', async () => {
    const id = await kept('retained-cancelled');
    await setFault('payment', id, { route: '/refunds', times: 1, fault: { kind: 'hang' } });
    await call('POST', `/api/v1/orders/${id}/cancel`, {});
    await outlive(id);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', customer_id: 'c-1' });
  });
});

describe('an order that is kept for a time', () => {
  it('publishes nothing again when its alarm comes, be it in another life', async () => {
    const id = await kept('retained-quiet');
    const before = await receivedBy(id);
    const told = await history(id);
    for (let times = 0; times < 3; times += 1) await runDurableObjectAlarm(objectOf(id));
    await evictDurableObject(objectOf(id));
    await configure(id, KEPT);
    for (let times = 0; times < 2; times += 1) await runDurableObjectAlarm(objectOf(id));
    expect(await alarmOf(id)).toBeGreaterThan(Date.now() + KEPT_MS / 2);
    expect(await receivedBy(id)).toEqual(before);
    expect(await history(id)).toEqual(told);
  });

  it('tells what its former life had not told, though its own alarm begins the new one', async () => {
    const id = newOrderId('retained-untold-end');
    await configure(id, { ...KEPT, ORDER_EVENTS: { send: () => new Promise<never>(() => {}) }, EVENT_WEBHOOK_URL: '' });
    await place(id);
    await atRest(id);
    await deployedWith(KEPT, async () => {
      // The alarm that comes then can't be seen by the life that it begins.
      await evictDurableObject(objectOf(id));
      for (const at of PLACES) await published(id, at, 5);
    });
    await known(id, 'status', 'completed');
  });

  it('has no alarm where it is kept for ever', async () => {
    const id = newOrderId('kept-for-ever');
    await place(id);
    await atRest(id);
    await published(id, 'webhook', 5);
    await published(id, 'queue', 5);
    await runDurableObjectAlarm(objectOf(id));
    expect(await alarmOf(id)).toBeNull();
  });
});

describe('the time that orders are kept for', () => {
  it.each([
    ['', null],
    ['0', null],
    ['30', 30 * DAY_MS],
    ['3650', 3_650 * DAY_MS],
  ])('is read from %j', (days, value) => expect(readRetention({ RETENTION_DAYS: days })).toEqual({ ok: true, value }));

  it('is refused where something may come later than that, but not where time is scaled down', () => {
    for (const days of ['29', '1', '-1', 'x', 'Infinity', '1e9']) expect(readRetention({ RETENTION_DAYS: days }).ok).toBe(false);
    expect(readRetention({ RETENTION_DAYS: '1', TIME_SCALE: '0.5' })).toEqual({ ok: true, value: DAY_MS / 2 });
  });
});
