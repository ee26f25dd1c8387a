/** The stock first, then the money, and nothing else: what is cancelled was cancelled by the system, and says whether money was given back. */

import { defineSaga } from '../saga/builder.ts';
import { minutes, seconds } from '../saga/retry.ts';
import { charging, reserving } from './participant-steps.ts';

export const reserveAndPay = defineSaga({
  name: 'reserve_and_pay',
  version: 1,
  deadlineMs: minutes(30),
  events: {
    placed: ['OrderPlaced'],
    completed: [],
    rolledBack: ['OrderCancelled'],
    troubled: ['OrderFulfillmentFailed'],
    shipped: ['OrderShipped'],
    delivered: ['OrderDelivered'],
    returned: ['OrderReturned'],
  },
  reasons: { reserve_inventory: 'Inventory unavailable', process_payment: 'Payment failed' },
  timeNames: {
    InventoryReserved: 'reserved_at',
    InventoryUnavailable: 'notified_at',
    PaymentProcessed: 'processed_at',
    PaymentFailed: 'failed_at',
    OrderPaid: 'paid_at',
    OrderCancelled: 'cancelled_at',
    OrderFulfillmentFailed: 'failed_at',
  },
})
  .step('reserve_inventory', {
    ...reserving,
    events: { succeeded: ['InventoryReserved'], refused: ['InventoryUnavailable'] },
  })
  .step('process_payment', {
    timeoutMs: seconds(60),
    ...charging,
    events: { succeeded: ['PaymentProcessed', 'OrderPaid'], refused: ['PaymentFailed'] },
  })
  .done();
