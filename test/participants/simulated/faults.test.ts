import { describe, expect, it, vi } from 'vitest';
import type { FaultSetting } from '../../../src/participants/simulated/faults.ts';
import { charge, chargeBody, isStillOpen, ledger, newOrder, post, probe, refund, summaryOf } from './ledgers.ts';

const onCharge = (order: string | null, fault: FaultSetting['fault'], times: number | null = 1) =>
  ledger('payment').setFault({ route: '/charges', order_id: order, times, fault });

const onProbe = (order: string, fault: FaultSetting['fault']) =>
  ledger('payment').setFault({ route: 'GET /operations', order_id: order, times: 1, fault });

const moneyOf = async (order: string) => (await summaryOf(order)).money;

const rawCharge = (order: string) => post('payment', '/charges', chargeBody(order), { key: `${order}.charge` });

describe('a fault', () => {
  it('of one order does not touch another, and goes when its times are over', async () => {
    const [struck, spared] = [newOrder(), newOrder()];
    await onCharge(struck, { kind: 'fail' }, 2);
    expect((await charge(spared)).status).toBe(201);
    const answers = [await charge(struck), await charge(struck), await charge(struck)];
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 201]);
    expect(await ledger('payment').faults()).toEqual([]);
  });

  it('of all orders stands until it is cleared, behind the order’s own', async () => {
    const order = newOrder();
    await onCharge(null, { kind: 'fail', status: 500 }, null);
    await onCharge(order, { kind: 'fail', status: 502 });
    const answers = [await charge(order), await charge(order), await charge(order)];
    expect(answers.map(({ status }) => status)).toEqual([502, 500, 500]);
    expect(await ledger('payment').clearFaults()).toBe(1);
    expect((await charge(order)).status).toBe(201);
  });

  it('is replaced by the next for its order and route, or followed by it', async () => {
    const order = newOrder();
    await onCharge(order, { kind: 'fail', status: 500 });
    await onCharge(order, { kind: 'fail', status: 502 });
    await ledger('payment').addFault({ route: '/charges', order_id: order, times: 1, fault: { kind: 'fail', status: 504 } });
    const answers = [await charge(order), await charge(order), await charge(order)];
    expect(answers.map(({ status }) => status)).toEqual([502, 504, 201]);
  });

  it('says in the call log that it struck', async () => {
    const order = newOrder();
    await onCharge(order, { kind: 'fail' });
    await charge(order);
    expect((await summaryOf(order)).calls).toMatchObject([{ service: 'payment', route: '/charges', status: 503, fault: 'fail' }]);
  });
});

describe('fail', () => {
  it('has no effect, and says when to come back', async () => {
    const order = newOrder();
    await onCharge(order, { kind: 'fail', status: 429, retry_after: '7', code: 'slow_down' });
    const response = await rawCharge(order);
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toMatchObject({ code: 'slow_down' });
    expect(await moneyOf(order)).toMatchObject({ charged: '0' });
  });
});

describe('fail_after', () => {
  it('charges, and answers 503; the same key then finds the charge', async () => {
    const order = newOrder();
    await onCharge(order, { kind: 'fail_after' });
    expect((await charge(order)).status).toBe(503);
    expect(await moneyOf(order)).toMatchObject({ charged: '29.99' });
    expect((await charge(order)).status).toBe(201);
    expect(await moneyOf(order)).toMatchObject({ charged: '29.99' });
  });
});

describe('replay', () => {
  it.each([
    { effect: true, charged: '29.99', refunded: { undone: true } },
    { effect: false, charged: '0', refunded: { undone: false } },
  ])('gives the same failure on every attempt and to the probe, with effect: $effect', async ({ effect, charged, refunded }) => {
    const order = newOrder();
    await onCharge(order, { kind: 'replay', effect });
    const answers = [await charge(order), await charge(order), await probe('payment', order, `${order}.charge`)];
    expect(answers.map(({ status }) => status)).toEqual([500, 500, 500]);
    expect(await summaryOf(order)).toMatchObject({ money: { charged }, duplicates: 1 });
    expect((await refund(order)).body).toMatchObject(refunded);
  });
});

describe('no_fence', () => {
  const onRefund = (order: string) =>
    ledger('payment').setFault({ route: '/refunds', order_id: order, times: 1, fault: { kind: 'no_fence' } });

  it('lets the operation happen after its undo, and the same undo then find it', async () => {
    const order = newOrder();
    await onRefund(order);
    expect((await refund(order)).body).toEqual({ undone: false });
    expect((await charge(order)).status).toBe(201);
    expect((await refund(order)).body).toMatchObject({ undone: true });
    expect(await moneyOf(order)).toMatchObject({ charged: '29.99', refunded: '29.99' });
  });

  it('changes nothing where there is something to undo', async () => {
    const order = newOrder();
    await charge(order);
    await onRefund(order);
    const first = await refund(order);
    expect(first.body).toMatchObject({ undone: true });
    expect(await refund(order)).toEqual(first);
    expect(await moneyOf(order)).toMatchObject({ charged: '29.99', refunded: '29.99' });
  });
});

describe('hang', () => {
  it('has no effect, never answers, and keeps nobody else waiting', async () => {
    const order = newOrder();
    await onCharge(order, { kind: 'hang' });
    const giveUp = new AbortController();
    const hung = ledger('payment').fetch('https://payment/charges', {
      method: 'POST',
      headers: { 'idempotency-key': `${order}.charge`, 'saga-order-id': order, 'saga-tenant': 'local' },
      body: JSON.stringify(chargeBody(order)),
      signal: giveUp.signal,
    });
    expect(await isStillOpen(hung, 100)).toBe(true);
    expect((await charge(newOrder())).status).toBe(201);
    expect(await moneyOf(order)).toMatchObject({ charged: '0' });
    giveUp.abort();
    await expect(hung).rejects.toThrow();
    expect((await charge(order)).status).toBe(201);
    expect((await summaryOf(order)).calls.map(({ status }) => status)).toEqual([null, 201]);
  });
});

describe('lose_answer', () => {
  it('charges and never says so; the same key and the probe both know', async () => {
    const order = newOrder();
    await onCharge(order, { kind: 'lose_answer' });
    expect(await isStillOpen(rawCharge(order), 100)).toBe(true);
    expect(await moneyOf(order)).toMatchObject({ charged: '29.99' });
    expect((await probe('payment', order, `${order}.charge`)).body).toMatchObject({ state: 'succeeded' });
    expect((await charge(order)).status).toBe(201);
    expect(await moneyOf(order)).toMatchObject({ charged: '29.99' });
  });
});

describe('drop', () => {
  it.each([
    { effect: true, charged: '29.99' },
    { effect: false, charged: '0' },
  ])('breaks the connection, with effect: $effect', async ({ effect, charged }) => {
    const order = newOrder();
    await onCharge(order, { kind: 'drop', effect });
    await expect(charge(order)).rejects.toThrow();
    expect(await moneyOf(order)).toMatchObject({ charged });
    expect((await charge(order)).status).toBe(201);
    expect(await moneyOf(order)).toMatchObject({ charged: '29.99' });
  });
});

describe('late', () => {
  it('is done after its delay, though the caller has gone', async () => {
    const order = newOrder();
    await onCharge(order, { kind: 'late', delay_ms: 200 });
    expect(await isStillOpen(rawCharge(order), 20)).toBe(true);
    expect(await probe('payment', order, `${order}.charge`)).toMatchObject({ status: 404 });
    await vi.waitFor(async () => expect(await moneyOf(order)).toMatchObject({ charged: '29.99' }), 2_000);
  });

  it('is answered to a caller who waits', async () => {
    const order = newOrder();
    await onCharge(order, { kind: 'late', delay_ms: 50 });
    expect((await charge(order)).status).toBe(201);
  });

  it('is refused when its undo came before it', async () => {
    const order = newOrder();
    await onCharge(order, { kind: 'late', delay_ms: 200 });
    const late = charge(order);
    expect(await isStillOpen(late, 20)).toBe(true);
    expect((await refund(order)).body).toEqual({ undone: false });
    expect(await late).toMatchObject({ status: 409, body: { code: 'undone' } });
    expect(await moneyOf(order)).toMatchObject({ charged: '0' });
  });

  it('is a duplicate when a later attempt came before it', async () => {
    const order = newOrder();
    await onCharge(order, { kind: 'late', delay_ms: 200 });
    const late = charge(order);
    expect(await isStillOpen(late, 20)).toBe(true);
    const second = await charge(order, { attempt: 2 });
    expect(await late).toEqual(second);
    expect(await summaryOf(order)).toMatchObject({ money: { charged: '29.99' }, duplicates: 1 });
  });

  it('is refused when it arrives past its time', async () => {
    const order = newOrder();
    await onCharge(order, { kind: 'late', delay_ms: 100 });
    expect(await charge(order, { notAfter: new Date(Date.now() + 50) })).toMatchObject({ status: 410 });
    expect(await moneyOf(order)).toMatchObject({ charged: '0' });
  });
});

describe('slow', () => {
  it('charges at once and answers later; meanwhile its key is in use', async () => {
    const order = newOrder();
    await onCharge(order, { kind: 'slow', delay_ms: 200 });
    const slow = charge(order);
    expect(await isStillOpen(slow, 20)).toBe(true);
    expect(await moneyOf(order)).toMatchObject({ charged: '29.99' });
    expect(await charge(order)).toMatchObject({ status: 409, body: { code: 'idempotency_key_in_use' } });
    expect((await probe('payment', order, `${order}.charge`)).status).toBe(202);
    const answer = await slow;
    expect(answer.status).toBe(201);
    expect(await charge(order)).toEqual(answer);
  });
});

describe('garbage', () => {
  it('charges, and answers 200 with something that is not JSON', async () => {
    const order = newOrder();
    await onCharge(order, { kind: 'garbage' });
    const response = await rawCharge(order);
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/^<!doctype html>/);
    expect(await moneyOf(order)).toMatchObject({ charged: '29.99' });
  });
});

describe('a fault of the probe', () => {
  it('leaves the operation alone', async () => {
    const order = newOrder();
    const key = `${order}.charge`;
    await charge(order);
    await onProbe(order, { kind: 'fail' });
    expect((await probe('payment', order, key)).status).toBe(503);
    await onProbe(order, { kind: 'no_probe' });
    expect(await probe('payment', order, key)).toEqual({ status: 404, body: {} });
    await onProbe(order, { kind: 'hang' });
    expect(await isStillOpen(probe('payment', order, key), 50)).toBe(true);
    expect((await probe('payment', order, key)).body).toMatchObject({ state: 'succeeded' });
  });
});
