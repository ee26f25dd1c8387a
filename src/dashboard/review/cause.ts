/** Why orders wait for a person, as addresses and forms name it. */

import * as z from 'zod';
import type { ReviewCause } from '../../read-model/reviews.ts';
import { operationId } from '../../saga/operation.ts';
import { operationWords } from '../words/names.ts';

const word = z.string().max(256);

/** An order of which nothing can be read waits for no step: its name is empty. */
export const reviewCause = z.object({ step: word, operation: z.enum(['do', 'undo']), code: word.min(1) });

/** Null where something is missing. */
export const causeFrom = (fields: unknown): ReviewCause | null => reviewCause.safeParse(fields).data ?? null;

export const causeQuery = ({ step, operation, code }: ReviewCause) => ({ step, operation, code });

/** `Undo of process payment`. */
export const causeName = ({ step, operation }: Pick<ReviewCause, 'step' | 'operation'>): string =>
  step === '' ? 'The order as a whole' : operationWords(operationId(step, operation, ''));
