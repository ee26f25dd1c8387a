import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import type { OrderSaga } from '../../src/order/order-saga.ts';
import { nextLookAt } from '../../src/order/stranded.ts';
import { hours, minutes } from '../../src/saga/retry.ts';
import { deliver, message } from '../queues/delivery.ts';
import { alarmOf, charging, deploy, FIRST, historyOf, placeErrand, routesOf, SECOND, viewOf } from './deployments.ts';
import { batchesOf, published, setAnswering } from './published.ts';
import { callBack, reportShipment } from './signed.ts';
import {
  atRest,
  call,
  cancel,
  configure,
  expectUndone,
  ledgersOf,
  losingQueue,
  newOrderId,
  objectOf,
  received,
  setFault,
  TOTAL,
} from './shop.ts';

const OPERATOR = { authorization: 'Bearer local-operator' };

/** Its charge is under way, and then version 1 is deployed no more. */
async function stranded(name: string): Promise<string> {
  const id = await charging(name);
  await deploy([SECOND], id);
  return id;
}

afterEach(() => deploy([FIRST, SECOND]));

describe('an order whose version is gone', () => {
  const GONE = { code: 'version_not_deployed', message: 'The order runs on errand version 1, which is not deployed: deploy it again' };

  it('is in review, which names the reason and what may be outstanding', async () => {
    const id = await stranded('in-review');
    const view = await viewOf(id);
    expect(view).toMatchObject({ saga: 'errand', saga_version: 1, status: 'needs_review', saga_status: 'needs_review', total: TOTAL });
    expect(view).toMatchObject({ current_step: null, completed_steps: ['reserve'], compensated_steps: [], error: null });
    const [reserved, charged] = view.review?.items ?? [];
    const items = [
      { sku: 'LAPTOP-X1', quantity: 1 },
      { sku: 'MOUSE-M2', quantity: 2 },
    ];
    const stock = { kind: 'stock', items, reference: view.reservation_id };
    expect(view.reservation_id).toMatch(/^res_/);
    expect(reserved).toEqual({ step: 'reserve', operation: 'do', attempts: 1, ...GONE, outstanding: stock });
    // What a charge is, only the definition knew: the key is what a person can ask the service about.
    const unknown = { kind: 'unknown', reference: `local.${id}.pay.do` };
    expect(charged).toEqual({ step: 'pay', operation: 'do', attempts: 1, ...GONE, outstanding: unknown });
    expect(view.review?.items).toHaveLength(2);
    expect(await (await call('GET', `/api/v1/orders/${id}/status`)).json()).toMatchObject({ saga_status: 'needs_review' });
  });

  it('has those who tell it something come again: what they tell must not be lost', async () => {
    const id = await stranded('told');
    const answers = [await callBack(id, 'pay.do', { outcome: 'succeeded', output: {} }), await reportShipment(id, 'shipped')];
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  it('says since when', async () => {
    const before = Date.now();
    const id = await stranded('since');
    const { review } = await viewOf(id);
    expect(Date.parse(review?.since ?? '')).toBeGreaterThanOrEqual(before);
    await runDurableObjectAlarm(objectOf(id));
    await deploy([SECOND], id);
    expect((await viewOf(id)).review?.since).toBe(review?.since);
  });

  it('can be read, event by event', async () => {
    const id = await stranded('history');
    const types = (await historyOf(id)).events.map(({ type }) => type);
    expect(types).toEqual(['OrderPlaced', 'OperationStarted', 'OperationSucceeded', 'OperationStarted']);
  });

  it('takes no command, says why, and calls nobody', async () => {
    const id = await stranded('commands');
    const calls = await routesOf(id);
    const by = { by: 'olga', note: 'Let us see' };
    const answers = [
      await cancel(id),
      await call('POST', `/api/v1/orders/${id}/approval?tenant=local`, { decision: 'approve', ...by }, OPERATOR),
      await call('POST', `/api/v1/orders/${id}/review?tenant=local`, { action: 'retry', step: 'pay', ...by }, OPERATOR),
      await call('POST', `/api/v1/orders/${id}/review?tenant=local`, { action: 'resolve', step: 'pay', ...by }, OPERATOR),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(409);
      expect(await answer.json()).toMatchObject({
        code: GONE.code,
        saga: 'errand',
        saga_version: 1,
        detail: expect.stringContaining('version 1'),
      });
    }
    await runDurableObjectAlarm(objectOf(id));
    expect(await routesOf(id)).toEqual(calls);
    expect((await historyOf(id)).events).toHaveLength(4);
  });

  it('lets its messages go: they are sent again when there is somebody to read them', async () => {
    const id = await charging('messages');
    await setFault('payment', id, { route: '/refunds', times: 1, fault: { kind: 'hang' } });
    await cancel(id);
    await received(id, '/refunds');
    await deploy([SECOND], id);
    for (const queue of ['backstitch-compensations', 'backstitch-compensations-dead']) {
      const { explicitAcks, retryMessages } = await deliver(queue, [message(id, 'pay', 'undo')]);
      expect({ explicitAcks, retryMessages }).toEqual({ explicitAcks: ['m0'], retryMessages: [] });
    }
    expect(await viewOf(id)).toMatchObject({ saga_status: 'needs_review', error: { code: 'cancelled' } });
    await deploy([FIRST, SECOND], id);
    await runDurableObjectAlarm(objectOf(id));
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', compensated_steps: ['pay', 'reserve'] });
    await expectUndone(id);
  });

  it('is looked at again, never in a hot loop', async () => {
    const id = await stranded('alarm');
    for (let looks = 0; looks < 8; looks += 1) {
      const now = Date.now();
      expect(await runDurableObjectAlarm(objectOf(id))).toBe(true);
      expect(await alarmOf(id)).toBeGreaterThanOrEqual(now + 60_000);
      await deploy([SECOND], id);
    }
    const noted = await runInDurableObject<OrderSaga, unknown>(objectOf(id), (_, { storage }) => storage.kv.get('stranded'));
    expect(noted).toMatchObject({ looks: 8 });
  });

  it.each([
    [1, minutes(1)],
    [2, minutes(2)],
    [4, minutes(8)],
    [7, hours(1)],
    [10_000, hours(1)],
  ])('after %d looks is looked at again after a minute and some time up to %d ms, all of them as likely', (looks, mostMs) => {
    expect(nextLookAt(looks, 5, 0)).toBe(5 + minutes(1));
    expect(nextLookAt(looks, 5, 0.5)).toBe(5 + minutes(1) + mostMs / 2);
  });

  it('goes on by itself when the version is back', async () => {
    const id = await stranded('back-again');
    await runDurableObjectAlarm(objectOf(id));
    await deploy([FIRST, SECOND], id);
    // Nobody asks: the alarm that stands is the only one to come.
    expect(await runDurableObjectAlarm(objectOf(id))).toBe(true);
    await received(id, '/charges', 2);
    expect(await atRest(id)).toMatchObject({ status: 'completed', saga_version: 1, review: null });
    expect((await ledgersOf(id)).money).toMatchObject({ charged: TOTAL, net: TOTAL });
  });

  it('goes on at once when somebody asks for it, though its alarm stands far out', async () => {
    const id = await stranded('asked-for');
    await runDurableObjectAlarm(objectOf(id));
    await deploy([FIRST, SECOND], id);
    expect(await viewOf(id)).toMatchObject({ saga_status: 'running', review: null });
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
  });

  it('is told as it ended, where it was at rest, and is not looked at again', async () => {
    await deploy([FIRST]);
    const id = newOrderId('at-rest');
    await placeErrand(id);
    const { updated_at, payment_id } = await atRest(id);
    for (const place of ['queue', 'webhook'] as const) await published(id, place, 2);
    await runDurableObjectAlarm(objectOf(id));
    await deploy([SECOND], id);
    expect(await viewOf(id)).toMatchObject({ status: 'completed', saga_status: 'completed', review: null, updated_at, payment_id });
    expect((await cancel(id)).status).toBe(409);
    expect(await alarmOf(id)).toBeNull();
  });

  it('has everything published when the version is back, where it was not before', async () => {
    await deploy([FIRST]);
    const id = newOrderId('unpublished');
    await configure(id, { ORDER_EVENTS: losingQueue() });
    await setAnswering(id, { status: 503, times: 1 });
    await placeErrand(id);
    await atRest(id);
    await deploy([SECOND], id);
    expect(await runDurableObjectAlarm(objectOf(id))).toBe(true);
    expect(await batchesOf(id, 'webhook')).toEqual([]);
    await deploy([FIRST], id);
    expect(await runDurableObjectAlarm(objectOf(id))).toBe(true);
    const events = await published(id, 'webhook', 2);
    expect(events.map(({ type }) => type)).toEqual(['ErrandBegun', 'ErrandDone']);
  });

  it('is not waited for by who placed it', async () => {
    const id = await stranded('waited-for');
    const begun = Date.now();
    const answer = await placeErrand(id, { prefer: 'wait=20' });
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ saga_status: 'needs_review' });
    expect(Date.now() - begun).toBeLessThan(10_000);
  });
});
