import { exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { ParticipantClient } from '../../../src/participants/client.ts';
import { endpointOf } from '../../../src/participants/endpoint.ts';
import { chargeBody, isStillOpen, ledger, newOrder, summaryOf } from './ledgers.ts';

const DOOR = 'http://127.0.0.1:8787/simulated/services';

/** The whole local Worker, asked over HTTP as another process would. */
const ask = (path: string, init?: RequestInit): Promise<Response> => exports.default.fetch(`${DOOR}${path}`, init);

const charging = (order: string): RequestInit => ({
  method: 'POST',
  headers: { 'idempotency-key': `${order}/charge`, 'saga-order-id': order, 'saga-tenant': 'local' },
  body: JSON.stringify(chargeBody(order)),
});

const chargeFault = (order: string) => ({ route: '/charges', order_id: order, times: 1 });

describe('the door over HTTP', () => {
  it('leads to the service that its path names, and remembers keys', async () => {
    const order = newOrder();
    const first = await ask('/payment/charges', charging(order));
    expect(first.status).toBe(201);
    expect(await (await ask('/payment/charges', charging(order))).json()).toEqual(await first.json());
    expect((await ask('/shipping/charges', charging(order))).status).toBe(404);
    expect(await summaryOf(order)).toMatchObject({ money: { charged: '29.99' }, duplicates: 1 });
  });

  it('leads to the probe, whatever the key is made of', async () => {
    const order = newOrder();
    await ask('/payment/charges', charging(order));
    const probe = await ask(`/payment/operations/${encodeURIComponent(`${order}/charge`)}`);
    expect(await probe.json()).toMatchObject({ state: 'succeeded' });
  });

  it.each(['/bank/charges', '', '/'])('leads nowhere from %s', async (path) => {
    const response = await ask(path, charging(newOrder()));
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'unknown_service' });
  });

  it.each([true, false])('breaks the answer off where the connection is dropped, effect: %s', async (effect) => {
    const order = newOrder();
    await ledger('payment').setFault({ ...chargeFault(order), fault: { kind: 'drop', effect } });
    const whole = ask('/payment/charges', charging(order)).then((response) => response.text());
    await expect(whole).rejects.toThrow();
    expect((await summaryOf(order)).money.charged).toBe(effect ? '29.99' : '0');
  });

  it('lets a request hang', async () => {
    const order = newOrder();
    await ledger('payment').setFault({ ...chargeFault(order), fault: { kind: 'hang' } });
    const giveUp = new AbortController();
    const hung = ask('/payment/charges', { ...charging(order), signal: giveUp.signal });
    expect(await isStillOpen(hung, 50)).toBe(true);
    giveUp.abort();
    await expect(hung).rejects.toThrow();
  });

  it('is an address that the coordinator can be given', () => {
    const endpoint = endpointOf({ PAYMENT_URL: `${DOOR}/payment` }, 'payment');
    expect(endpoint?.baseUrl).toBe(`${DOOR}/payment`);
    expect(endpoint && new ParticipantClient(endpoint, undefined)).toBeInstanceOf(ParticipantClient);
  });
});
