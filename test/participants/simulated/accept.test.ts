import { runInDurableObject } from 'cloudflare:test';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sendCallback } from '../../../src/participants/simulated/callbacks.ts';
import { callbacksTaken, charge, ledger, newOrder, probe, refund, summaryOf } from './ledgers.ts';

type Outcome = 'succeeded' | 'refused';

const URL_TEMPLATE = 'https://orders.test/{tenant}/{order_id}/callback';

const accept = (order: string, outcome: Outcome, delay_ms: number, callback_url?: string) =>
  ledger('payment').setFault({
    route: '/charges',
    order_id: order,
    times: 1,
    fault: { kind: 'accept', delay_ms, outcome, code: 'fraud', message: 'Suspicious', ...(callback_url && { callback_url }) },
  });

const stateOf = async (order: string) => (await probe('payment', order, `${order}.charge`)).body;

afterEach(() => void vi.unstubAllGlobals());

const owed = () =>
  runInDurableObject(ledger('payment'), (_ledger, { storage }) =>
    storage.sql.exec("select id from later where work like '%call_back%'").toArray(),
  );

describe('an accepted operation', () => {
  it('has its effect after the delay, and the stored answer is then the result', async () => {
    const order = newOrder();
    await accept(order, 'succeeded', 150);
    expect((await charge(order)).status).toBe(202);
    expect((await charge(order)).status).toBe(202);
    expect((await summaryOf(order)).money.charged).toBe('0');
    await vi.waitFor(async () => expect(await stateOf(order)).toMatchObject({ state: 'succeeded', output: { amount: '29.99' } }), 2_000);
    expect((await charge(order)).status).toBe(201);
    expect((await summaryOf(order)).money.charged).toBe('29.99');
  });

  it('may be refused in the end', async () => {
    const order = newOrder();
    await accept(order, 'refused', 20);
    await charge(order);
    const refused = { state: 'refused', error: { code: 'fraud', message: 'Suspicious' } };
    await vi.waitFor(async () => expect(await stateOf(order)).toEqual(refused), 2_000);
    expect((await summaryOf(order)).money.charged).toBe('0');
  });

  it('never happens once it is undone', async () => {
    const order = newOrder();
    await accept(order, 'succeeded', 150);
    await charge(order);
    expect((await refund(order)).body).toEqual({ undone: false });
    await vi.waitFor(async () => expect(await stateOf(order)).toMatchObject({ state: 'refused', error: { code: 'undone' } }), 2_000);
    expect((await summaryOf(order)).money.charged).toBe('0');
  });
});

describe('a callback', () => {
  it('tells the output, with the URL filled in', async () => {
    const order = newOrder();
    const callbacks = callbacksTaken(0);
    await accept(order, 'succeeded', 20, URL_TEMPLATE);
    await charge(order);
    await vi.waitFor(() => expect(callbacks).toHaveLength(1), 2_000);
    expect(callbacks[0]).toMatchObject({
      url: `https://orders.test/local/${order}/callback`,
      body: { idempotency_key: `${order}.charge`, outcome: 'succeeded', output: { amount: '29.99' } },
    });
  });

  it('tells the refusal', async () => {
    const order = newOrder();
    const callbacks = callbacksTaken(0);
    await accept(order, 'refused', 20, URL_TEMPLATE);
    await charge(order);
    await vi.waitFor(() => expect(callbacks).toHaveLength(1), 2_000);
    expect(callbacks[0]?.body).toEqual({
      idempotency_key: `${order}.charge`,
      outcome: 'refused',
      error: { code: 'fraud', message: 'Suspicious' },
    });
  });

  it('is tried three times and then given up', async () => {
    const order = newOrder();
    const callbacks = callbacksTaken(3);
    await accept(order, 'succeeded', 0, URL_TEMPLATE);
    await charge(order);
    await vi.waitFor(() => expect(callbacks).toHaveLength(3), 5_000);
    expect(new Set(callbacks.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    await vi.waitFor(async () => expect(await owed()).toEqual([]), 2_000);
  });

  it('to the host "coordinator" reaches this same Worker', async () => {
    const order = newOrder();
    const fault = { route: '/charges', order_id: order, times: 1, fault: { kind: 'hang' } };
    const callback = { id: 'msg_1', url: 'https://coordinator/simulated/faults', body: JSON.stringify({ service: 'payment', ...fault }) };
    expect(await sendCallback({}, callback)).toBe(true);
    expect(await ledger('payment').faults()).toMatchObject([{ order_id: order, fault: { kind: 'hang' } }]);
    expect(await sendCallback({}, { ...callback, body: '{}' })).toBe(false);
  });

  it('is signed where there is a secret', async () => {
    const secret = `whsec_${btoa('a secret of some length')}`;
    let verified: unknown;
    vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
      const body = await new Response(init.body ?? null).text();
      verified = new Webhook(secret).verify(body, Object.fromEntries(new Headers(init.headers)));
      return new Response(null, { status: 202 });
    });
    const taken = await sendCallback({ CALLBACK_SECRET: secret }, { id: 'msg_2', url: 'https://orders.test/', body: '{"a":1}' });
    expect(taken).toBe(true);
    expect(verified).toEqual({ a: 1 });
  });
});
