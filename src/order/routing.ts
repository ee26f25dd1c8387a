/** Where an order lives: one object for each tenant and order id. Neither part can hold a slash, so no two orders meet. */

import type { OrderSaga } from './order-saga.ts';

export type OrderObject = DurableObjectStub<OrderSaga>;

const MAX_TRIES = 3;

/** Asks the order's object. Everything that is asked of an object may be asked twice. */
export const askOrder = <Answer>(
  orders: DurableObjectNamespace<OrderSaga>,
  tenant: string,
  orderId: string,
  ask: (object: OrderObject) => Promise<Answer>,
): Promise<Answer> => askObject(() => orders.getByName(`${tenant}/${orderId}`), ask);

/**
 * Each time through a new stub; once more where the platform says that this may help.
 * https://developers.cloudflare.com/durable-objects/best-practices/error-handling/
 */
export async function askObject<Answer>(stub: () => OrderObject, ask: (object: OrderObject) => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask(stub());
    } catch (error) {
      if (tries >= MAX_TRIES || !isWorthAnotherTry(error)) throw error;
    }
  }
}

const isWorthAnotherTry = (error: unknown): boolean =>
  error instanceof Error && 'retryable' in error && error.retryable === true && !('overloaded' in error && error.overloaded === true);
