/** What has been counted, tenant by tenant and saga by saga: as many rows as there are of these, however many orders there are. */

import * as z from 'zod';
import { TALLY_COLUMNS } from './tally-columns.ts';

const tally = z.object({ tenant: z.string(), saga: z.string() }).and(z.record(z.string(), z.union([z.string(), z.number()])));

const stepFailures = z.object({
  tenant: z.string(),
  saga: z.string(),
  step: z.string(),
  operation: z.enum(['do', 'undo']),
  failures: z.number(),
});

export interface Tally {
  readonly tenant: string;
  readonly saga: string;
  /** By the names of `TALLY_COLUMNS`. */
  readonly counts: Readonly<Record<string, number>>;
}

export type StepFailures = z.infer<typeof stepFailures>;

export interface Tallies {
  readonly tallies: readonly Tally[];
  readonly stepFailures: readonly StepFailures[];
  readonly sweeps: Readonly<Record<string, number>>;
}

const sweepRow = z.object({ name: z.string(), count: z.number() });

export async function readTallies(database: D1Database): Promise<Tallies> {
  const [tallies, failures, sweeps] = await database.batch([
    database.prepare('SELECT * FROM tallies ORDER BY tenant, saga'),
    database.prepare('SELECT * FROM step_failures ORDER BY tenant, saga, step, operation'),
    database.prepare('SELECT name, count FROM sweep_counts'),
  ]);
  return {
    tallies: z.array(tally).parse(tallies?.results).map(tallyOf),
    stepFailures: z.array(stepFailures).parse(failures?.results),
    sweeps: Object.fromEntries(
      z
        .array(sweepRow)
        .parse(sweeps?.results)
        .map(({ name, count }) => [name, count]),
    ),
  };
}

const tallyOf = (row: z.infer<typeof tally>): Tally => ({
  tenant: row.tenant,
  saga: row.saga,
  counts: Object.fromEntries(Object.keys(TALLY_COLUMNS).map((name) => [name, z.number().parse(row[name])])),
});
