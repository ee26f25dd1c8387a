/** What the whole run shows, from the orders' outcomes and the kills. Pure. */

import { answerComplaints } from './answers.ts';
import { CONFIRMATIONS, LASTING, returning, undoing } from './boundaries.ts';
import type { Outcome } from './outcome.ts';
import { NOTHING_CALLED, RECOVERING, type Kill, type Sighting } from './killing.ts';
import { isInFlight, recoveryOf, slowness, spreadOf, type Recovery, type Spread } from './recovery.ts';
import type { Call } from './routes.ts';
import { violationsOf } from './verdict.ts';
import type { HistoryEvent } from './wire.ts';

export interface Violation {
  readonly outcome: Outcome;
  readonly complaints: readonly string[];
}

export interface Findings {
  /** How many orders ended how. */
  readonly fates: ReadonlyMap<string, number>;
  readonly kills: readonly Kill[];
  /** How many orders were there at a kill, for each boundary. */
  readonly boundaries: ReadonlyMap<string, number>;
  /** Orders in flight at each kill. */
  readonly inFlight: readonly number[];
  readonly restarts: Spread | null;
  readonly calls: number;
  readonly repeated: number;
  readonly interrupted: number;
  readonly duplicates: number;
  readonly recovery: Recovery;
  readonly violations: readonly Violation[];
  /** What a busy machine can keep from showing: no order is wrong for it, so the run does not fail. */
  readonly notShown: readonly string[];
  /** What is missing altogether, so that finding nothing wrong means nothing: the run fails. */
  readonly tooLittle: readonly string[];
}

/** `measured`: the orders of the last round, and the kill that they met. */
export function findingsOf(
  outcomes: readonly Outcome[],
  kills: readonly Kill[],
  measured: { readonly outcomes: readonly Outcome[]; readonly kill: Kill },
): Findings {
  const all = [...outcomes, ...measured.outcomes];
  const allKills = [...kills, measured.kill];
  const calls = all.flatMap(({ ledgers }) => ledgers.calls);
  const met = boundariesMet(all, kills);
  const recovery = recoveryOf(measured.outcomes, measured.kill);
  return {
    fates: counted(all.map(fateOf)),
    kills: allKills,
    boundaries: met,
    inFlight: allKills.map(({ killedAt }) => all.filter(({ history }) => isInFlight(history, killedAt)).length),
    restarts: spreadOf(allKills.map(({ commandAt, readyAt }) => readyAt - commandAt)),
    calls: calls.length,
    repeated: calls.filter(({ attempt }) => attempt !== null && attempt > 1).length,
    interrupted: all.flatMap(({ history }) => history).filter(isInterruption).length,
    duplicates: all.reduce((sum, { ledgers }) => sum + ledgers.duplicates, 0),
    recovery,
    violations: all
      .map((outcome) => ({ outcome, complaints: [...violationsOf(outcome), ...answerComplaints(outcome.told.answers, allKills)] }))
      .filter(({ complaints }) => complaints.length > 0),
    notShown: [...missed(met), ...slowness(recovery)],
    tooLittle: [...unserved(all), ...unmet(met), ...unmeasured(recovery)],
  };
}

export const isClean = ({ violations, tooLittle }: Findings): boolean => violations.length === 0 && tooLittle.length === 0;

/** Kills leave some without an answer who never send the order again: a quarter of them, in the shortest run. */
const LEAST_ACCEPTED = 0.6;

function unserved(outcomes: readonly Outcome[]): readonly string[] {
  const accepted = outcomes.filter(({ told }) => told.isAccepted).length;
  return accepted < outcomes.length * LEAST_ACCEPTED ? [`of ${outcomes.length} orders only ${accepted} were accepted`] : [];
}

const unmet = (met: ReadonlyMap<string, number>): readonly string[] =>
  [...met.values()].some((count) => count > 0) ? [] : ['no order was at any boundary when a kill came'];

const unmeasured = ({ sinceReady }: Recovery): readonly string[] =>
  sinceReady ? [] : ['no order was in flight when the recovery was measured'];

const BACK = (['asked', 'applied'] as const).flatMap((side) => [...undoing(side), returning(side)]);

/** Another attempt follows, or none does any more. */
const isInterruption = ({ type, data }: HistoryEvent): boolean => type === 'AttemptInterrupted' || data.code === 'interrupted';

const isInterruptionOf = ({ step, operation }: Call, event: HistoryEvent): boolean =>
  isInterruption(event) && event.step === step && event.data.operation === operation;

const ALL_BOUNDARIES: readonly string[] = [
  NOTHING_CALLED,
  ...[...LASTING, ...CONFIRMATIONS, ...BACK].flatMap(({ boundaries }) => boundaries.map(({ name }) => name)),
  RECOVERING,
];

function boundariesMet(outcomes: readonly Outcome[], kills: readonly Kill[]): ReadonlyMap<string, number> {
  const histories = new Map(outcomes.map(({ told, history }) => [told.order.orderId, history]));
  /** The order's own history has the last word on what was interrupted. */
  const isTrue = ({ orderId, boundary: { interrupts } }: Sighting, killedAt: number) =>
    interrupts === null || (histories.get(orderId) ?? []).some((event) => event.at >= killedAt && isInterruptionOf(interrupts, event));
  const sightings = kills.flatMap((kill) => kill.sightings.filter((sighting) => isTrue(sighting, kill.killedAt)));
  const counts = counted(sightings.map(({ boundary }) => boundary.name));
  return new Map(ALL_BOUNDARIES.map((name) => [name, counts.get(name) ?? 0]));
}

const missed = (met: ReadonlyMap<string, number>): readonly string[] =>
  [...met].filter(([, count]) => count === 0).map(([name]) => `no order was at the boundary "${name}" when a kill came`);

function fateOf({ told, view }: Outcome): string {
  if (!view) return told.isAccepted ? 'lost' : 'never accepted';
  return view.status.replaceAll('_', ' ');
}

function counted(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
