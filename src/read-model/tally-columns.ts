/** The columns of a tally, and what an order's summary adds to each: the one place that says what is counted. */

import { SAGA_STATUSES } from '../saga/status.ts';

const ENDINGS = ['completed', 'compensated', 'needs_review'] as const;

/** Upper bounds of the durations counted, in milliseconds. */
export const DURATION_BOUNDS_MS = [500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 7_200_000] as const;

/** What of a summary is counted: the columns of `counted`, each as it is now (`now_`) and as it was known (`before_`, null where it was not). */
const COUNTED: Readonly<Record<string, string>> = {
  saga_status: '$.view.saga_status',
  took_ms: '$.took_ms',
  ...Object.fromEntries(ENDINGS.map((ending) => [`ended_${ending}`, `$.ended.${ending}`])),
};

const columns = Object.entries(COUNTED).flatMap(([name, path]) => [
  `summary ->> '${path}' AS now_${name}`,
  `known ->> '${path}' AS before_${name}`,
]);

/** Over `fresh`: what is new (`summary`) beside what was known (`known`). The limit keeps SQLite from reading the summary again for each column. */
export const COUNTED_QUERY = `SELECT tenant, saga, ${columns.join(', ')} FROM fresh LIMIT -1`;

const newIn = (name: string): string => `sum(coalesce(now_${name}, 0) - coalesce(before_${name}, 0))`;

/** Counted once for each order: a duration does not change once it is known. */
const tookNow = (condition: string): string => `sum(now_took_ms IS NOT NULL AND before_took_ms IS NULL AND ${condition})`;

const standsThere = (state: string): string => `sum((now_saga_status = '${state}') - (coalesce(before_saga_status, '') = '${state}'))`;

/** SQL by column, over `counted`. */
export const TALLY_COLUMNS: Readonly<Record<string, string>> = {
  started: 'sum(before_saga_status IS NULL)',
  ...Object.fromEntries(SAGA_STATUSES.map((state) => [state, standsThere(state)])),
  ...Object.fromEntries(ENDINGS.map((ending) => [`ended_${ending}`, newIn(`ended_${ending}`)])),
  ...Object.fromEntries(DURATION_BOUNDS_MS.map((bound) => [`took_${bound}`, tookNow(`now_took_ms <= ${bound}`)])),
  took_count: tookNow('true'),
  took_sum: newIn('took_ms'),
};
