/** Orders that turn back: refused, cancelled or in doubt. */

import type { Fate, FateFault } from './fate.ts';
import { CONFIRMED, ordinary, server, untouched } from './ordinary.ts';

export const SHIPPING_REFUSED: FateFault = {
  service: 'shipping',
  route: '/shipments',
  fault: { kind: 'refuse', code: 'address_not_served', message: 'We do not deliver there' },
};

/** The charge and the reservation, undone last first. */
const CHARGE_UNDONE = [
  'RollbackStarted',
  'OperationSucceeded process_payment undo',
  'OperationSucceeded reserve_inventory undo',
  'OrderCompensated',
];

export const backwardFates: readonly Fate[] = [
  {
    ...ordinary,
    orderId: 'rejected',
    title: 'A large order, not approved',
    world: 'It waits for a person as well. Olga will reject it.',
    items: [server],
    acts: [{ once: 'ApprovalRequested', type: 'decide', decision: 'reject', by: 'Olga', note: 'Looks like fraud' }],
    expected: { ...untouched('approval_rejected'), status: 'cancelled' },
  },
  {
    ...ordinary,
    orderId: 'out-of-stock',
    title: 'Out of stock',
    world: 'One camera is left, and three are ordered.',
    stock: { sku: 'CAMERA-C3', level: 1 },
    items: [{ sku: 'CAMERA-C3', name: 'Camera', quantity: 3, unit_price: '449.00' }],
    expected: untouched('not_available'),
  },
  {
    ...ordinary,
    orderId: 'card-declined',
    title: 'The card is declined',
    world: 'The payment service will refuse the card.',
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
    },
  },
  {
    ...ordinary,
    orderId: 'shipping-refused',
    title: 'Shipping is refused after the charge',
    world: 'The carrier will refuse the address, when the card is charged already.',
    faults: [SHIPPING_REFUSED],
    expected: {
      ...untouched('address_not_served'),
      money: 'refunded',
      stock: 'put back',
      history: ['OperationRefused create_shipment do', ...CHARGE_UNDONE],
    },
  },
  {
    ...ordinary,
    orderId: 'refund-delayed',
    title: 'The way back is blocked for a while',
    world:
      'The carrier will refuse the address, and the refund will fail twice. A queue brings it back, after a whole second at the earliest.',
    faults: [SHIPPING_REFUSED, { service: 'payment', route: '/refunds', times: 2, fault: { kind: 'fail', status: 503 } }],
    expected: {
      ...untouched('address_not_served'),
      money: 'refunded',
      stock: 'put back',
      history: ['RollbackStarted', 'AttemptFailed process_payment undo', ...CHARGE_UNDONE.slice(1)],
    },
  },
  {
    ...ordinary,
    orderId: 'cancelled-in-flight',
    title: 'The customer cancels while the card is being charged',
    world: 'The charge will take most of a second. The customer cancels before it is answered.',
    faults: [{ service: 'payment', route: '/charges', fault: { kind: 'slow', delay_ms: 800 } }],
    acts: [{ once: 'OperationStarted process_payment do', type: 'cancel', reason: 'Found it cheaper' }],
    expected: {
      ...untouched('cancelled'),
      status: 'cancelled',
      money: 'refunded',
      stock: 'put back',
      history: ['RollbackStarted', 'OperationSucceeded process_payment do', ...CHARGE_UNDONE.slice(1)],
    },
  },
  {
    ...ordinary,
    orderId: 'parcel-picked-up',
    title: 'The customer cancels when the parcel is on its way',
    world: 'The order will be completed and its parcel picked up. Then the customer cancels: a shipment on its way can only be returned.',
    acts: [
      { once: 'OrderCompleted', type: 'dispatch' },
      { once: 'OrderCompleted', type: 'cancel', reason: 'Changed my mind' },
    ],
    expected: {
      ...untouched('cancelled'),
      status: 'cancelled',
      money: 'refunded',
      stock: 'put back',
      shipment: 'returned',
      messages: [...CONFIRMED, 'email order_cancelled'],
      history: [
        'OrderCompleted',
        'OperationRefused create_shipment undo',
        'OperationSucceeded create_shipment undo return',
        'OrderCompensated',
      ],
    },
  },
  {
    ...ordinary,
    orderId: 'cannot-confirm',
    title: 'The confirmation can’t be delivered',
    world: 'The notification service will refuse both the e-mail and the push message. As configured, such an order is undone.',
    faults: [
      {
        service: 'notification',
        route: '/notifications',
        times: 2,
        fault: { kind: 'refuse', code: 'unknown_user', message: 'Nobody is known by that name' },
      },
    ],
    expected: {
      ...untouched('unknown_user'),
      money: 'refunded',
      stock: 'put back',
      shipment: 'cancelled',
      history: ['RollbackStarted', 'OperationSucceeded create_shipment undo', ...CHARGE_UNDONE.slice(1)],
    },
  },
  {
    ...ordinary,
    orderId: 'never-charged',
    title: 'Nobody ever answers the charge, and it was never made',
    world: 'Every charge will vanish without a trace and without an answer. When asked, the service knows nothing of it.',
    faults: [{ service: 'payment', route: '/charges', fault: { kind: 'hang' } }],
    expected: {
      ...untouched('timed_out'),
      stock: 'put back',
      history: ['OperationDoubted process_payment do', 'OperationUnresolved process_payment do', ...CHARGE_UNDONE],
    },
  },
  {
    ...ordinary,
    orderId: 'charged-in-the-dark',
    title: 'Nobody ever answers the charge, and it was made',
    world: 'The charge will be made, every answer lost, and asking will fail too. The refund names the charge by its key alone.',
    faults: [
      { service: 'payment', route: '/charges', fault: { kind: 'lose_answer' } },
      { service: 'payment', route: 'GET /operations', fault: { kind: 'fail', status: 503 } },
    ],
    expected: {
      ...untouched('timed_out'),
      money: 'refunded',
      stock: 'put back',
      history: ['OperationDoubted process_payment do', 'OperationUnresolved process_payment do', ...CHARGE_UNDONE],
    },
  },
];
