import { describe, expect, it } from 'vitest';
import type { OrderMessage } from '../../src/order/order-message.ts';
import { batchesOf, published, receivedBy, setAnswering } from './published.ts';
import { atRest, configure, eventually, expectServed, newOrderId, place } from './shop.ts';

const HAPPY = ['OrderCreated', 'InventoryReserved', 'PaymentCompleted', 'ShipmentCreated', 'OrderConfirmed'];

const ALWAYS = Number.MAX_SAFE_INTEGER;

describe.concurrent('a webhook that is down', () => {
  it('gets everything in order when it is back, is not hammered, and holds nothing else up', async () => {
    const id = newOrderId('down-and-back');
    await setAnswering(id, { status: 503, times: ALWAYS });
    await place(id);
    await eventually(async () => (await receivedBy(id)).webhook.length >= 2, 'two posts');
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    expect((await published(id, 'queue', HAPPY.length)).map(({ type }) => type)).toEqual(HAPPY);
    expect(await batchesOf(id, 'webhook')).toEqual([]);
    await setAnswering(id, { status: 204, times: 1 });
    expect((await published(id, 'webhook', HAPPY.length)).map(({ type }) => type)).toEqual(HAPPY);
    expect((await receivedBy(id)).webhook.length).toBeLessThan(20);
    expect((await batchesOf(id, 'queue')).flat()).toHaveLength(HAPPY.length);
  });

  it('is given as long as it asks for', async () => {
    const id = newOrderId('retry-after');
    await setAnswering(id, { status: 429, times: 1, retryAfter: '2' });
    await place(id);
    await published(id, 'webhook', HAPPY.length);
    const [refused, taken] = (await receivedBy(id)).webhook.map(({ at }) => at);
    expect((taken ?? 0) - (refused ?? 0)).toBeGreaterThanOrEqual(2_000);
  });

  it.each([301, 400, 410, 500])('is one that answers %d, too', async (status) => {
    const id = newOrderId(`answers-${status}`);
    await setAnswering(id, { status, times: 1 });
    await place(id);
    expect((await published(id, 'webhook', HAPPY.length)).map(({ type }) => type)).toEqual(HAPPY);
    expect((await receivedBy(id)).webhook.map(({ answered }) => answered)).toEqual([status, 204]);
  });
});

describe.concurrent('a webhook that never answers', () => {
  it('does not delay an order', async () => {
    const id = newOrderId('never-answers');
    await setAnswering(id, { status: null, times: ALWAYS });
    const placed = Date.now();
    const response = await place(id, { prefer: 'wait=20' });
    expect([response.status, await response.json()]).toMatchObject([201, { status: 'completed' }]);
    // A post is waited for ten seconds.
    expect(Date.now() - placed).toBeLessThan(8_000);
    await expectServed(id);
    await published(id, 'queue', HAPPY.length);
    await setAnswering(id, { status: 204, times: 1 });
    await published(id, 'webhook', HAPPY.length);
  });
});

describe.concurrent('a queue that takes nothing', () => {
  it('is tried again until it does, and nothing is missing', async () => {
    const id = newOrderId('queue-down');
    const sent: { readonly type: string }[] = [];
    let tries = 0;
    const send = async ({ events }: OrderMessage) => {
      tries += 1;
      if (tries <= 2) throw new Error('Storage limit exceeded');
      sent.push(...events);
    };
    await configure(id, { ORDER_EVENTS: { send } });
    await place(id);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await published(id, 'webhook', HAPPY.length);
    await eventually(() => sent.length >= HAPPY.length, 'the queue has everything');
    expect(sent.map(({ type }) => type)).toEqual(HAPPY);
  });
});
