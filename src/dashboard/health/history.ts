/** The tallies of all tenants and sagas added up, time after time, and what lies between two times. Pure. */

import type { Tallies } from '../../read-model/tallies.ts';
import type { TallySnapshot } from '../../read-model/tally-history.ts';

type Numbers = Readonly<Record<string, number>>;

export interface Standing {
  readonly counts: Numbers;
  readonly failures: Numbers;
}

export interface StandingAt extends Standing {
  readonly at: number;
}

const NOTHING: Standing = { counts: {}, failures: {} };

/** Oldest first. A saga that was not written down at a time stands as it did before. */
export function standingsOf(snapshots: readonly TallySnapshot[]): readonly StandingAt[] {
  const latest = new Map<string, TallySnapshot>();
  return [...Map.groupBy(snapshots, ({ at }) => at)].map(([at, own]) => {
    for (const snapshot of own) latest.set(`${snapshot.tenant}/${snapshot.saga}`, snapshot);
    return { at, ...total([...latest.values()]) };
  });
}

/** How it stands now. */
export function standingOf({ tallies, stepFailures }: Tallies): Standing {
  const failures = stepFailures.map(({ step, operation, failures }) => ({ [`${step}.${operation}`]: failures }));
  return { counts: added(tallies.map(({ counts }) => counts)), failures: added(failures) };
}

const total = (snapshots: readonly TallySnapshot[]): Standing => ({
  counts: added(snapshots.map(({ counts }) => counts)),
  failures: added(snapshots.map(({ failures }) => failures)),
});

function added(all: readonly Numbers[]): Numbers {
  const sums: Record<string, number> = {};
  for (const [name, count] of all.flatMap(Object.entries<number>)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}

/** What was counted between the two. Never less than nothing: counts that were made anew may be smaller. */
export const between = (before: Standing | undefined, after: Standing): Standing => ({
  counts: difference((before ?? NOTHING).counts, after.counts),
  failures: difference((before ?? NOTHING).failures, after.failures),
});

const difference = (before: Numbers, after: Numbers): Numbers =>
  Object.fromEntries(Object.entries(after).map(([name, count]) => [name, Math.max(0, count - (before[name] ?? 0))]));

export interface Stretch {
  readonly at: number;
  readonly minutes: number;
  /** Null where nothing was written down for longer than a stretch should be. */
  readonly counted: Standing | null;
}

/** Between each two that follow each other. */
export function stretchesOf(standings: readonly StandingAt[], everyMs: number): readonly Stretch[] {
  return standings.slice(1).flatMap((after, index) => {
    const before = standings[index];
    if (!before) return [];
    const tookMs = after.at - before.at;
    return [{ at: after.at, minutes: tookMs / 60_000, counted: tookMs > 2.5 * everyMs ? null : between(before, after) }];
  });
}

export const countIn = ({ counts }: Standing, name: string): number => counts[name] ?? 0;
