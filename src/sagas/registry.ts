/** Every published saga. Adding one is a file beside this one and a line here; a published version stays until nothing can happen to an order of it any more. */

import type { SagaDefinition } from '../saga/definition.ts';
import { orderFulfillment } from './order-fulfillment.ts';
import { paymentFirst } from './payment-first.ts';
import { reserveAndPay } from './reserve-and-pay.ts';

export const SAGAS: readonly SagaDefinition[] = [orderFulfillment, paymentFirst, reserveAndPay];

/** The version that new orders begin with. */
export const newestSaga = (name: string): SagaDefinition | undefined =>
  SAGAS.filter((saga) => saga.name === name).toSorted((left, right) => right.version - left.version)[0];

/** The version that an order began with. */
export const sagaVersion = (name: string, version: number): SagaDefinition | undefined =>
  SAGAS.find((saga) => saga.name === name && saga.version === version);
