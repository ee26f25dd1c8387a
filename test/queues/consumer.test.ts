import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { consume } from '../../src/queues/consumer.ts';
import { UNDOS } from '../order/points.ts';
import {
  atRest,
  call,
  cancel,
  expectServed,
  expectUndone,
  ledgersOf,
  newOrderId,
  objectOf,
  place,
  received,
  setFault,
} from '../order/shop.ts';
import { deliver, message } from './delivery.ts';

const times = <Item>(count: number, item: Item): readonly Item[] => Array.from({ length: count }, () => item);

describe('a message that comes more than once', () => {
  it('confirms once, whether it comes during the call or after', async () => {
    const id = newOrderId('confirm-twice');
    await setFault('notification', id, { route: '/notifications', times: 2, fault: { kind: 'slow', delay_ms: 200 } });
    await place(id);
    await received(id, '/notifications');
    const during = await deliver('backstitch-notifications', times(5, message(id, 'send_confirmation', 'do')));
    expect(during.explicitAcks).toHaveLength(5);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await deliver('backstitch-notifications', times(5, message(id, 'send_confirmation', 'do')));
    const { messages, calls } = await ledgersOf(id);
    expect(messages).toHaveLength(2);
    expect(calls.filter(({ route }) => route === '/notifications')).toHaveLength(2);
    await expectServed(id);
  });

  it.each(UNDOS)('undoes $step once, whether it comes before its time, during the call or after', async ({ step, service, route }) => {
    const id = newOrderId(`undo-twice-${step}`);
    await setFault(service, id, { route, times: 1, fault: { kind: 'slow', delay_ms: 200 } });
    await place(id);
    await atRest(id);
    const all = UNDOS.flatMap((undo) => times(3, message(id, undo.step, 'undo')));
    expect((await deliver('backstitch-compensations', all)).explicitAcks).toHaveLength(all.length);
    await expectServed(id);
    await cancel(id);
    await received(id, route);
    expect((await deliver('backstitch-compensations', times(3, message(id, step, 'undo')))).explicitAcks).toHaveLength(3);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled' });
    await deliver('backstitch-compensations', all);
    await expectUndone(id);
    expect((await ledgersOf(id)).calls.filter((made) => made.route === route)).toHaveLength(1);
  });

  it('is asked to come back when its work is not due, and not before', async () => {
    const id = newOrderId('not-due');
    await setFault('payment', id, { route: '/refunds', times: 1, fault: { kind: 'fail', status: 503, retry_after: '7' } });
    await place(id);
    await atRest(id);
    await cancel(id);
    await received(id, '/refunds');
    await expect.poll(() => isInHistory(id, 'AttemptFailed')).toBe(true);
    await evictDurableObject(objectOf(id));
    expect(await retryDelaySeconds(message(id, 'process_payment', 'undo'))).toBeOneOf([6, 7]);
    expect((await ledgersOf(id)).calls.filter(({ route }) => route === '/refunds')).toHaveLength(1);
  });
});

describe('a message whose order can not be asked', () => {
  it('comes back, later each time', async () => {
    const broken = {
      ...env,
      ORDERS: Object.assign(Object.create(env.ORDERS), {
        getByName: () => {
          throw new Error('Out of order');
        },
      }),
    };
    const delays = [1, 2, 99].map((attempts) => retryDelaySeconds(message('any', 'process_payment', 'undo'), broken, attempts));
    expect(await Promise.all(delays)).toEqual([30, 60, 300]);
  });
});

/** The platform's own test batch forgets the delay, so this one notes it. */
async function retryDelaySeconds(body: unknown, bindings: Env = env, attempts = 1): Promise<number | undefined> {
  const noted: (number | undefined)[] = [];
  const ack = () => expect.fail('The message was acknowledged');
  const retry = (options?: QueueRetryOptions) => noted.push(options?.delaySeconds);
  const metadata = { metrics: { backlogCount: 0, backlogBytes: 0, oldestMessageTimestamp: new Date(0) } };
  const messages = [{ id: 'm', timestamp: new Date(), attempts, body, ack, retry }];
  await consume({ queue: 'backstitch-compensations', metadata, messages, ackAll: ack, retryAll: retry }, bindings);
  return noted[0];
}

describe('one batch', () => {
  it('settles each message by itself: an unreadable one, an unknown order and a good one', async () => {
    const id = newOrderId('batch');
    await place(id);
    await atRest(id);
    const result = await deliver('backstitch-compensations', [
      { nonsense: true },
      message('no-such-order', 'process_payment', 'undo'),
      message(id, 'no_such_step', 'undo'),
      message(id, 'process_payment', 'undo'),
    ]);
    expect(result.explicitAcks.toSorted()).toEqual(['m0', 'm1', 'm2', 'm3']);
    expect(result.retryMessages).toEqual([]);
    await expectServed(id);
  });
});

describe('a dead letter', () => {
  it('puts an undo that is still owed into review, and the steps before it are undone', async () => {
    const id = newOrderId('dead-undo');
    await setFault('payment', id, { route: '/refunds', times: 1, fault: { kind: 'fail', status: 503, retry_after: '60' } });
    await place(id);
    await atRest(id);
    await cancel(id);
    await expect.poll(() => isInHistory(id, 'AttemptFailed')).toBe(true);
    await deliver('backstitch-compensations-dead', [message(id, 'process_payment', 'undo')]);
    const view = await atRest(id);
    expect(view).toMatchObject({ status: 'needs_review', saga_status: 'needs_review' });
    expect(view.review?.items).toMatchObject([
      {
        step: 'process_payment',
        operation: 'undo',
        code: 'dead_letter',
        outstanding: { kind: 'money', amount: '1359.97', currency: 'USD', reference: view.payment_id },
      },
    ]);
    const { stock, shipments, money } = await ledgersOf(id);
    expect(Object.values(stock).map(({ net }) => net)).toEqual([0, 0]);
    expect(shipments.live).toBe(0);
    expect(money.net).toBe('1359.97');
    expect((await cancel(id)).status).toBe(409);
  });

  it('puts a confirmation that is still owed into review, and undoes nothing', async () => {
    const id = newOrderId('dead-confirmation');
    await setFault('notification', id, { route: '/notifications', times: 2, fault: { kind: 'fail', status: 503, retry_after: '20' } });
    await place(id);
    await expect.poll(() => isInHistory(id, 'AttemptFailed')).toBe(true);
    await deliver('backstitch-notifications-dead', [message(id, 'send_confirmation', 'do')]);
    expect(await atRest(id)).toMatchObject({ status: 'needs_review', error: null });
    await expectServed(id);
  });

  it('of a call that is under way waits for its end', async () => {
    const id = newOrderId('dead-under-way');
    await setFault('notification', id, { route: '/notifications', times: 2, fault: { kind: 'slow', delay_ms: 200 } });
    await place(id);
    await received(id, '/notifications', 2);
    const result = await deliver('backstitch-notifications-dead', [message(id, 'send_confirmation', 'do')]);
    expect(result.retryMessages).toHaveLength(1);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
  });

  it('of work that is done changes nothing', async () => {
    const id = newOrderId('dead-done');
    await place(id);
    await atRest(id);
    await deliver('backstitch-notifications-dead', [message(id, 'send_confirmation', 'do')]);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
  });
});

const isInHistory = async (id: string, type: string): Promise<boolean> => {
  const history: { readonly events: readonly { readonly type: string }[] } = await (
    await call('GET', `/api/v1/orders/${id}/events`)
  ).json();
  return history.events.some((event) => event.type === type);
};
