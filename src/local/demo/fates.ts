/** The orders of the demonstration, from the plain to the intricate. */

import { backwardFates } from './fates-back.ts';
import type { Fate } from './fate.ts';
import { forwardFates } from './fates-forward.ts';
import { reviewFates } from './fates-review.ts';
import { otherSagaFates } from './fates-sagas.ts';

export const FATES: readonly Fate[] = [...forwardFates, ...backwardFates, ...reviewFates, ...otherSagaFates];
