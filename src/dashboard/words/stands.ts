/** How a step stands, after its name. */

import type { Backward, Forward } from '../../saga/progress.ts';

export const STANDS: Readonly<Record<Forward | Backward, string>> = {
  pending: 'has not begun',
  running: 'is under way',
  succeeded: 'is done',
  failed: 'has failed',
  skipped: 'was not needed',
  parked: 'waits for a person',
  none: 'has nothing to undo',
  owed: 'is about to be undone',
  undone: 'is undone',
};
