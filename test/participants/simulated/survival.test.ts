import { abortAllDurableObjects } from 'cloudflare:test';
import { describe, expect, it, vi } from 'vitest';
import type { FaultSetting } from '../../../src/participants/simulated/faults.ts';
import { callbacksTaken, charge, ledger, newOrder, refund, summaryOf } from './ledgers.ts';

const onCharge = (order: string, fault: FaultSetting['fault']) =>
  ledger('payment').setFault({ route: '/charges', order_id: order, times: 1, fault });

/** A request that the abort may break: nobody listens to it any more. */
const charged = (order: string) => charge(order).catch(() => null);

describe('after an abort', () => {
  it('the answers, the entries, the fences and the call log are still there', async () => {
    const [done, fenced] = [newOrder(), newOrder()];
    const first = await charge(done);
    await refund(fenced);
    await abortAllDurableObjects();
    expect(await charge(done)).toEqual(first);
    expect(await charge(fenced)).toMatchObject({ status: 409, body: { code: 'undone' } });
    expect(await summaryOf(done)).toMatchObject({ money: { charged: '29.99' }, duplicates: 1 });
    expect((await summaryOf(done)).calls).toHaveLength(2);
  });

  it('the faults and the stock still stand', async () => {
    const order = newOrder();
    await onCharge(order, { kind: 'fail' });
    await ledger('inventory').setStock('KEPT', 0);
    await abortAllDurableObjects();
    expect((await charge(order)).status).toBe(503);
    const reserve = { order_id: order, items: [{ sku: 'KEPT', quantity: 1 }], expires_in_minutes: 30 };
    const answer = await ledger('inventory').fetch('https://inventory/reservations', {
      method: 'POST',
      headers: { 'idempotency-key': `${order}.r` },
      body: JSON.stringify(reserve),
    });
    expect(answer.status).toBe(409);
  });

  it('a late request still arrives', async () => {
    const order = newOrder();
    await onCharge(order, { kind: 'late', delay_ms: 300 });
    const late = charged(order);
    await vi.waitFor(async () => expect((await summaryOf(order)).calls).toHaveLength(1), 2_000);
    await abortAllDurableObjects();
    expect(await late).toBeNull();
    await vi.waitFor(async () => expect((await summaryOf(order)).money.charged).toBe('29.99'), 3_000);
  });

  it('an accepted operation is still done, though nobody wakes the object', async () => {
    const order = newOrder();
    const callbacks = callbacksTaken(0);
    await onCharge(order, { kind: 'accept', delay_ms: 200, outcome: 'succeeded', callback_url: 'https://orders.test/' });
    await charge(order);
    await abortAllDurableObjects();
    await vi.waitFor(() => expect(callbacks).toHaveLength(1), 5_000);
    vi.unstubAllGlobals();
    expect((await summaryOf(order)).money.charged).toBe('29.99');
  });

  it('a slow answer is a stored answer', async () => {
    const order = newOrder();
    await onCharge(order, { kind: 'slow', delay_ms: 60_000 });
    const slow = charged(order);
    await vi.waitFor(async () => expect((await summaryOf(order)).money.charged).toBe('29.99'), 2_000);
    await abortAllDurableObjects();
    expect(await slow).toBeNull();
    expect((await charge(order)).status).toBe(201);
    expect((await summaryOf(order)).money.charged).toBe('29.99');
  });
});
