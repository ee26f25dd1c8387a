import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { JournalStorage } from '../../src/order/journal.ts';
import { OrderRecord } from '../../src/order/order-record.ts';
import type { OrderSaga } from '../../src/order/order-saga.ts';
import type { OrderView } from '../../src/order/orders-port.ts';
import type { OrderSummary } from '../../src/order/order-message.ts';
import type { Context } from '../../src/saga/command.ts';
import { applySummaries } from '../../src/read-model/apply.ts';
import { verify } from '../../src/operations/verification.ts';
import { keptInObject } from './kept.ts';
import { published } from './published.ts';
import { atRest, call, cancel, eventually, ledgersOf, newOrderId, objectOf, place, received, request, setFault } from './shop.ts';
import { accepting, callBack, keyOf, reportShipment } from './signed.ts';

const OPERATOR = { authorization: 'Bearer local-operator' };

let customers = 0;

/** As telling as can be: whatever of it is found anywhere has not been erased. */
const person = () => `ann.secret-${(customers += 1)}@example.com`;

const placeFor = (id: string, customer: string, headers: Readonly<Record<string, string>> = {}) =>
  place(id, headers, {
    customer_id: customer,
    items: [{ sku: 'LAPTOP-X1', name: 'Engraved for Ann Secret', quantity: 1, unit_price: '10.00' }],
    shipping_address: { street: '7 Secret St', city: 'Secretville', state: '', postal_code: 'SECRET-1', country: 'Secretland' },
  });

const erase = (customer: string, query = '', headers: Readonly<Record<string, string>> = OPERATOR) =>
  call('POST', `/api/v1/customers/${encodeURIComponent(customer)}/erase${query}`, undefined, headers);

interface Answer {
  readonly erased: number;
  readonly left: readonly unknown[];
  readonly next_cursor: string | null;
}

const erased = async (customer: string, query = ''): Promise<Answer> => (await erase(customer, query)).json();

const rowOf = (id: string) => env.READ_MODEL.prepare('SELECT * FROM orders WHERE order_id = ?').bind(id).first();

/** Waits until the read model has it so. */
const known = (id: string, status: string) => eventually(async () => (await rowOf(id))?.['status'] === status, `${id} as ${status}`);

const exported = async (id: string): Promise<unknown> => (await call('GET', `/api/v1/orders/${id}/events`)).json();

const viewOf = async (id: string): Promise<OrderView> => (await call('GET', `/api/v1/orders/${id}`)).json();

const GONE = /secret/i;

const CONTEXT: Context = { now: Date.now(), random: Math.random, capabilities: () => ({ fences: true, keyLifetimeMs: 1 }) };

/** As a storage that has no room for more pages. */
const outOfSpace =
  (sql: SqlStorage) =>
  (query: string, ...values: readonly SqlStorageValue[]): unknown => {
    if (query.includes('INTO blank')) throw new Error('The database is full');
    return sql.exec(query, ...values);
  };

describe('an order at rest whose customer is erased', () => {
  const id = newOrderId('erased');
  const customer = person();

  it('keeps its money, skus, ids and times, and nothing that tells who it was', async () => {
    await placeFor(id, customer, { 'idempotency-key': `secret-key-${id}` });
    const before = await atRest(id);
    expect(before).toMatchObject({ status: 'completed' });
    await known(id, 'completed');
    expect(JSON.stringify(await keptInObject(id))).toMatch(GONE);
    expect(await erased(customer)).toEqual({ erased: 1, left: [], next_cursor: null });

    const address = { street: 'erased', city: 'erased', state: 'erased', postal_code: 'erased', country: 'erased' };
    const items = [{ sku: 'LAPTOP-X1', name: 'erased', quantity: 1, unit_price: '10.00' }];
    const { updated_at } = await viewOf(id);
    expect(await viewOf(id)).toEqual({ ...before, customer_id: 'erased', items, shipping_address: address, updated_at });
    expect(JSON.stringify(await keptInObject(id))).not.toMatch(GONE);
    expect(JSON.stringify(await rowOf(id))).not.toMatch(GONE);
    expect(JSON.stringify(await exported(id))).not.toMatch(GONE);
  });

  it('has a history that is still verified, by the seals that were sent out before, too', async () => {
    const history = await exported(id);
    expect(verify(history, null)).toMatchObject({ type: 'verified', from: 1 });
    const sent = await published(id, 'webhook', 5);
    for (const { journalhash } of sent) expect(verify(history, z.string().parse(journalhash)).type).toBe('verified');
    expect(JSON.stringify(history)).toContain('OrderErased');
    expect(verify(JSON.parse(JSON.stringify(history).replace('"erased"', '"Ann"')), null).type).toBe('broken');
  });

  it('is the same in the next life of its object, and once more erased changes nothing', async () => {
    const [view, history] = [await viewOf(id), await exported(id)];
    await evictDurableObject(objectOf(id));
    expect([await viewOf(id), await exported(id)]).toEqual([view, history]);
    const again = await runInDurableObject<OrderSaga, unknown>(objectOf(id), (object) => object.erase());
    expect(again).toMatchObject({ ok: true });
    expect(await exported(id)).toEqual(history);
  });

  it('stays erased when the read model is made anew', async () => {
    await env.READ_MODEL.prepare('DELETE FROM orders WHERE order_id = ?').bind(id).run();
    await call('POST', '/api/v1/read-model/rebuild', { order_ids: [id] }, OPERATOR);
    expect(await rowOf(id)).toMatchObject({ customer_id: 'erased', status: 'completed' });
    expect(JSON.stringify(await rowOf(id))).not.toMatch(GONE);
  });

  it('can not be cancelled, nor placed again, and its carrier is still heard', async () => {
    for (const answer of [await cancel(id), await placeFor(id, customer, { 'idempotency-key': `secret-key-${id}` })]) {
      expect(answer.status).toBe(409);
      expect(await answer.json()).toMatchObject({ code: 'erased' });
    }
    expect((await ledgersOf(id)).money).toMatchObject({ charged: '10.00', refunded: '0.00' });
    const key = { 'idempotency-key': `secret-key-${id}` };
    const others = [await call('POST', '/api/v1/orders', { ...request(id), order_id: undefined }, key), await place(`${id}-2`, key)];
    for (const answer of others) expect([answer.status, await answer.json()]).toMatchObject([422, { code: 'idempotency_key_reused' }]);
    expect((await reportShipment(id, 'delivered')).status).toBe(200);
    expect(await viewOf(id)).toMatchObject({ status: 'delivered', customer_id: 'erased' });
  });
});

describe('an erasure that fails half-way', () => {
  it('changes nothing, and can be made once more', async () => {
    const id = newOrderId('erased-half');
    const customer = person();
    await placeFor(id, customer);
    await atRest(id);
    await known(id, 'completed');
    const before = await exported(id);
    await runInDurableObject<OrderSaga, void>(objectOf(id), (_, { storage }) => {
      const full: JournalStorage = {
        sql: new Proxy(storage.sql, { get: (sql, name): unknown => (name === 'exec' ? outOfSpace(sql) : Reflect.get(sql, name)) }),
        transactionSync: (work) => storage.transactionSync(work),
      };
      const record = new OrderRecord(full, id);
      const erasing = () => record.write([{ type: 'erase' }], record.current().definition, CONTEXT);
      expect(erasing).toThrow('full');
      expect(record.state).toMatchObject({ erasure: null });
      expect(erasing).toThrow('full');
    });
    await evictDurableObject(objectOf(id));
    expect(await exported(id)).toEqual(before);
    expect(await erased(customer)).toMatchObject({ erased: 1, left: [] });
    expect(JSON.stringify(await keptInObject(id))).not.toMatch(GONE);
    expect(verify(await exported(id), null)).toMatchObject({ type: 'verified' });
  });
});

describe('an order that was rolled back, and erased', () => {
  it('undoes a charge that happened after all, and is erased again with it', async () => {
    const id = newOrderId('erased-late');
    const customer = person();
    await setFault('payment', id, { route: '/charges', fault: accepting('succeeded', 8_000) });
    await setFault('payment', id, { route: '/refunds', times: 1, fault: { kind: 'garbage' } });
    await placeFor(id, customer);
    await received(id, '/charges');
    await callBack(id, 'process_payment.do', { outcome: 'refused', error: { code: 'fraud', message: 'Not from Ann Secret' } });
    await atRest(id);
    await known(id, 'failed');
    expect(await erased(customer)).toMatchObject({ erased: 1, left: [] });
    expect((await ledgersOf(id)).money.charged).toBe('0');
    // Only now the service charges, and says so.
    await received(id, '/refunds', 2);
    expect(await atRest(id)).toMatchObject({ status: 'failed', compensated_steps: ['process_payment', 'reserve_inventory'] });
    const { calls, money } = await ledgersOf(id);
    expect(money).toMatchObject({ charged: '10.00', refunded: '10.00' });
    expect(calls.findLast(({ route }) => route === '/refunds')).toMatchObject({
      idempotency_key: keyOf(id, 'process_payment.undo.late'),
    });
    for (const { net } of Object.values((await ledgersOf(id)).stock)) expect(net).toBe(0);
    expect(JSON.stringify(await keptInObject(id))).not.toMatch(GONE);
    expect(verify(await exported(id), null)).toMatchObject({ type: 'verified' });
    expect(JSON.stringify(await exported(id)).match(/"type":"OrderErased","at"/g)).toHaveLength(2);
  });
});

describe('erasing a customer', () => {
  it('leaves what is under way, and tells of it; once that rests it goes as well', async () => {
    const customer = person();
    const [rests, waits] = [newOrderId('erase-rests'), newOrderId('erase-waits')];
    await placeFor(rests, customer);
    const large = { customer_id: customer, items: [{ sku: 'CAR', name: 'Car', quantity: 1, unit_price: '20000.00' }] };
    await call('POST', '/api/v1/orders', request(waits, large));
    await atRest(rests);
    await known(rests, 'completed');
    await eventually(async () => (await rowOf(waits))?.['saga_status'] === 'waiting', 'the wait for approval');
    const left = [{ order_id: waits, saga_status: 'waiting', code: 'not_at_rest' }];
    expect(await erased(customer)).toEqual({ erased: 1, left, next_cursor: null });
    expect(await viewOf(waits)).toMatchObject({ customer_id: customer, shipping_address: { street: '123 Main St' } });
    await cancel(waits);
    await atRest(waits);
    await known(waits, 'cancelled');
    expect(await erased(customer)).toEqual({ erased: 1, left: [], next_cursor: null });
    expect(await viewOf(waits)).toMatchObject({ customer_id: 'erased', error: { code: 'cancelled', message: 'erased' } });
    expect(await erased(customer)).toEqual({ erased: 0, left: [], next_cursor: null });
  });

  it('goes through all of them page by page, and touches nobody else’s', async () => {
    const [customer, other] = [person(), person()];
    const ids = ['a', 'b', 'c'].map((name) => newOrderId(`erase-page-${name}`));
    const theirs = newOrderId('erase-other');
    for (const id of ids) await placeFor(id, customer);
    await placeFor(theirs, other);
    for (const id of [...ids, theirs]) await atRest(id);
    for (const id of [...ids, theirs]) await known(id, 'completed');
    const first = await erased(customer, '?limit=2');
    expect(first).toMatchObject({ erased: 2, next_cursor: expect.any(String) });
    expect(await erased(customer, `?limit=2&cursor=${first.next_cursor}`)).toEqual({ erased: 1, left: [], next_cursor: null });
    for (const id of ids) expect(await viewOf(id)).toMatchObject({ customer_id: 'erased' });
    expect(await viewOf(theirs)).toMatchObject({ customer_id: other });
  });

  it('is not taken back by a message from before it that comes late', async () => {
    const id = newOrderId('erase-late-message');
    const customer = person();
    await placeFor(id, customer);
    await atRest(id);
    const before = await runInDurableObject<OrderSaga, OrderSummary | null>(objectOf(id), (object) => object.look());
    await known(id, 'completed');
    await erased(customer);
    const row = await rowOf(id);
    if (before) await applySummaries(env.READ_MODEL, [before]);
    expect(before?.view.customer_id).toBe(customer);
    expect(await rowOf(id)).toEqual(row);
    expect(JSON.stringify(row)).not.toMatch(GONE);
  });

  it('loses no row where two are made at once, while others place orders', async () => {
    const [customer, other] = [person(), person()];
    const ids = ['a', 'b', 'c', 'd'].map((name) => newOrderId(`erase-twice-${name}`));
    for (const [index, id] of ids.entries()) await placeFor(id, index % 2 ? other : customer);
    for (const id of ids) await atRest(id);
    for (const id of ids) await known(id, 'completed');
    const meanwhile = ['x', 'y', 'z'].map((name) => newOrderId(`erase-meanwhile-${name}`));
    await Promise.all([erased(customer), erased(customer), erased(other), ...meanwhile.map((id) => place(id))]);
    for (const id of ids) expect(JSON.stringify([await rowOf(id), await keptInObject(id)])).not.toMatch(GONE);
    for (const id of meanwhile) await atRest(id);
    for (const id of meanwhile) await known(id, 'completed');
    const { results } = await env.READ_MODEL.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND (name LIKE '%\\_anew' ESCAPE '\\' OR name LIKE 'zeroed%')",
    ).all();
    expect(results).toEqual([]);
  });

  it('is for operators, and takes its own parameters alone', async () => {
    expect((await erase('c-1', '', {})).status).toBe(403);
    expect((await erase('nobody', '?cursor=nonsense')).status).toBe(400);
    expect((await erase('nobody', '?everything=1')).status).toBe(400);
    expect(await erased('nobody')).toEqual({ erased: 0, left: [], next_cursor: null });
  });
});
