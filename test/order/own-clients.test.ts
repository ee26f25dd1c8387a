import { env } from 'cloudflare:workers';
import { runInDurableObject } from 'cloudflare:test';
import { afterEach, expect, it } from 'vitest';
import type { OrderSaga } from '../../src/order/order-saga.ts';
import { defineSaga } from '../../src/saga/builder.ts';
import { anything } from '../../src/saga/read-answer.ts';
import { seconds } from '../../src/saga/retry.ts';
import { ORDER } from '../saga/scenario.ts';
import { kill } from './cases/alone.ts';
import { deploy, FIRST, SECOND } from './deployments.ts';
import { atRest, newOrderId, objectOf } from './shop.ts';

/** Waits for a person, then calls a service that no other saga calls. */
const CARDED = defineSaga({ name: 'carded', version: 1, deadlineMs: seconds(1_800), events: { placed: [], completed: [], rolledBack: [] } })
  .approval('agreed', () => true)
  .step('debit', { timeoutMs: seconds(30), call: { participant: 'cards', path: '/debits', body: () => ({}), read: anything } })
  .done();

afterEach(() => deploy([FIRST, SECOND]));

/** A life of the order's object, with the service in reach. */
const inLife = <Told>(id: string, live: (instance: OrderSaga) => Told): Promise<Told> =>
  runInDurableObject<OrderSaga, Told>(objectOf(id), (instance) => {
    Reflect.set(instance, 'env', { ...env, CARDS: { fetch: async () => Response.json({}, { status: 201 }) } });
    return live(instance);
  });

it('an order that is posted again for another saga keeps the clients of its own', async () => {
  await deploy([FIRST, CARDED]);
  const id = newOrderId('own-clients');
  const start = (saga: string) => (instance: OrderSaga) =>
    instance.start({ order: { ...ORDER, tenant: 'local', orderId: id }, saga, idempotencyKey: null, keyOrderId: null, traceparent: null });
  expect(await inLife(id, start('carded'))).toMatchObject({ ok: true });
  await kill(id);
  expect(await inLife(id, start('errand'))).toMatchObject({ ok: false, refusal: { reason: 'order_exists' } });
  await inLife(id, (instance) => instance.approve({ decision: 'approve', by: 'ann', note: null }));
  expect(await atRest(id)).toMatchObject({ status: 'completed' });
});
