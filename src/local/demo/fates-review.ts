/** Orders that need a person in the end: what is outstanding, and what the person does about it. */

import type { Fate, FateFault } from './fate.ts';
import { SHIPPING_REFUSED } from './fates-back.ts';
import { laptop, ordinary, untouched } from './ordinary.ts';

const REFUND_REFUSED: FateFault = {
  service: 'payment',
  route: '/refunds',
  fault: { kind: 'refuse', code: 'card_closed', message: 'The card has been closed' },
};

const REVIEWED = ['OperationParked process_payment undo', 'OperationSucceeded reserve_inventory undo', 'ReviewRequested'];

export const reviewFates: readonly Fate[] = [
  {
    ...ordinary,
    orderId: 'refund-refused',
    title: 'A refund that can’t be made',
    world: 'The carrier will refuse the address, and the payment service will refuse the refund for good. The rest is undone all the same.',
    faults: [SHIPPING_REFUSED, REFUND_REFUSED],
    expected: {
      ...untouched('address_not_served'),
      status: 'needs_review',
      sagaStatus: 'needs_review',
      money: 'charged',
      stock: 'put back',
      review: [{ step: 'process_payment', kind: 'money', amount: laptop.unit_price, currency: 'USD' }],
      history: REVIEWED,
    },
  },
  {
    ...ordinary,
    orderId: 'refund-retried',
    title: 'A refund that a person has tried again',
    world: 'The refund will be turned away, once: our credentials have run out. Olga renews them and has it tried again.',
    faults: [SHIPPING_REFUSED, { service: 'payment', route: '/refunds', times: 1, fault: { kind: 'fail', status: 401 } }],
    acts: [
      {
        once: 'ReviewRequested',
        type: 'review',
        action: 'retry',
        step: 'process_payment',
        by: 'Olga',
        note: 'The credentials are renewed',
      },
    ],
    expected: {
      ...untouched('address_not_served'),
      money: 'refunded',
      stock: 'put back',
      history: [...REVIEWED, 'OperationRetried process_payment undo', 'OperationSucceeded process_payment undo', 'OrderCompensated'],
    },
  },
  {
    ...ordinary,
    orderId: 'refund-by-hand',
    title: 'A refund that a person settles by hand',
    world:
      'The card is closed here as well. Olga sends the money to the customer’s bank, and says so. The payment service never hears of it.',
    faults: [SHIPPING_REFUSED, REFUND_REFUSED],
    acts: [{ once: 'ReviewRequested', type: 'review', action: 'resolve', step: 'process_payment', by: 'Olga', note: 'Bank transfer 7781' }],
    expected: {
      ...untouched('address_not_served'),
      money: 'charged',
      stock: 'put back',
      history: [...REVIEWED, 'OperationResolved process_payment undo', 'OrderCompensated'],
    },
  },
];
