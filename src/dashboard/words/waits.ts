/** What an order waits for, in words. */

import type { Wait } from '../../order/waits.ts';
import { operationId } from '../../saga/operation.ts';
import { operationWords, spelled } from './names.ts';

const FOR: Readonly<Record<Wait['for'], string>> = {
  answer: 'waits for an answer',
  retry: 'waits for its next attempt',
  result: 'was accepted and waits for its result',
  probe: 'asks what became of it',
  approval: 'waits for a person to decide',
  delay: 'pauses',
  person: 'waits for a person to settle it',
};

const WHEN: Readonly<Record<Wait['for'], string>> = {
  answer: ' until',
  retry: ' at',
  result: ', asked for at',
  probe: ' at',
  approval: ' until',
  delay: ' until',
  person: ' until',
};

export interface WaitWords {
  readonly step: string;
  readonly what: string;
  /** What happens at `until`; stands between the two. */
  readonly when: string;
  readonly until: number | null;
}

export const waitWords = (wait: Wait): WaitWords => ({
  step: wait.operation === null ? spelled(wait.step) : operationWords(operationId(wait.step, wait.operation, '')),
  what: FOR[wait.for],
  when: WHEN[wait.for],
  until: wait.until,
});
