/** Deployments: which sagas there are from now on. An object that lives already learns of it in its next life, as it would of new code. */

import { runInDurableObject } from 'cloudflare:test';
import { defineSaga } from '../../src/saga/builder.ts';
import type { SagaDefinition } from '../../src/saga/definition.ts';
import { seconds } from '../../src/saga/retry.ts';
import { SAGAS } from '../../src/sagas/registry.ts';
import { charging as paying, reserving } from '../../src/sagas/participant-steps.ts';
import type { OrderSaga } from '../../src/order/order-saga.ts';
import type { History, OrderView } from '../../src/order/orders-port.ts';
import { kill } from './cases/alone.ts';
import { call, ledgersOf, newOrderId, objectOf, place, received, setFault } from './shop.ts';

const head = (version: number) => ({
  name: 'errand',
  version,
  deadlineMs: seconds(1_800),
  events: { placed: ['ErrandBegun'], completed: ['ErrandDone'], rolledBack: ['ErrandCalledOff'] },
});

const reserve = { timeoutMs: seconds(30), ...reserving };
const pay = { timeoutMs: seconds(60), ...paying };

/** The stock, then the money. */
export const FIRST = defineSaga(head(1)).step('reserve', reserve).step('pay', pay).done();

/** The same the other way round. */
export const SECOND = defineSaga(head(2)).step('pay', pay).step('reserve', reserve).done();

/** The registry is a list like any other, though nothing but a deployment changes it. The orders' objects end with the old code and begin anew. */
export async function deploy(sagas: readonly SagaDefinition[], ...orderIds: readonly string[]): Promise<void> {
  await Promise.all(orderIds.map(kill));
  Array.prototype.splice.call(SAGAS, 0, SAGAS.length, ...sagas);
  // One that its alarm woke meanwhile.
  await Promise.all(orderIds.map(kill));
}

export const placeErrand = (id: string, headers: Readonly<Record<string, string>> = {}) => place(id, headers, { saga: 'errand' });

/** Placed on version 1, with its charge under way: the payment service has it, and will not answer. */
export async function charging(name: string): Promise<string> {
  await deploy([FIRST]);
  const id = newOrderId(name);
  await setFault('payment', id, { route: '/charges', times: 1, fault: { kind: 'hang' } });
  await placeErrand(id);
  await received(id, '/charges');
  return id;
}

export const viewOf = async (id: string): Promise<OrderView> => (await call('GET', `/api/v1/orders/${id}`)).json();

export const historyOf = async (id: string): Promise<History> => (await call('GET', `/api/v1/orders/${id}/events`)).json();

export const routesOf = async (id: string): Promise<readonly string[]> => (await ledgersOf(id)).calls.map(({ route }) => route);

export const alarmOf = (id: string): Promise<number | null> =>
  runInDurableObject<OrderSaga, number | null>(objectOf(id), (_, { storage }) => storage.getAlarm());
