import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { CALLS } from './points.ts';
import { batchesOf, published, receivedBy, setAnswering, type Published } from './published.ts';
import { atRest, call, cancel, configure, eventually, newOrderId, objectOf, place, received, setFault } from './shop.ts';

const HAPPY = ['OrderCreated', 'InventoryReserved', 'PaymentCompleted', 'ShipmentCreated', 'OrderConfirmed'];

const PLACES = ['queue', 'webhook'] as const;

/** What a reader has that drops what it has had before. */
function deduplicated(events: readonly Published[]): readonly Published[] {
  const first = new Map<string, Published>();
  for (const event of events) {
    const known = first.get(event.id);
    // Published again, it is the same event.
    if (known) expect(event).toEqual(known);
    else first.set(event.id, event);
  }
  return [...first.values()];
}

async function expectAll(id: string, types: readonly string[]): Promise<void> {
  for (const at of PLACES) {
    const events = deduplicated(await published(id, at, types.length));
    expect(events.map(({ type }) => type)).toEqual(types);
  }
}

/** The alarm that the order has set, not one that a test rings. */
const alarmOf = (id: string) => runInDurableObject(objectOf(id), (_, { storage }) => storage.getAlarm());

const silentQueue = () => ({ send: () => new Promise<never>(() => {}) });

describe.each([
  { end: 'aborted', strike: () => abortAllDurableObjects() },
  { end: 'evicted', strike: (id: string) => evictDurableObject(objectOf(id)) },
])('an object $end', ({ end, strike }) => {
  it.each(CALLS)('while $step is being called publishes everything all the same', async ({ step, service, route }) => {
    const id = newOrderId(`${end}-publishing-${step}`);
    await setFault(service, id, { route, times: 1, fault: { kind: 'lose_answer' } });
    await place(id);
    await received(id, route);
    await strike(id);
    await runDurableObjectAlarm(objectOf(id));
    await atRest(id);
    await expectAll(id, HAPPY);
  });

  it('while the webhook is silent posts it again', async () => {
    const id = newOrderId(`${end}-silent-webhook`);
    await setAnswering(id, { status: null, times: 1 });
    await place(id);
    await eventually(async () => (await receivedBy(id)).webhook.length === 1, 'a post');
    await strike(id);
    await runDurableObjectAlarm(objectOf(id));
    await expectAll(id, HAPPY);
  });

  it('while the queue is silent sends it again', async () => {
    const id = newOrderId(`${end}-silent-queue`);
    await configure(id, { ORDER_EVENTS: silentQueue() });
    await place(id);
    await published(id, 'webhook', HAPPY.length);
    await strike(id);
    await runDurableObjectAlarm(objectOf(id));
    await expectAll(id, HAPPY);
  });

  it('in the moment of coming to rest publishes without being asked', async () => {
    const id = newOrderId(`${end}-rest`);
    await configure(id, { ORDER_EVENTS: silentQueue(), EVENT_WEBHOOK_URL: '' });
    await place(id);
    await atRest(id);
    await strike(id);
    await expectAll(id, HAPPY);
  });

  it('while it waits to try again goes on waiting, and does not send the queue anything twice', async () => {
    const id = newOrderId(`${end}-waiting`);
    await setAnswering(id, { status: 503, times: 1, retryAfter: '3' });
    await place(id);
    await eventually(async () => (await receivedBy(id)).webhook.length === 1, 'a post');
    await published(id, 'queue', HAPPY.length);
    await strike(id);
    await runDurableObjectAlarm(objectOf(id));
    await published(id, 'webhook', HAPPY.length);
    const { webhook } = await receivedBy(id);
    expect(webhook).toHaveLength(2);
    expect((webhook[1]?.at ?? 0) - (webhook[0]?.at ?? 0)).toBeGreaterThanOrEqual(3_000);
    expect((await batchesOf(id, 'queue')).flat()).toHaveLength(HAPPY.length);
  });
});

describe.concurrent('an order at rest, in a new life', () => {
  it('publishes nothing because somebody looks at it', async () => {
    const id = newOrderId('looked-at');
    await place(id);
    await expectAll(id, HAPPY);
    await evictDurableObject(objectOf(id));
    const alarm = await alarmOf(id);
    for (const path of ['', '/status', '/events']) expect((await call('GET', `/api/v1/orders/${id}${path}`)).status).toBe(200);
    expect(await alarmOf(id)).toBe(alarm);
    for (const at of PLACES) expect((await batchesOf(id, at)).flat()).toHaveLength(HAPPY.length);
  });

  it('has nothing more to publish once its alarm has rung, and of what happens then only that', async () => {
    const id = newOrderId('cancelled-later');
    await place(id);
    await expectAll(id, HAPPY);
    await runDurableObjectAlarm(objectOf(id));
    expect(await alarmOf(id)).toBeNull();
    await evictDurableObject(objectOf(id));
    await call('GET', `/api/v1/orders/${id}`);
    expect(await alarmOf(id)).toBeNull();
    await cancel(id);
    await atRest(id);
    const all = [...HAPPY, 'ShipmentCancelled', 'PaymentRefunded', 'InventoryReleased', 'OrderCancelled'];
    await expectAll(id, all);
    for (const at of PLACES) expect((await batchesOf(id, at)).flat()).toHaveLength(all.length);
  });

  it('publishes again when an alarm comes that was set before, and has published everything then', async () => {
    const id = newOrderId('alarm-later');
    await place(id);
    await expectAll(id, HAPPY);
    await evictDurableObject(objectOf(id));
    await eventually(async () => (await batchesOf(id, 'queue')).flat().length === 2 * HAPPY.length, 'everything twice');
    await expectAll(id, HAPPY);
    await eventually(async () => (await alarmOf(id)) === null, 'no alarm');
  });
});

describe('an alarm that is on its way while the object begins a new life', () => {
  it('has everything published, though it could not be seen and somebody was faster', async () => {
    const id = newOrderId('alarm-on-its-way');
    await configure(id, { ORDER_EVENTS: silentQueue(), EVENT_WEBHOOK_URL: '' });
    await place(id);
    await atRest(id);
    await runInDurableObject(objectOf(id), (_, { storage }) => storage.deleteAlarm());
    await evictDurableObject(objectOf(id));
    await cancel(id);
    await runDurableObjectAlarm(objectOf(id));
    await atRest(id);
    await expectAll(id, [...HAPPY, 'ShipmentCancelled', 'PaymentRefunded', 'InventoryReleased', 'OrderCancelled']);
  });
});

describe('an order that waits for a person for long', () => {
  it('does not publish again what it published before it slept', async () => {
    const id = newOrderId('long-sleep');
    await configure(id, { TIME_SCALE: '1' });
    await place(id, {}, { items: [{ sku: 'YACHT', name: 'Yacht', quantity: 1, unit_price: '10000.00' }] });
    for (const at of PLACES) await published(id, at, 1);
    await runDurableObjectAlarm(objectOf(id));
    await evictDurableObject(objectOf(id));
    const operator = { authorization: 'Bearer local-operator' };
    await call('POST', `/api/v1/orders/${id}/approval`, { decision: 'reject', by: 'ann' }, operator);
    await expectAll(id, ['OrderCreated', 'OrderCancelled']);
    for (const at of PLACES) expect((await batchesOf(id, at)).flat()).toHaveLength(2);
  });
});
