/** The money first, then the stock: with an order state machine of its own, ten minutes in all, and three tries at taking a step back. */

import { defineSaga } from '../saga/builder.ts';
import { minutes, seconds, type RetryPolicy } from '../saga/retry.ts';
import { confirmationData, message, notifying } from './messages.ts';
import { charging, reserving } from './participant-steps.ts';

/** After two seconds, then four, with jitter; then a person is asked. */
const THREE_TRIES: RetryPolicy = { attempts: 3, firstDelayMs: seconds(2), maxDelayMs: seconds(4) };

export const paymentFirst = defineSaga({
  name: 'payment_first',
  version: 1,
  deadlineMs: minutes(10),
  events: {
    placed: ['OrderCreated'],
    completed: ['OrderConfirmed'],
    rolledBack: ['OrderCancelled'],
    shipped: ['OrderShipped'],
    delivered: ['OrderDelivered'],
    returned: ['OrderReturned'],
  },
  statuses: {
    steps: {
      process_payment: { running: 'payment_processing', done: 'payment_completed' },
      reserve_inventory: { done: 'inventory_reserved' },
    },
    completed: 'confirmed',
    rolledBack: 'cancelled',
    transitions: {
      pending: ['payment_processing', 'cancelled'],
      payment_processing: ['payment_completed', 'cancelled'],
      payment_completed: ['inventory_reserved', 'cancelled'],
      inventory_reserved: ['confirmed', 'cancelled'],
      confirmed: ['shipped', 'delivered', 'returned'],
      shipped: ['delivered', 'returned'],
      delivered: ['returned'],
      returned: [],
      cancelled: [],
    },
  },
  isFinalOnceCompleted: true,
  reasons: { process_payment: 'Payment failed', reserve_inventory: 'Inventory unavailable', deadline_exceeded: 'Timeout' },
})
  .step('process_payment', {
    timeoutMs: seconds(60),
    call: charging.call,
    undo: { ...charging.undo, retry: THREE_TRIES },
    outstanding: charging.outstanding,
    events: { started: ['PaymentProcessing'], succeeded: ['PaymentCompleted'], refused: ['PaymentFailed'], undone: ['PaymentRefunded'] },
  })
  .step('reserve_inventory', {
    call: reserving.call,
    undo: { ...reserving.undo, retry: THREE_TRIES },
    outstanding: reserving.outstanding,
    events: { succeeded: ['InventoryReserved'], refused: ['InventoryReservationFailed'], undone: ['InventoryReleased'] },
  })
  .step('send_confirmation', {
    timeoutMs: seconds(15),
    via: 'queue',
    whenFailed: 'go_on',
    call: {
      ...notifying,
      channels: ['email'],
      body: ({ order, channel }) => message(order, channel, 'order_confirmed', confirmationData(order)),
    },
    outstanding: () => ({ kind: 'message' }),
  })
  .done();
