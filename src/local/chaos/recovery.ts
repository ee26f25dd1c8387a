/** How long orders in flight take to come to rest after a kill and a start. Pure. */

import type { Outcome } from './outcome.ts';
import type { HistoryEvent } from './wire.ts';

/** What is promised: half of the orders in flight are at rest by the first time, all of them by the second. */
export const HALF_WITHIN_MS = 5_000;
export const ALL_WITHIN_MS = 15_000;

const ENDINGS: ReadonlySet<string> = new Set(['OrderCompleted', 'OrderCompensated', 'ReviewRequested']);

/** Placed, and not at rest, at this time. */
export function isInFlight(history: readonly HistoryEvent[], at: number): boolean {
  const last = history.findLast((event) => event.at <= at);
  return last !== undefined && !ENDINGS.has(last.type);
}

export interface Spread {
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

/** By the nearest rank. Null where there is nothing. */
export function spreadOf(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((left, right) => left - right);
  const max = sorted.at(-1);
  if (max === undefined) return null;
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? max;
  return { median: rank(0.5), p95: rank(0.95), max };
}

export interface Recovery {
  readonly placed: number;
  readonly inFlight: number;
  /** Of those in flight, how many were on their way back. */
  readonly onTheWayBack: number;
  /** From the first answer of the coordinator that was started again, and from the command to start it. */
  readonly sinceReady: Spread | null;
  readonly sinceCommand: Spread | null;
}

interface Restart {
  readonly killedAt: number;
  readonly commandAt: number;
  readonly readyAt: number;
}

export function recoveryOf(outcomes: readonly Outcome[], { killedAt, commandAt, readyAt }: Restart): Recovery {
  const inFlight = outcomes.filter(({ history }) => isInFlight(history, killedAt));
  const restedAt = inFlight.flatMap(({ view }) => view?.updated_at ?? []);
  const turned = inFlight.filter(({ history }) => history.some(({ type, at }) => type === 'RollbackStarted' && at <= killedAt));
  // What was driven before the first answer came counts as no time at all.
  const since = (start: number) => spreadOf(restedAt.map((at) => Math.max(0, at - start)));
  return {
    placed: outcomes.length,
    inFlight: inFlight.length,
    onTheWayBack: turned.length,
    sinceReady: since(readyAt),
    sinceCommand: since(commandAt),
  };
}

/** None where it was as fast as is promised, or was not measured. */
export function slowness({ inFlight, sinceReady }: Recovery): readonly string[] {
  if (!sinceReady) return [];
  const slow = sinceReady.median > HALF_WITHIN_MS || sinceReady.max > ALL_WITHIN_MS;
  return slow
    ? [`of ${inFlight} orders in flight half were at rest after ${sinceReady.median} ms and the last after ${sinceReady.max} ms`]
    : [];
}
