/** The client on the runtime's own fetch: through a service binding, to the simulated services. */

import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import { ParticipantClient } from '../../src/participants/client.ts';
import { endpointOf, type EndpointEnv } from '../../src/participants/endpoint.ts';
import type { OperationRequest } from '../../src/saga/request.ts';
import { charge as charging, refund as refunding } from './answers.ts';
import { chargeBody, ledger, matching, newOrder, refundBody, summaryOf } from './simulated/ledgers.ts';

const bindings: EndpointEnv = env;

function paymentClient(): ParticipantClient {
  const endpoint = endpointOf(bindings, 'payment');
  if (!endpoint) throw new Error('The payment service is not configured');
  return new ParticipantClient(endpoint, undefined);
}

const detailsOf = (orderId: string, timeoutMs = 30_000) => ({
  tenant: 'local',
  orderId,
  attempt: 1,
  timeoutMs,
  notAfter: Date.now() + 30_000,
  traceId: '0af7651916cd43dd8448eb211c80319c',
});

const chargeOf = (orderId: string): OperationRequest => ({
  ...charging,
  idempotencyKey: `${orderId}.charge`,
  body: JSON.stringify(chargeBody(orderId)),
});

const refundOf = (orderId: string): OperationRequest => ({
  ...refunding,
  idempotencyKey: `${orderId}.refund`,
  body: JSON.stringify(refundBody(orderId)),
});

it('charges, finds the charge by its key, and refunds it, each once', async () => {
  const order = newOrder();
  const client = paymentClient();
  const charged = { type: 'succeeded', output: { payment_id: matching(/^pay_/) } };
  expect(await client.probe(chargeOf(order), detailsOf(order))).toEqual({ type: 'never_seen' });
  expect(await client.call(chargeOf(order), detailsOf(order))).toEqual(charged);
  expect(await client.call(chargeOf(order), detailsOf(order))).toEqual(charged);
  expect(await client.probe(chargeOf(order), detailsOf(order))).toEqual(charged);
  expect(await client.call(refundOf(order), detailsOf(order))).toEqual({ type: 'succeeded', output: {} });
  expect((await summaryOf(order)).money).toMatchObject({ charged: '29.99', refunded: '29.99' });
});

it('takes a late call, a second body under a key, and nothing to undo for what they are', async () => {
  const [order, other] = [newOrder(), newOrder()];
  const client = paymentClient();
  expect(await client.call(chargeOf(order), { ...detailsOf(order), notAfter: Date.now() - 1_000 })).toMatchObject({
    type: 'turned_away',
    code: 'too_late',
  });
  await client.call(chargeOf(order), detailsOf(order));
  const reused = { ...chargeOf(order), body: JSON.stringify(chargeBody(order, '30.00')) };
  expect(await client.call(reused, detailsOf(order))).toMatchObject({ type: 'turned_away', code: 'idempotency_key_reused' });
  expect(await client.call(refundOf(other), detailsOf(other))).toEqual({ type: 'nothing_to_undo' });
});

it.each([
  ['hang', 'timed_out', '0'],
  ['lose_answer', 'timed_out', '29.99'],
  ['garbage', 'unreadable_answer', '29.99'],
] as const)('a participant that is told to %s leaves the outcome open: %s', async (kind, code, charged) => {
  const order = newOrder();
  await ledger('payment').setFault({ route: '/charges', order_id: order, times: 1, fault: { kind } });
  expect(await paymentClient().call(chargeOf(order), detailsOf(order, 200))).toMatchObject({
    type: 'unanswered',
    code,
    mayHaveHappened: true,
  });
  expect((await summaryOf(order)).money.charged).toBe(charged);
});

it('a connection that breaks after the effect leaves the outcome open', async () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const order = newOrder();
  await ledger('payment').setFault({ route: '/charges', order_id: order, times: 1, fault: { kind: 'drop', effect: true } });
  expect(await paymentClient().call(chargeOf(order), detailsOf(order))).toMatchObject({ type: 'unanswered', code: 'unreachable' });
  expect((await summaryOf(order)).money.charged).toBe('29.99');
  warned.mockRestore();
});
