/** Orders of the other sagas, each one that goes through and one that turns back: the same services, other steps, words and events. */

import type { Fate } from './fate.ts';
import { completed, laptop, mice, ordinary, untouched } from './ordinary.ts';

const paymentFirst = { ...ordinary, saga: 'payment_first' };

const reserveAndPay = { ...ordinary, saga: 'reserve_and_pay' };

const PAID = ['OrderCreated', 'PaymentProcessing', 'PaymentCompleted'];

export const otherSagaFates: readonly Fate[] = [
  {
    ...paymentFirst,
    orderId: 'payment-first',
    title: 'Another saga, payment_first: the money before the stock',
    world: 'It charges, reserves and confirms by e-mail. Its orders go by states of their own, and end as confirmed.',
    items: [laptop, mice],
    expected: {
      ...completed,
      status: 'confirmed',
      shipment: 'none',
      messages: ['email order_confirmed'],
      history: ['OperationSucceeded process_payment do', 'OperationSucceeded reserve_inventory do', 'OrderCompleted'],
      published: [...PAID, 'InventoryReserved', 'OrderConfirmed'],
    },
  },
  {
    ...paymentFirst,
    orderId: 'payment-first-no-stock',
    title: 'payment_first: charged, and then there is too little stock',
    world: 'One tripod is left, and two are ordered. That is found out when they are paid.',
    stock: { sku: 'TRIPOD-T4', level: 1 },
    items: [{ sku: 'TRIPOD-T4', name: 'Tripod', quantity: 2, unit_price: '89.50' }],
    expected: {
      ...untouched('out_of_stock'),
      status: 'cancelled',
      money: 'refunded',
      history: ['OperationRefused reserve_inventory do', 'OperationSucceeded process_payment undo', 'OrderCompensated'],
      published: [...PAID, 'InventoryReservationFailed', 'PaymentRefunded', 'OrderCancelled'],
    },
  },
  {
    ...reserveAndPay,
    orderId: 'reserve-and-pay',
    title: 'A third saga, reserve_and_pay: the stock, the money, nothing else',
    world: 'Who ships the order and who tells the customer is no matter of this saga.',
    expected: {
      ...completed,
      shipment: 'none',
      messages: [],
      history: ['OperationSucceeded reserve_inventory do', 'OperationSucceeded process_payment do', 'OrderCompleted'],
      published: ['OrderPlaced', 'InventoryReserved', 'PaymentProcessed', 'OrderPaid'],
    },
  },
  {
    ...reserveAndPay,
    orderId: 'reserve-and-pay-declined',
    title: 'reserve_and_pay: reserved, and then the card is declined',
    world: 'The payment service will refuse the card. What was reserved is put back.',
    faults: [
      {
        service: 'payment',
        route: '/charges',
        fault: { kind: 'refuse', status: 402, code: 'card_declined', message: 'Insufficient funds' },
      },
    ],
    expected: {
      ...untouched('card_declined'),
      stock: 'put back',
      history: ['OperationRefused process_payment do', 'OperationSucceeded reserve_inventory undo', 'OrderCompensated'],
      published: ['OrderPlaced', 'InventoryReserved', 'PaymentFailed', 'OrderCancelled'],
    },
  },
];
