/** What the words of the machine are for people. */

import { operationParts, type OperationId } from '../../saga/operation.ts';
import type { SagaStatus } from '../../saga/status.ts';

/** `process_payment` is `Process payment`. */
export function spelled(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The same within a sentence. */
export const plain = (name: string): string => spelled(name).toLowerCase();

/** `process_payment.undo` is `Undo of process payment`. */
export function operationWords(id: OperationId): string {
  const { step, direction, channel } = operationParts(id);
  const by = channel === '' ? '' : ` (${plain(channel)})`;
  return (direction === 'undo' ? `Undo of ${plain(step)}` : spelled(step)) + by;
}

export const SAGA_STATUS_WORDS: Readonly<Record<SagaStatus, string>> = {
  running: 'Running',
  waiting: 'Waiting',
  compensating: 'Going back',
  completed: 'Completed',
  compensated: 'Rolled back',
  needs_review: 'Needs a person',
};
