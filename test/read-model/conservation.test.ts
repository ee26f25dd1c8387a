import { listDurableObjectIds } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { orderSummary, type OrderSummary } from '../../src/order/order-message.ts';
import { lookAt, lookAtObject } from '../../src/order/orders.ts';
import type { FaultSetting } from '../../src/participants/simulated/faults.ts';
import type { ParticipantName } from '../../src/saga/definition.ts';
import { consumeOrderMessages } from '../../src/queues/order-message-consumer.ts';
import type { WritableDatabase } from '../../src/read-model/apply.ts';
import { rebuild } from '../../src/read-model/rebuild.ts';
import { sweep } from '../../src/read-model/sweep.ts';
import { atRest, call, cancel, configure, eventually, newOrderId, place, setFault } from '../order/shop.ts';

const database = env.READ_MODEL;
const TABLES = ['orders', 'reviews', 'review_causes', 'tallies', 'step_failures', 'sweep_counts'];
const lookers = { order: lookAt(env), object: lookAtObject(env) };

const DECLINED = { kind: 'refuse', status: 402, code: 'card_declined', message: 'Declined' } as const;
const CLOSED = { kind: 'refuse', status: 422, code: 'account_closed', message: 'The account is closed' } as const;
const LARGE = { items: [{ sku: 'CAR', name: 'Car', quantity: 1, unit_price: '20000.00' }] };

/** Every message that the orders' objects sent, in the order in which they did. */
const sent: unknown[] = [];

/** Keeps its messages from the queue, and gives a person an hour to approve it. */
async function begin(name: string, more: Readonly<Record<string, unknown>> = {}, ...faults: readonly Fault[]): Promise<string> {
  const id = newOrderId(name);
  const keep = { send: async (message: unknown) => void sent.push(JSON.parse(JSON.stringify(message))) };
  await configure(id, { ORDER_EVENTS: keep, ORDER_DEADLINE_SECONDS: '180000' });
  for (const { service, route, fault } of faults) await setFault(service, id, { route, fault });
  await place(id, {}, more);
  return id;
}

interface Fault extends Pick<FaultSetting, 'route' | 'fault'> {
  readonly service: ParticipantName;
}

const charges: Fault = { service: 'payment', route: '/charges', fault: DECLINED };
const shipments: Fault = { service: 'shipping', route: '/shipments', fault: CLOSED };
const refunds: Fault = { service: 'payment', route: '/refunds', fault: CLOSED };

beforeAll(async () => {
  const ids = await Promise.all([
    ...Array.from({ length: 6 }, () => begin('well')),
    ...Array.from({ length: 3 }, () => begin('declined', {}, charges)),
    ...Array.from({ length: 2 }, () => begin('parked', {}, shipments, refunds)),
  ]);
  await Promise.all([begin('waiting', LARGE), begin('waiting', LARGE)]);
  await Promise.all(ids.map((id) => atRest(id)));
  const [first = '', second = ''] = ids;
  await Promise.all([first, second].map(cancel));
  await Promise.all([first, second].map((id) => atRest(id)));
  await eventually(async () => (await truthOfAll()).every(({ seq, view }) => isSent(view.order_id, seq)), 'the last message of each order');
});

const message = z.object({ order: z.object({ seq: z.number(), view: z.object({ order_id: z.string() }) }) });

const isSent = (orderId: string, seq: number): boolean =>
  sent.some((one) => {
    const { order } = message.parse(one);
    return order.view.order_id === orderId && order.seq === seq;
  });

/** What the orders' objects themselves say. */
async function truthOfAll(): Promise<readonly OrderSummary[]> {
  const ids = await listDurableObjectIds(env.ORDERS);
  return (await Promise.all(ids.map((id) => lookers.object(String(id))))).filter((summary) => summary !== null);
}

interface Metrics {
  readonly started: number;
  readonly ended: Readonly<Record<string, number>>;
  readonly states: Readonly<Record<string, number>>;
}

/** As anyone may ask for them. */
async function metrics(): Promise<Metrics> {
  const text = await (await call('GET', '/metrics', undefined, { authorization: 'Bearer local-metrics' })).text();
  const samples = (name: string): Readonly<Record<string, number>> =>
    Object.fromEntries(
      [...text.matchAll(new RegExp(`^${name}\\{saga_type="order_fulfillment",tenant="local"(?:,status="(\\w+)")?\\} (\\d+)$`, 'gm'))].map(
        ([, status = '', value]) => [status, Number(value)],
      ),
    );
  return { started: samples('saga_started_total')[''] ?? 0, ended: samples('saga_executions_total'), states: samples('saga_states') };
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0);

const expected: Metrics = {
  started: 13,
  // Two of the six that went well were cancelled after all.
  ended: { completed: 6, compensated: 3 + 2 },
  states: { running: 0, waiting: 2, compensating: 0, completed: 4, compensated: 3 + 2, needs_review: 2 },
};

/** A database that is away for so many transactions. */
const away = (times: number): WritableDatabase => {
  let left = times;
  return {
    prepare: (sql) => database.prepare(sql),
    batch: async <Row>(statements: D1PreparedStatement[]) => {
      left -= 1;
      if (left >= 0) throw new Error('D1_ERROR: Network connection lost');
      return database.batch<Row>(statements);
    },
  };
};

/** The queue: brings the messages in batches, and whatever is asked for again at the end of all. */
async function bring(messages: readonly unknown[], batchSize: number, to: WritableDatabase): Promise<void> {
  const queue = [...messages];
  while (queue.length > 0) {
    const bodies = queue.splice(0, batchSize);
    const again: unknown[] = [];
    const batch = bodies.map((body, index) => ({
      id: `m${index}`,
      timestamp: new Date(),
      attempts: 1,
      body,
      ack: () => undefined,
      retry: () => void again.push(body),
    }));
    await consumeOrderMessages({ messages: batch }, to);
    queue.push(...again);
  }
}

const wipe = () => database.batch(TABLES.map((table) => database.prepare(`DELETE FROM ${table}`)));

const HOURS = 3_600_000;

/** What the read model knows of those that are under way, as far as it knows. */
async function underWay(): Promise<readonly OrderSummary[]> {
  const { results } = await database.prepare('SELECT summary FROM orders WHERE due_at IS NOT NULL').all();
  return z
    .array(z.object({ summary: z.string() }))
    .parse(results)
    .map(({ summary }) => orderSummary.parse(JSON.parse(summary)));
}

describe('started = completed + rolled back + active', () => {
  it('whatever the queue does: twice, late, in any order, or while the database is away', async () => {
    const chaos = fc.record({
      messages: fc.shuffledSubarray([...sent, ...sent, ...sent], { minLength: sent.length }),
      last: fc.shuffledSubarray(sent, { minLength: sent.length }),
      batchSize: fc.integer({ min: 1, max: 30 }),
      outage: fc.integer({ min: 0, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(chaos, async ({ messages, last, batchSize, outage }) => {
        await wipe();
        const flaky = away(outage);
        await bring([...messages, ...last], batchSize, flaky);
        expect(await metrics()).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  it('at every moment of it, of the orders that are known', async () => {
    await wipe();
    for (const one of [...sent.toReversed(), ...sent]) {
      await bring([one], 1, database);
      const { started, states } = await metrics();
      expect(sum(states)).toBe(started);
    }
    expect(await metrics()).toEqual(expected);
  });

  it('though messages are lost: the sweep finds what should have moved, a rebuild all the rest', async () => {
    const truth = new Map((await truthOfAll()).map((summary) => [summary.view.order_id, summary]));
    const ids = (await listDurableObjectIds(env.ORDERS)).map(String);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(sent), fc.integer({ min: 1, max: 30 }), async (messages, batchSize) => {
        await wipe();
        await bring(messages, batchSize, database);
        const { started, states } = await metrics();
        expect(sum(states)).toBe(started);
        await sweep(database, lookers.order, Date.now() + 2 * HOURS);
        for (const { seq, view } of await underWay()) expect(seq).toBe(truth.get(view.order_id)?.seq);
        expect(await rebuild(database, lookers, { type: 'objects', objectIds: ids })).toMatchObject({ rebuilt: 13, failed: [] });
        expect(await metrics()).toEqual(expected);
        await bring([...sent, ...messages], batchSize, database);
        expect(await metrics()).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });
});
