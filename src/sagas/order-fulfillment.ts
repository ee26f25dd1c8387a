/** The default: validate, have large orders approved, reserve, charge, ship, confirm, all within half an hour. */

import { defineSaga } from '../saga/builder.ts';
import { minutes, seconds } from '../saga/retry.ts';
import { available } from './answers.ts';
import { quantities } from './bodies.ts';
import { cancellationData, confirmationData, message, notifying } from './messages.ts';
import { charging, reserving, shipping } from './participant-steps.ts';

export const orderFulfillment = defineSaga({
  name: 'order_fulfillment',
  version: 1,
  deadlineMs: minutes(30),
  events: {
    placed: ['OrderCreated'],
    completed: ['OrderConfirmed'],
    rolledBack: ['OrderCancelled'],
    shipped: ['OrderShipped'],
    delivered: ['OrderDelivered'],
    returned: ['OrderReturned'],
  },
})
  .step('validate_order', {
    call: {
      participant: 'inventory',
      path: '/availability',
      body: ({ order }) => ({ order_id: order.orderId, items: quantities(order), payment_method: order.paymentMethod }),
      read: available,
    },
  })
  .approval('approval', (settings) => settings.needsApproval)
  .step('reserve_inventory', {
    ...reserving,
    events: { succeeded: ['InventoryReserved'], refused: ['InventoryReservationFailed'], undone: ['InventoryReleased'] },
  })
  .step('process_payment', {
    timeoutMs: seconds(60),
    ...charging,
    events: { succeeded: ['PaymentCompleted'], refused: ['PaymentFailed'], undone: ['PaymentRefunded'] },
  })
  .step('create_shipment', {
    ...shipping,
    events: { succeeded: ['ShipmentCreated'], refused: ['ShipmentFailed'], undone: ['ShipmentCancelled'] },
  })
  .step('send_confirmation', {
    timeoutMs: seconds(15),
    via: 'queue',
    call: {
      ...notifying,
      channels: ['email', 'push'],
      body: ({ order, outputs: { create_shipment: parcel }, channel }) =>
        message(order, channel, 'order_confirmed', { ...confirmationData(order), tracking_number: parcel.tracking_number }),
    },
    undo: {
      path: notifying.path,
      channel: 'email',
      notifies: true,
      body: ({ order, reason }) => message(order, 'email', 'order_cancelled', cancellationData(order, reason)),
      acceptedIsDone: true,
    },
    whenFailed: ({ confirmationFailure }) => (confirmationFailure === 'complete' ? 'go_on' : 'roll_back'),
    outstanding: () => ({ kind: 'message' }),
  })
  .done();
