/**
 * The tallies as they stood at times past, for charts. The sweep writes a row for each tenant's saga each minute; of what is older than a
 * day it keeps a row each quarter of an hour, and of what is older than a week nothing.
 */

import * as z from 'zod';
import { TALLY_COLUMNS } from './tally-columns.ts';

const MINUTE_MS = 60_000;
const SPARSE_MS = 15 * MINUTE_MS;
const DENSE_FOR_MS = 24 * 60 * MINUTE_MS;
const KEPT_FOR_MS = 7 * DENSE_FOR_MS;
/** What a sweep that did not run has left is thinned out within this time, or kept. */
const THINNED_MS = 60 * MINUTE_MS;

export interface TallySnapshot {
  readonly at: number;
  readonly tenant: string;
  readonly saga: string;
  /** By the names of `TALLY_COLUMNS`. */
  readonly counts: Readonly<Record<string, number>>;
  /** By `step.direction`: how often it has failed for good. */
  readonly failures: Readonly<Record<string, number>>;
}

/** Not `json_object`: a function takes no more than 32 arguments there. */
const COUNTS = `'{' || ${Object.keys(TALLY_COLUMNS)
  .map((name, index) => `'${index === 0 ? '' : ','}"${name}":' || ${name}`)
  .join(' || ')} || '}'`;

const FAILURES = `(SELECT json_group_object(step || '.' || operation, failures) FROM step_failures AS failed
  WHERE failed.tenant = tallies.tenant AND failed.saga = tallies.saga)`;

const REMEMBER = `INSERT INTO tally_history (at, tenant, saga, tally)
  SELECT ?, tenant, saga, json_object('counts', json(${COUNTS}), 'failures', json(${FAILURES})) FROM tallies WHERE true
  ON CONFLICT DO NOTHING`;

/** Remembers the tallies of now, and forgets what is old. For one transaction. */
export const rememberTallies = (database: D1Database, now: number): readonly D1PreparedStatement[] => [
  database.prepare(REMEMBER).bind(now),
  database
    .prepare('DELETE FROM tally_history WHERE at BETWEEN ? AND ? AND at % ? >= ?')
    .bind(now - DENSE_FOR_MS - THINNED_MS, now - DENSE_FOR_MS, SPARSE_MS, MINUTE_MS),
  database.prepare('DELETE FROM tally_history WHERE at < ?').bind(now - KEPT_FOR_MS),
];

const remembered = z.object({ counts: z.record(z.string(), z.number()), failures: z.record(z.string(), z.number()) });

const row = z.object({ at: z.number(), tenant: z.string(), saga: z.string(), tally: z.string() });

/** A row that was written in another form tells nothing. */
const snapshotsOf = (results: unknown): readonly TallySnapshot[] =>
  z
    .array(row)
    .parse(results)
    .flatMap(({ tally, ...rest }) => {
      const { data } = remembered.safeParse(JSON.parse(tally));
      return data ? [{ ...rest, ...data }] : [];
    });

const BEFORE = `SELECT at, tenant, saga, tally FROM tally_history
  WHERE at = (SELECT max(at) FROM tally_history WHERE at <= ?) ORDER BY tenant, saga`;

/** A bound number is a REAL, so the division is made whole. With a maximum, SQLite takes the other columns from its row. https://www.sqlite.org/lang_select.html#bareagg */
const SINCE = `SELECT max(at) AS at, tenant, saga, tally FROM tally_history WHERE at > ?
  GROUP BY CAST(at / ? AS INTEGER), tenant, saga ORDER BY at, tenant, saga`;

/** How they stood at `from`, as far as that is known, and from then on the last of each stretch of that length; oldest first. */
export async function readTallyHistory(database: D1Database, from: number, everyMs: number): Promise<readonly TallySnapshot[]> {
  const [before, since] = await database.batch([database.prepare(BEFORE).bind(from), database.prepare(SINCE).bind(from, everyMs)]);
  return [...snapshotsOf(before?.results), ...snapshotsOf(since?.results)];
}
