/** The promise of an erasure, held against the files that a local coordinator keeps: it finds a person's data there before, and none of it after. */

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { freePort, LocalWorker, prepare } from '../../../src/local/local-worker.ts';
import { CLIENT, exchange, OPERATOR, orderPath, type Ask } from '../../../src/local/requests.ts';
import { newScratch, removeScratch } from '../../../src/local/scratch.ts';
import { verify } from '../../../src/operations/verification.ts';
import { tracesIn } from './traces.ts';

/** Every place that a person can be told by has one of these in it, and nothing else has. */
const WORDS = ['quartermain', 'zebulon', 'rookery lane', 'qm-77x'];

const CUSTOMER = 'zebulon.quartermain@example.test';

const orderOf = (orderId: string, more: object = {}) => ({
  order_id: orderId,
  customer_id: CUSTOMER,
  items: [{ sku: 'RING', name: 'Ring, engraved for Zebulon', quantity: 1, unit_price: '99.00' }],
  shipping_address: { street: '7 Rookery Lane', city: 'Quartermain', state: 'Zebulon', postal_code: 'QM-77X', country: 'US' },
  ...more,
});

const answerSchema = z.object({ left: z.array(z.unknown()) });
const MANY = Array.from({ length: 100 }, (_, index) => ({
  sku: `RING-${index}`,
  name: `${'Ring, engraved for Zebulon. '.repeat(6)}${index}`,
  quantity: 1,
  unit_price: '1.00',
}));

const listSchema = z.object({ orders: z.array(z.unknown()) });
const customerSchema = z.looseObject({ customer_id: z.string() });

const directory = newScratch('erasing');
const state = join(directory, 'state');
let worker: LocalWorker;

async function start(vars: Readonly<Record<string, string>> = {}): Promise<void> {
  worker = new LocalWorker({ port: await freePort(), directory, vars: { TIME_SCALE: '0.02', ...vars } });
  await worker.whenReady();
}

const ask = (method: string, path: string, more: Ask = {}) => exchange(fetch, worker.url, method, path, { token: CLIENT, ...more });

const statusOf = async (orderId: string): Promise<unknown> =>
  z.looseObject({ status: z.string() }).parse(await (await ask('GET', `${orderPath(orderId)}/status`)).json()).status;

async function until(isSo: () => boolean | Promise<boolean>, what: () => unknown, withinMs = 60_000): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error(`After ${withinMs / 1_000} s: ${JSON.stringify(what())}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function placed(orderId: string, status: string, more: object = {}): Promise<void> {
  const headers = { 'idempotency-key': `zebulon-${orderId}` };
  expect((await ask('POST', '/api/v1/orders', { body: orderOf(orderId, more), headers })).status).toBe(202);
  await until(
    async () => (await statusOf(orderId)) === status,
    () => `${orderId} is not ${status}`,
  );
}

/** What a service says of a person is its own to forget. What the coordinator heard of it is not. */
const SAID = 'mistrusted by us';

const fault = (service: string, orderId: string, route: string, standing: object) =>
  ask('PUT', '/simulated/faults', { body: { service, route, order_id: orderId, fault: standing } });

/** Asked until the read model knows of them all. */
async function erase(...orderIds: readonly string[]): Promise<void> {
  const path = `/api/v1/customers/${encodeURIComponent(CUSTOMER)}/erase`;
  await until(
    async () => {
      const answer = answerSchema.parse(await (await ask('POST', path, { token: OPERATOR })).json());
      const customers = await Promise.all(orderIds.map(async (id) => customerSchema.parse(await (await ask('GET', orderPath(id))).json())));
      return answer.left.length === 0 && customers.every(({ customer_id: customer }) => customer === 'erased');
    },
    () => `${orderIds.join(', ')} not erased`,
  );
}

async function expectVerified(orderId: string): Promise<void> {
  const history: unknown = await (await ask('GET', `${orderPath(orderId)}/events`)).json();
  expect(verify(history, null)).toMatchObject({ type: 'verified', from: 1 });
  expect(JSON.stringify(history)).toContain('OrderErased');
}

/** SQLite's write-ahead log goes when a database is closed, some seconds after it was last used. */
const expectNoTrace = () =>
  until(
    () => traces().length === 0,
    () => traces(),
  );

/** The read model’s file is cleaned by an operator’s erasure alone. */
const orderTraces = () => traces().filter(({ file }) => !file.includes('/d1/'));

const traces = () => [...tracesIn(state, WORDS), ...tracesIn(state, [SAID]).filter(({ file }) => !file.includes('SimulatedLedger'))];

beforeAll(async () => {
  await prepare(directory);
  await start();
});
afterAll(async () => {
  await worker.stop();
  removeScratch(directory);
});

describe('the files of a coordinator', () => {
  it('hold no byte of a person who was erased, whatever became of their orders, and the histories verify', async () => {
    // Long enough that its first row fills pages of its own, which are free once it is short.
    await placed('delivered', 'completed', { items: MANY });
    await fault('payment', 'declined', '/charges', {
      kind: 'refuse',
      status: 402,
      code: 'card_declined',
      message: SAID,
    });
    await placed('declined', 'failed');
    await placed('waiting', 'processing', { items: [{ sku: 'CAR', name: 'For Zebulon', quantity: 1, unit_price: '20000.00' }] });
    await ask('POST', `${orderPath('waiting')}/cancel`, { body: { reason: 'Zebulon has changed his mind' } });
    await until(
      async () => (await statusOf('waiting')) === 'cancelled',
      () => 'waiting is not cancelled',
    );
    const before = new Set(traces().map(({ word }) => word));
    expect([...before].toSorted()).toEqual([...WORDS, SAID].toSorted());

    await erase('delivered', 'declined', 'waiting');
    for (const id of ['delivered', 'declined', 'waiting']) await expectVerified(id);
    await expectNoTrace();
    for (const id of ['delivered', 'declined', 'waiting']) await expectVerified(id);
  });

  it('hold none either where the process was killed right after the answer', async () => {
    await placed('killed', 'completed');
    await erase('killed');
    await worker.kill();
    await start();
    await expectVerified('killed');
    await expectNoTrace();
  });

  it('hold none in an order’s own once it has erased itself, and what accounting needs is listed', async () => {
    await worker.stop();
    // Some five seconds.
    await start({ RETENTION_DAYS: '0.003' });
    await placed('outlived', 'completed');
    await until(
      async () => (await ask('GET', orderPath('outlived'))).status === 404,
      () => 'outlived is still there',
    );
    await until(
      () => orderTraces().length === 0,
      () => orderTraces(),
    );
    const { orders } = listSchema.parse(await (await ask('GET', '/api/v1/orders?limit=1')).json());
    expect(orders).toMatchObject([{ order_id: 'outlived', status: 'completed', total: '99.00', customer_id: 'erased' }]);
    expect((await ask('POST', '/api/v1/orders', { body: orderOf('outlived') })).status).toBe(409);
  });
});
