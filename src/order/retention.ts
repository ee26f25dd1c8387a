/**
 * How long an order is kept once it is at rest, by the setting `RETENTION_DAYS`; for ever where it is not set. Whatever comes later about an
 * order that is gone finds nothing, be it that a charge happened after all: so it is refused to be shorter than anything may come late.
 */

import { hours } from '../saga/retry.ts';
import { ok, refuse, type Result } from '../saga/result.ts';

/** Longer than any participant keeps a key, tells a result late, or a carrier is on its way. */
const FEWEST_DAYS = 30;
const MOST_DAYS = 36_500;

interface RetentionEnv {
  readonly RETENTION_DAYS?: string;
  readonly TIME_SCALE?: string;
}

/** In milliseconds, scaled; null: for ever. Where time is scaled down, for tests and demonstrations, any time will do. */
export function readRetention({ RETENTION_DAYS, TIME_SCALE }: RetentionEnv): Result<number | null, string> {
  const days = Number(RETENTION_DAYS || '0');
  if (days === 0) return ok(null);
  const timeScale = Number(TIME_SCALE || '1');
  if (!(days > 0 && days <= MOST_DAYS)) return refuse(`it has to be a number of days, at most ${MOST_DAYS}, or nothing`);
  if (timeScale >= 1 && days < FEWEST_DAYS) return refuse(`it has to be at least ${FEWEST_DAYS} days: what comes late would find no order`);
  return ok(days * hours(24) * timeScale);
}
