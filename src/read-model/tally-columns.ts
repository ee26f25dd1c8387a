/** The columns of a tally, and what an order's summary adds to each: the one place that says what is counted. */

import { SAGA_STATUSES } from './statuses.ts';

const ENDINGS = ['completed', 'compensated', 'needs_review'] as const;

/** Upper bounds of the durations counted, in milliseconds. */
export const DURATION_BOUNDS_MS = [500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 7_200_000] as const;

/** SQL by column, over `fresh`: what is new (`summary`) beside what was known (`known`, null where the order was not). */
const newIn = (path: string): string => `sum(coalesce(summary ->> '${path}', 0) - coalesce(known ->> '${path}', 0))`;

/** Counted once for each order: a duration does not change once it is known. */
const tookNow = (condition: string): string =>
  `sum(summary ->> '$.took_ms' IS NOT NULL AND known ->> '$.took_ms' IS NULL AND ${condition})`;

const standsThere = (state: string): string =>
  `sum((summary ->> '$.view.saga_status' = '${state}') - (coalesce(known ->> '$.view.saga_status', '') = '${state}'))`;

export const TALLY_COLUMNS: Readonly<Record<string, string>> = {
  started: 'sum(known IS NULL)',
  ...Object.fromEntries(SAGA_STATUSES.map((state) => [state, standsThere(state)])),
  ...Object.fromEntries(ENDINGS.map((ending) => [`ended_${ending}`, newIn(`$.ended.${ending}`)])),
  ...Object.fromEntries(DURATION_BOUNDS_MS.map((bound) => [`took_${bound}`, tookNow(`summary ->> '$.took_ms' <= ${bound}`)])),
  took_count: tookNow('true'),
  took_sum: newIn('$.took_ms'),
};
