/** How a group's retry is told. */

import type { Verdict } from '../review/canary.ts';
import type { Fate } from '../review/fate.ts';

export const CANARY_WORDS: Readonly<Record<Verdict | 'over', string>> = {
  waits: 'Waiting for what comes of it…',
  clear: 'This stage went well. The next one follows.',
  over: 'Every order that waited has been tried again.',
  same_error: 'Stopped: the same error has come back. What is wrong there is not mended yet, so no further order is tried.',
  none_through: 'Stopped: no order of this stage came through. The error is another one now.',
  untried: 'Stopped: an order could not be asked. It waits as it did, and so do the others.',
};

export const FATE_WORDS: Readonly<Record<Fate, string>> = {
  under_way: 'is being tried',
  through: 'came through',
  same_error: 'has the same error again',
  other_error: 'waits again, for another error',
  passed_by: 'did not wait any more: somebody was faster, or it settled by itself',
  untried: 'could not be asked',
};
