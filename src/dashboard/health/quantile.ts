/** Durations below which a share of the orders stayed, estimated from a histogram as Prometheus does: evenly spread within a bucket. */

import { DURATION_BOUNDS_MS } from '../../read-model/tally-columns.ts';

/** Null where nothing was counted. What lies above the last bound is told as that bound. */
export function quantileMs(share: number, counts: Readonly<Record<string, number>>): number | null {
  const total = counts['took_count'] ?? 0;
  if (total <= 0) return null;
  const rank = share * total;
  const below = DURATION_BOUNDS_MS.map((bound) => counts[`took_${bound}`] ?? 0);
  const index = below.findIndex((count) => count >= rank);
  const upper = DURATION_BOUNDS_MS[index];
  if (upper === undefined) return DURATION_BOUNDS_MS.at(-1) ?? null;
  const lower = DURATION_BOUNDS_MS[index - 1] ?? 0;
  const [before, within] = [below[index - 1] ?? 0, (below[index] ?? 0) - (below[index - 1] ?? 0)];
  return within > 0 ? lower + ((upper - lower) * (rank - before)) / within : upper;
}
