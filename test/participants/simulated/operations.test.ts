import { describe, expect, it } from 'vitest';
import { charge, chargeBody, ledger, newOrder, probe, refund, send, summaryOf } from './ledgers.ts';

const past = new Date('2020-01-01T00:00:00.000Z');
const future = new Date('2100-01-01T00:00:00.000Z');

describe('an idempotency key', () => {
  it('gives the stored answer again, and the effect once', async () => {
    const order = newOrder();
    const first = await charge(order);
    expect(await charge(order, { attempt: 2 })).toEqual(first);
    const { money, duplicates, calls } = await summaryOf(order);
    expect(money.charged).toBe('29.99');
    expect(duplicates).toBe(1);
    expect(calls.map(({ attempt, status, duplicate }) => ({ attempt, status, duplicate }))).toEqual([
      { attempt: 1, status: 201, duplicate: false },
      { attempt: 2, status: 201, duplicate: true },
    ]);
  });

  it('holds for requests side by side', async () => {
    const order = newOrder();
    const answers = await Promise.all(Array.from({ length: 20 }, () => charge(order)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect((await summaryOf(order)).money.charged).toBe('29.99');
  });

  it('is refused with another body or on another route', async () => {
    const order = newOrder();
    await charge(order);
    const key = `${order}.charge`;
    const reused = { status: 422, body: { code: 'idempotency_key_reused' } };
    expect(await send('payment', '/charges', chargeBody(order, '30.00'), { key })).toMatchObject(reused);
    expect(await refund(order, key)).toMatchObject(reused);
    expect((await summaryOf(order)).money).toMatchObject({ charged: '29.99', refunded: '0.00' });
  });

  it('stands for a refusal too', async () => {
    const order = newOrder();
    await ledger('payment').setFault({
      route: '/charges',
      order_id: order,
      times: 1,
      fault: { kind: 'refuse', code: 'card_declined', message: 'Declined' },
    });
    const declined = { status: 422, body: { code: 'card_declined', message: 'Declined' } };
    expect(await charge(order)).toEqual(declined);
    expect(await charge(order)).toEqual(declined);
  });
});

describe('Saga-Not-After', () => {
  it('refuses what comes later, without burning the key', async () => {
    const order = newOrder();
    expect(await charge(order, { notAfter: past })).toMatchObject({ status: 410, body: { code: 'too_late' } });
    expect((await summaryOf(order)).money.charged).toBe('0');
    expect((await charge(order, { notAfter: future })).status).toBe(201);
  });

  it('does not hide the stored answer', async () => {
    const order = newOrder();
    const first = await charge(order, { notAfter: future });
    expect(await charge(order, { notAfter: past })).toEqual(first);
  });
});

describe('an undo', () => {
  it('before its operation has nothing to undo, and fences it', async () => {
    const order = newOrder();
    expect(await refund(order)).toEqual({ status: 200, body: { undone: false } });
    const late = await charge(order);
    expect(late).toMatchObject({ status: 409, body: { code: 'undone' } });
    expect(await charge(order)).toEqual(late);
    expect((await summaryOf(order)).money.charged).toBe('0');
  });

  it('is never done twice, by the same key or by another', async () => {
    const order = newOrder();
    await charge(order);
    const first = await refund(order);
    expect(await refund(order)).toEqual(first);
    expect(await refund(order, `${order}.other`)).toEqual({ status: 200, body: { undone: false } });
    expect((await summaryOf(order)).money).toMatchObject({ charged: '29.99', refunded: '29.99', net: '0.00' });
  });

  it('is done once by undos side by side', async () => {
    const order = newOrder();
    await charge(order);
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => refund(order, `${order}.refund.${index}`)));
    expect(answers.filter(({ body }) => JSON.stringify(body).includes('"undone":true'))).toHaveLength(1);
    expect((await summaryOf(order)).money.refunded).toBe('29.99');
  });

  it('is not followed by a second charge under the old key', async () => {
    const order = newOrder();
    await charge(order);
    await refund(order);
    await charge(order);
    expect((await summaryOf(order)).money.net).toBe('0.00');
  });

  it('of a refused operation has nothing to undo', async () => {
    const order = newOrder();
    await ledger('payment').setFault({ route: '/charges', order_id: order, fault: { kind: 'refuse', code: 'no', message: 'No' } });
    await charge(order);
    expect((await refund(order)).body).toEqual({ undone: false });
  });
});

describe('the probe', () => {
  it('knows what succeeded, with its output', async () => {
    const order = newOrder();
    const { body } = await charge(order);
    expect(await probe('payment', order, `${order}.charge`)).toEqual({ status: 200, body: { state: 'succeeded', output: body } });
  });

  it('knows what was refused, with its error', async () => {
    const order = newOrder();
    await ledger('payment').setFault({ route: '/charges', order_id: order, fault: { kind: 'refuse', code: 'no', message: 'No' } });
    await charge(order);
    expect(await probe('payment', order, `${order}.charge`)).toEqual({
      status: 200,
      body: { state: 'refused', error: { code: 'no', message: 'No' } },
    });
  });

  it('says that a fenced operation will never happen', async () => {
    const order = newOrder();
    await refund(order);
    expect((await probe('payment', order, `${order}.charge`)).body).toMatchObject({ state: 'refused', error: { code: 'undone' } });
  });

  it('says 202 while an operation is accepted', async () => {
    const order = newOrder();
    const fault = { kind: 'accept', delay_ms: 60_000, outcome: 'succeeded' } as const;
    await ledger('payment').setFault({ route: '/charges', order_id: order, fault });
    expect((await charge(order)).status).toBe(202);
    expect((await probe('payment', order, `${order}.charge`)).status).toBe(202);
  });

  it('has never seen what never came, whatever characters its key has', async () => {
    const order = newOrder();
    expect(await probe('payment', order, 'a/b?c%20#')).toMatchObject({ status: 404, body: { code: 'unknown_operation' } });
    await send('payment', '/charges', chargeBody(order), { key: 'a/b?c%20#' });
    expect((await probe('payment', order, 'a/b?c%20#')).status).toBe(200);
  });
});
