/** Orders that reach their end, whatever lies in their way. */

import type { Fate } from './fate.ts';
import { completed, laptop, mice, ordinary, server } from './ordinary.ts';

export const forwardFates: readonly Fate[] = [
  {
    ...ordinary,
    orderId: 'happy',
    title: 'An order goes through',
    world: 'All four services work.',
    items: [laptop, mice],
    expected: {
      ...completed,
      history: [
        'OperationSucceeded validate_order do',
        'OperationSucceeded reserve_inventory do',
        'OperationSucceeded process_payment do',
        'OperationSucceeded create_shipment do',
        'OrderCompleted',
      ],
      published: ['OrderCreated', 'InventoryReserved', 'PaymentCompleted', 'ShipmentCreated', 'OrderConfirmed'],
    },
  },
  {
    ...ordinary,
    orderId: 'sent-twice',
    title: 'The same request is sent twice at once',
    world: 'A shop that got no answer sends its request again. Both carry the same Idempotency-Key.',
    copies: 2,
    expected: completed,
  },
  {
    ...ordinary,
    orderId: 'payment-down',
    title: 'The payment service is down for a while',
    world: 'It will fail four times, the last time asking for a pause of one second, then work again.',
    faults: [
      { service: 'payment', route: '/charges', times: 3, fault: { kind: 'fail', status: 503 } },
      { service: 'payment', route: '/charges', times: 1, fault: { kind: 'fail', status: 503, retry_after: '1' } },
    ],
    expected: { ...completed, history: ['AttemptFailed process_payment do', 'OperationSucceeded process_payment do', 'OrderCompleted'] },
  },
  {
    ...ordinary,
    orderId: 'answer-lost',
    title: 'The card is charged, but the answer is lost',
    world: 'The first charge will be made and its answer lost. Asked again with the same key, the service must not charge twice.',
    faults: [{ service: 'payment', route: '/charges', times: 1, fault: { kind: 'lose_answer' } }],
    expected: { ...completed, history: ['AttemptFailed process_payment do', 'OperationSucceeded process_payment do', 'OrderCompleted'] },
  },
  {
    ...ordinary,
    orderId: 'all-answers-lost',
    title: 'Every answer about the charge is lost',
    world: 'The charge will be made, but no answer will ever come back. The service can still be asked what became of it.',
    faults: [{ service: 'payment', route: '/charges', fault: { kind: 'lose_answer' } }],
    expected: { ...completed, history: ['OperationDoubted process_payment do', 'OperationSucceeded process_payment do', 'OrderCompleted'] },
  },
  {
    ...ordinary,
    orderId: 'approved',
    title: 'A large order, approved',
    world: 'Orders of 10,000 USD and more wait for a person. Olga will approve this one.',
    items: [server],
    acts: [{ once: 'ApprovalRequested', type: 'decide', decision: 'approve', by: 'Olga', note: 'Known customer' }],
    expected: { ...completed, history: ['ApprovalRequested', 'ApprovalDecided', 'OrderCompleted'] },
  },
];
