/** What most demonstrated orders have in common: what is bought, and the two ordinary ends. */

import type { Expected, Fate } from './fate.ts';

export const laptop = { sku: 'LAPTOP-X1', name: 'Laptop', quantity: 1, unit_price: '1299.99' };
export const mice = { sku: 'MOUSE-M2', name: 'Mouse', quantity: 2, unit_price: '29.90' };
export const server = { sku: 'SERVER-R9', name: 'Server', quantity: 2, unit_price: '6400.00' };

export const CONFIRMED = ['email order_confirmed', 'push order_confirmed'];

export const ordinary = { saga: 'order_fulfillment', items: [laptop], faults: [], acts: [], copies: 1 } satisfies Partial<Fate>;

export const completed: Expected = {
  status: 'completed',
  sagaStatus: 'completed',
  errorCode: null,
  money: 'charged',
  stock: 'taken',
  shipment: 'live',
  messages: CONFIRMED,
  review: [],
  history: ['OrderCompleted'],
};

/** Rolled back before anything was done; a fate says what of it is otherwise. */
export const untouched = (errorCode: string): Expected => ({
  status: 'failed',
  sagaStatus: 'compensated',
  errorCode,
  money: 'none',
  stock: 'none',
  shipment: 'none',
  messages: [],
  review: [],
  history: ['RollbackStarted', 'OrderCompensated'],
});
