/** The default: validate, have large orders approved, reserve, charge, ship, confirm, all within half an hour. */

import { defineSaga } from '../saga/builder.ts';
import { formatMoney } from '../saga/money.ts';
import { minutes, seconds } from '../saga/retry.ts';
import { anything, fields } from '../saga/read-answer.ts';
import { available } from './answers.ts';
import { confirmationData, quantities, quantitiesWithNames, shipmentAddress } from './bodies.ts';
import { charging, reserving } from './stock-and-money.ts';

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
    timeoutMs: seconds(30),
    call: {
      participant: 'inventory',
      path: '/availability',
      body: ({ order }) => ({ order_id: order.orderId, items: quantities(order), payment_method: order.paymentMethod }),
      read: available,
    },
  })
  .approval('approval', (settings) => settings.needsApproval)
  .step('reserve_inventory', {
    timeoutMs: seconds(30),
    ...reserving,
    events: { succeeded: ['InventoryReserved'], refused: ['InventoryReservationFailed'], undone: ['InventoryReleased'] },
  })
  .step('process_payment', {
    timeoutMs: seconds(60),
    ...charging,
    events: { succeeded: ['PaymentCompleted'], refused: ['PaymentFailed'], undone: ['PaymentRefunded'] },
  })
  .step('create_shipment', {
    timeoutMs: seconds(30),
    call: {
      participant: 'shipping',
      path: '/shipments',
      body: ({ order }) => ({ order_id: order.orderId, address: shipmentAddress(order), items: quantitiesWithNames(order) }),
      read: fields('shipment_id', 'tracking_number'),
    },
    undo: {
      path: '/shipments/cancel',
      body: ({ order, output, reason, undoes }) => ({
        order_id: order.orderId,
        shipment_id: output?.shipment_id ?? null,
        reason,
        undoes,
      }),
      otherwise: { whenRefused: 'already_dispatched', channel: 'return', path: '/shipments/return' },
    },
    outstanding: (order, output) => ({ kind: 'shipment', items: quantities(order), ...(output && { reference: output.shipment_id }) }),
    events: { succeeded: ['ShipmentCreated'], refused: ['ShipmentFailed'], undone: ['ShipmentCancelled'] },
  })
  .step('send_confirmation', {
    timeoutMs: seconds(15),
    via: 'queue',
    call: {
      participant: 'notification',
      path: '/notifications',
      channels: ['email', 'push'],
      body: ({ order, outputs, channel }) => ({
        order_id: order.orderId,
        user_id: order.customerId,
        channel,
        template: 'order_confirmed',
        data: { ...confirmationData(order), tracking_number: outputs.create_shipment.tracking_number },
      }),
      read: anything,
      acceptedIsDone: true,
    },
    undo: {
      path: '/notifications',
      channel: 'email',
      notifies: true,
      body: ({ order, reason }) => ({
        order_id: order.orderId,
        user_id: order.customerId,
        channel: 'email',
        template: 'order_cancelled',
        data: { order_id: order.orderId, reason, total: formatMoney(order.totalMinor, order.currency), currency: order.currency },
      }),
      acceptedIsDone: true,
    },
    whenFailed: ({ confirmationFailure }) => (confirmationFailure === 'complete' ? 'go_on' : 'roll_back'),
    outstanding: () => ({ kind: 'message' }),
  })
  .done();
