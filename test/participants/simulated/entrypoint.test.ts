import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { endpointOf, type EndpointEnv } from '../../../src/participants/endpoint.ts';
import type { ParticipantName } from '../../../src/saga/definition.ts';
import { chargeBody, isStillOpen, ledger, newOrder, summaryOf } from './ledgers.ts';

const bindings: EndpointEnv = env;

/** As the coordinator calls a participant that has no URL: through its service binding. */
async function call(participant: ParticipantName, path: string, init: RequestInit): Promise<Response> {
  const endpoint = endpointOf(bindings, participant);
  if (!endpoint) throw new Error(`${participant} is not configured`);
  return endpoint.fetch(`${endpoint.baseUrl}${path}`, init);
}

const charging = (order: string): RequestInit => ({
  method: 'POST',
  headers: { 'idempotency-key': `${order}.charge`, 'saga-order-id': order, 'saga-tenant': 'local' },
  body: JSON.stringify(chargeBody(order)),
});

it('a service binding leads to the service that the host names', async () => {
  const order = newOrder();
  expect((await call('payment', '/charges', charging(order))).status).toBe(201);
  expect((await call('shipping', '/charges', charging(order))).status).toBe(404);
  expect((await summaryOf(order)).money.charged).toBe('29.99');
});

it('a host that names no service is 404', async () => {
  const response = await bindings.PAYMENT?.fetch('https://bank/charges', charging(newOrder()));
  expect(response?.status).toBe(404);
  expect(await response?.json()).toMatchObject({ code: 'unknown_service' });
});

it('a hung and a broken request reach the caller as such', async () => {
  const order = newOrder();
  const onCharge = { route: '/charges', order_id: order, times: 1 };
  await ledger('payment').setFault({ ...onCharge, fault: { kind: 'hang' } });
  await ledger('payment').addFault({ ...onCharge, fault: { kind: 'drop', effect: true } });
  const giveUp = new AbortController();
  const hung = call('payment', '/charges', { ...charging(order), signal: giveUp.signal });
  expect(await isStillOpen(hung, 50)).toBe(true);
  giveUp.abort();
  await expect(hung).rejects.toThrow();
  await expect(call('payment', '/charges', charging(order))).rejects.toThrow();
  expect((await summaryOf(order)).money.charged).toBe('29.99');
});
