import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { OrderSaga } from '../../src/order/order-saga.ts';
import { published } from './published.ts';
import { atRest, configure, newOrderId, objectOf, place, setFault } from './shop.ts';

/** Requests that the platform bills for an object, reads by clients aside. */
const BILLED = ['start', 'claimKey', 'deliver', 'giveUp', 'look', 'alarm'] as const;

/** What an order keeps for ever, of one item; pages of 4 KiB. */
const MOST_BYTES = 20_480;

/** How often each was called, by the object's name. Calls of this file alone come here: it has the class to itself. */
const calls = new Map<string, string[]>();

for (const name of BILLED) {
  const own: unknown = Reflect.get(OrderSaga.prototype, name);
  if (typeof own !== 'function') throw new Error(`An order has no ${name}`);
  Reflect.set(OrderSaga.prototype, name, function counted(this: OrderSaga, ...args: readonly unknown[]): unknown {
    const { id } = this.ctx;
    calls.set(id.name ?? '', [...(calls.get(id.name ?? '') ?? []), name]);
    const answer: unknown = Reflect.apply(own, this, args);
    return answer;
  });
}

/** What an order that was just placed costs until it is at rest and everything is told: requests of its object, and messages. */
async function billOf(id: string) {
  const messages: string[] = [];
  const counted = (name: 'COMPENSATIONS' | 'NOTIFICATIONS' | 'ORDER_EVENTS') => ({
    [name]: {
      send: (body: unknown, options?: QueueSendOptions) => {
        messages.push(name);
        return env[name].send(body, options);
      },
    },
  });
  await configure(id, { ...counted('COMPENSATIONS'), ...counted('NOTIFICATIONS'), ...counted('ORDER_EVENTS') });
  await place(id);
  await atRest(id);
  await published(id, 'queue', 5);
  await published(id, 'webhook', 5);
  await runDurableObjectAlarm(objectOf(id));
  const bytes = await runInDurableObject(objectOf(id), (_, { storage }) => storage.sql.databaseSize);
  console.log(`${id} keeps ${bytes} bytes`);
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
  return { requests: calls.get(`local/${id}`)?.toSorted(), messages: messages.toSorted() };
}

it('an order that goes well asks its object twice, and sends one message', async () => {
  expect(await billOf(newOrderId('bill-well'))).toEqual({ requests: ['alarm', 'start'], messages: ['ORDER_EVENTS'] });
});

it('one whose card is declined asks it once more, with a message to undo', async () => {
  const id = newOrderId('bill-declined');
  await setFault('payment', id, { route: '/charges', fault: { kind: 'refuse', status: 402, code: 'card_declined', message: 'Declined' } });
  expect(await billOf(id)).toEqual({ requests: ['alarm', 'deliver', 'start'], messages: ['COMPENSATIONS', 'ORDER_EVENTS'] });
});
