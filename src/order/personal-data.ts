/**
 * Where a journal's events hold personal data: what tells who the customer is, what people typed, and what participants said in their own
 * words. Amounts, skus, ids, codes and times are not, nor is who of the operators decided: that is what accounting and an audit need.
 */

import type { SagaEvent } from '../saga/event.ts';

/** What stands where personal data was. */
export const ERASED = 'erased';

/** JSON pointers (RFC 6901) into the events of one row. Each leads to a text. */
export const personalPointers = (events: readonly SagaEvent[]): readonly string[] =>
  events.flatMap((event, index) => pointersIn(event).map((pointer) => `/${index}${pointer}`));

function pointersIn(event: SagaEvent): readonly string[] {
  switch (event.type) {
    case 'OrderPlaced':
      return placedPointers(event);
    case 'AttemptFailed':
    case 'OperationDoubted':
    case 'OperationRefused':
    case 'OperationTurnedAway':
    case 'OperationUnresolved':
    case 'OperationParked':
      return failurePointers(event);
    case 'RollbackStarted':
      return failurePointers(event.cause).map((pointer) => `/cause${pointer}`);
    case 'OperationRetried':
    case 'OperationResolved':
      return ['/note'];
    case 'ApprovalDecided':
      return event.note === null ? [] : ['/note'];
    case 'OperationStarted':
    case 'AttemptInterrupted':
    case 'AttemptStarted':
    case 'OperationAccepted':
    case 'ProbeUnanswered':
    case 'OperationSucceeded':
    case 'OperationSucceededLate':
    case 'NothingToUndoYet':
    case 'StepSkipped':
    case 'DelayStarted':
    case 'DelayEnded':
    case 'ApprovalRequested':
    case 'ApprovalTimedOut':
    case 'ShipmentReported':
    case 'OrderCompleted':
    case 'OrderCompensated':
    case 'ReviewRequested':
    case 'OrderErased':
      return [];
    default:
      return event satisfies never;
  }
}

/** A client may have made its key of anything, and called an item by its buyer's name. */
function placedPointers({ order, idempotencyKey }: Extract<SagaEvent, { type: 'OrderPlaced' }>): readonly string[] {
  return [
    '/order/customerId',
    ...Object.keys(order.shippingAddress).map((name) => `/order/shippingAddress/${name}`),
    ...order.items.map((_, index) => `/order/items/${index}/name`),
    ...(idempotencyKey === null ? [] : ['/idempotencyKey']),
  ];
}

/** A code is a word. A participant may have put something else there. */
export const isCode = (code: string): boolean => /^[\w.:-]{1,64}$/.test(code);

const failurePointers = ({ code }: { readonly code: string }): readonly string[] => (isCode(code) ? ['/message'] : ['/message', '/code']);
