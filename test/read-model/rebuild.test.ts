import { listDurableObjectIds } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { objectIdsIn, rebuildAll, type Post, type Which } from '../../src/operations/rebuild-all.ts';
import { rebuild, type Lookers } from '../../src/read-model/rebuild.ts';
import { readTallies } from '../../src/read-model/tallies.ts';
import { atRest, call, cancel, configure, eventually, losingQueue, newOrderId, place, setFault } from '../order/shop.ts';
import { deliver } from '../queues/delivery.ts';
import { begun, completed, inReview, rolledBack } from './summaries.ts';

const database = env.READ_MODEL;
const OPERATOR = { authorization: 'Bearer local-operator' };
const REFUSAL = { kind: 'refuse', status: 422, code: 'account_closed', message: 'The account is closed' } as const;
const TABLES = ['orders', 'reviews', 'review_causes', 'tallies', 'step_failures'];

const row = z.looseObject({ summary: z.string().optional() });

/** A summary says the same in whatever order its parts come. */
async function rowsOf(table: string): Promise<readonly unknown[]> {
  const { results } = await database.prepare(`SELECT * FROM ${table}`).all();
  return z
    .array(row)
    .parse(results)
    .map(({ summary, ...others }): unknown => ({ ...others, ...(summary !== undefined && { summary: JSON.parse(summary) }) }));
}

const everything = async () => Object.fromEntries(await Promise.all(TABLES.map(async (table) => [table, await rowsOf(table)] as const)));

const wipe = (...tables: readonly string[]) => database.batch(tables.map((table) => database.prepare(`DELETE FROM ${table}`)));

const post: Post = async (path, body) => {
  const response = await call('POST', path, body, OPERATOR);
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  const text = await response.text();
  const answer: unknown = text === '' ? null : JSON.parse(text);
  return answer;
};

const run = (which: Which) => rebuildAll(post, which, () => undefined);

const objects = async () => ({ type: 'objects', ids: (await listDurableObjectIds(env.ORDERS)).map(String) }) as const;

/** One order of each fate, all of them as the read model has them by its messages. */
const placed: string[] = [];
const waiting = newOrderId('rebuilt-waiting');
let told: Awaited<ReturnType<typeof everything>>;

beforeAll(async () => {
  const declined = newOrderId('rebuilt-declined');
  const parked = newOrderId('rebuilt-parked');
  const [good, cancelled] = [newOrderId('rebuilt-good'), newOrderId('rebuilt-cancelled')];
  await setFault('payment', declined, { route: '/charges', fault: { kind: 'refuse', status: 402, code: 'card_declined', message: 'No' } });
  await setFault('shipping', parked, { route: '/shipments', fault: REFUSAL });
  await setFault('payment', parked, { route: '/refunds', fault: REFUSAL });
  for (const id of [good, declined, parked, cancelled]) await place(id, { 'idempotency-key': `key-of-${id}` });
  await place(waiting, {}, { items: [{ sku: 'CAR', name: 'Car', quantity: 1, unit_price: '20000.00' }] });
  for (const id of [good, declined, parked, cancelled]) await atRest(id);
  await cancel(cancelled);
  await atRest(cancelled);
  placed.push(good, declined, parked, cancelled, waiting);
  await eventually(async () => {
    const statuses = await database.prepare('SELECT status FROM orders ORDER BY status').raw();
    return statuses.join() === 'cancelled,completed,failed,needs_review,processing';
  }, 'all that was placed, in the read model');
  told = await everything();
});

describe('the read model, lost', () => {
  it('is made anew from the objects of its orders, and equals what it was', async () => {
    await wipe(...TABLES);
    const ids = await objects();
    const done = await run(ids);
    // Each key has an object of its own, and that is no order.
    expect(done).toMatchObject({ rebuilt: 5, failed: [] });
    expect(done.absent).toHaveLength(4);
    expect(await everything()).toEqual(told);
  });

  it('twice is the same as once', async () => {
    await run(await objects());
    await run({ type: 'known' });
    expect(await everything()).toEqual(told);
  });

  it('is made anew order by order', async () => {
    await wipe(...TABLES);
    expect(await run({ type: 'orders', ids: [...placed, 'no-such-order'] })).toEqual({ rebuilt: 5, absent: ['no-such-order'], failed: [] });
    expect(await everything()).toEqual(told);
  });

  it('in part only (counts, or where an order stands) is mended from the orders it knows', async () => {
    await wipe('tallies', 'step_failures', 'reviews', 'review_causes');
    await database.prepare("UPDATE orders SET status = 'wrong', summary = json_set(summary, '$.view.status', 'wrong')").run();
    expect(await run({ type: 'known' })).toEqual({ rebuilt: 5, absent: [], failed: [] });
    expect(await everything()).toEqual(told);
  });
});

describe('making the read model anew', () => {
  const summaries = [begun, completed, rolledBack, inReview];
  const made = Array.from({ length: 230 }, (_, index) => summaries[index % summaries.length]?.(`r-${index}`) ?? begun('none'));
  const lookers: Lookers = {
    order: async (_tenant, orderId) => made.find(({ view }) => view.order_id === orderId) ?? null,
    object: async () => null,
  };

  it('goes through all that it knows, page by page', async () => {
    await wipe(...TABLES);
    const rebuilt = async (orderIds: readonly string[]) => rebuild(database, lookers, { type: 'orders', tenant: 'acme', orderIds });
    for (let from = 0; from < made.length; from += 100) await rebuilt(made.slice(from, from + 100).map(({ view }) => view.order_id));
    const before = await everything();
    await wipe('tallies', 'step_failures', 'reviews', 'review_causes');
    let cursor: string | undefined;
    const pages: number[] = [];
    do {
      const page = await rebuild(database, lookers, { type: 'known', cursor });
      if (!page) throw new Error('The cursor was not taken');
      pages.push(page.rebuilt);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(pages).toEqual([100, 100, 30]);
    await post('/api/v1/read-model/recount', {});
    expect(await everything()).toEqual(before);
  });

  it('tells of an order that can’t be asked, and takes the others', async () => {
    await wipe(...TABLES);
    const order = async (tenant: string, orderId: string) => {
      if (orderId === 'r-1') throw new Error('Out of order');
      return lookers.order(tenant, orderId);
    };
    const orderIds = ['r-0', 'r-1', 'r-2', 'nobody'];
    expect(await rebuild(database, { ...lookers, order }, { type: 'orders', tenant: 'acme', orderIds })).toEqual({
      rebuilt: 2,
      absent: ['nobody'],
      failed: ['r-1'],
      next_cursor: null,
    });
    expect((await readTallies(database)).tallies[0]?.counts).toMatchObject({ started: 2 });
  });

  it('is for operators, and takes one kind of list, not too long', async () => {
    expect((await call('POST', '/api/v1/read-model/rebuild', {})).status).toBe(403);
    expect((await call('POST', '/api/v1/read-model/recount', {})).status).toBe(403);
    const bodies = [
      { order_ids: ['a'], cursor: 'x' },
      { order_ids: [] },
      { order_ids: Array.from({ length: 101 }, (_, index) => `o-${index}`) },
      { order_ids: ['not an id'] },
      { object_ids: ['abc'] },
      { cursor: 'nonsense' },
      { everything: true },
    ];
    for (const body of bodies) expect((await call('POST', '/api/v1/read-model/rebuild', body, OPERATOR)).status).toBe(400);
    // No object of this namespace has such an id.
    expect(await run({ type: 'objects', ids: ['0'.repeat(64)] })).toMatchObject({ rebuilt: 0, failed: ['0'.repeat(64)] });
  });
});

it.each(['order-events-dead', 'backstitch-staging-order-events-dead'])(
  'what every message failed to bring, its dead letter in %s brings',
  async (queue) => {
    const id = newOrderId('dead-event');
    const lost: unknown[] = [];
    await configure(id, { ORDER_EVENTS: losingQueue(lost) });
    await place(id);
    await atRest(id);
    await eventually(() => lost.length > 0, 'a message');
    const found = () => database.prepare('SELECT status FROM orders WHERE order_id = ?').bind(id).first();
    expect(await found()).toBeNull();
    const result = await deliver(queue, [...lost, { nonsense: true }]);
    expect(result.explicitAcks).toHaveLength(lost.length + 1);
    expect(await found()).toEqual({ status: 'completed' });
  },
);

it('object ids are found wherever they stand in a text', () => {
  const [a, b] = ['a'.repeat(64), '0123456789abcdef'.repeat(4)];
  expect(objectIdsIn(`{"result":[{"id":"${a}","hasStoredData":true},{"id":"${b}"}]}\n${b}.sqlite\nmetadata.sqlite`)).toEqual([a, b]);
});
