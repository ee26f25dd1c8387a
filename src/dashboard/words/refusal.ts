/** Why an order does not take what a person asks of it. */

import type { Refusal } from '../../order/orders-port.ts';
import { whyStranded, type Stranded } from '../../order/stranded.ts';
import { spelled } from './names.ts';

export function refusalWords(refusal: Refusal): string {
  switch (refusal.reason) {
    case 'cannot_cancel':
      return `The order can't be cancelled: it is ${spelled(refusal.status).toLowerCase()}.`;
    case 'not_waiting':
      return 'The order does not wait for approval.';
    case 'already_decided':
      return `Somebody was faster: the order has been ${refusal.decision === 'approve' ? 'approved' : 'rejected'}.`;
    case 'not_in_review':
      return `${spelled(refusal.step)} does not wait for a person.`;
    case 'version_not_deployed':
    case 'journal_unreadable':
      return strandedWords(refusal);
    case 'erased':
      return 'The order can’t be taken back any more: its customer’s data is erased.';
    case 'not_at_rest':
    case 'order_exists':
    case 'idempotency_key_reused':
    case 'wrong_key':
    case 'unreadable_output':
    case 'wrong_tracking_number':
    case 'not_completed':
      return `The order refused: ${spelled(refusal.reason).toLowerCase()}.`;
    default:
      return refusal satisfies never;
  }
}

/** Null: its object can take it further, and this page's code can't yet, as happens while a deployment is under way. */
export const strandedWords = (stranded: Stranded | null): string =>
  stranded ? `${whyStranded(stranded).message}.` : 'The order runs on a saga that is not known here yet: try again in a minute.';
