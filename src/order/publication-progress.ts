/** How far the publication of an order's events has come at one place, and when a delivery that failed is tried again. Pure. */

import * as z from 'zod';
import { hours, minutes, nextAttemptAt, seconds, type RetryPolicy } from '../saga/retry.ts';

const progress = z.object({
  /** Everything up to this event of the journal is done with. */
  from: z.number().int(),
  /** So many of the order's domain events are done with, counted from its first. */
  done: z.number().int(),
  failures: z.number().int(),
  /** The first failure since anything was delivered; null where the last delivery went well. */
  failingSince: z.number().int().nullable(),
  retryAt: z.number().int(),
});

export type Progress = Readonly<z.infer<typeof progress>>;

/** What is noted of both places. */
export const publicationNote = z.object({ queue: progress, webhook: progress });

export type PublicationNote = Readonly<z.infer<typeof publicationNote>>;

export const NOTHING_PUBLISHED: Progress = { from: 0, done: 0, failures: 0, failingSince: null, retryAt: 0 };

const REDELIVERY: RetryPolicy = { attempts: Number.POSITIVE_INFINITY, firstDelayMs: seconds(5), maxDelayMs: hours(1) };

/** A receiver that asks for more is asked again earlier: nobody knows that its answer was meant for so long. */
const MAX_RETRY_AFTER_MS = hours(6);

/** So much less than `giveUpAfterMs` is no reason to give up yet: the last attempt is made when the time is over. */
const SHORTEST_PAUSE_MS = minutes(1);

export function afterFailure(
  before: Progress,
  failure: {
    readonly now: number;
    /** In [0, 1). */
    readonly random: number;
    readonly retryAfterMs: number;
    readonly giveUpAfterMs: number;
  },
): Progress | 'give_up' {
  const { now, random, retryAfterMs, giveUpAfterMs } = failure;
  const failingSince = before.failingSince ?? now;
  const failures = before.failures + 1;
  const lastAt = failingSince + giveUpAfterMs;
  if (now + SHORTEST_PAUSE_MS > lastAt) return 'give_up';
  const retryAt = nextAttemptAt({
    policy: REDELIVERY,
    attemptsMade: failures,
    now,
    random,
    timeScale: 1,
    floorMs: Math.min(retryAfterMs, MAX_RETRY_AFTER_MS),
    until: Number.POSITIVE_INFINITY,
  });
  return { ...before, failures, failingSince, retryAt: Math.min(retryAt ?? lastAt, lastAt) };
}

export const afterSuccess = (reached: Pick<Progress, 'from' | 'done'>): Progress => ({ ...NOTHING_PUBLISHED, ...reached });
