/** Whether an order went on by itself: one that only the asking about it woke would have slept for ever. Pure. */

import { isAtRest, type Outcome } from './outcome.ts';
import type { HistoryEvent, OrderView } from './wire.ts';

/** How long an order may do nothing before its sleep is one that only the asking ended. */
const LONG_SLEEP_MS = 15_000;
const WOKEN_MS = 2_000;

/** What the clock brings about may fall together with the look, but then it is as close to its own time. */
const ON_TIME_MS = 2_000;

const BY_THE_DEADLINE: ReadonlySet<string> = new Set(['deadline_exceeded', 'approval_timed_out']);

export function sleepComplaints({ view, history, firstLook }: Outcome): readonly string[] {
  if (!isAtRest(view)) return [`it sleeps: not at rest, the last that happened was ${history.at(-1)?.type}`];
  if (firstLook.view === null || isAtRest(firstLook.view)) return [];
  const before = history.findLast(({ at }) => at <= firstLook.at);
  const after = history.find(({ at }) => at > firstLook.at);
  if (!before || !after || isByTheClock(firstLook.view, history, after, firstLook.at)) return [];
  const isWoken = firstLook.at - before.at > LONG_SLEEP_MS && after.at - firstLook.at < WOKEN_MS;
  return isWoken ? [`it slept for ${firstLook.at - before.at} ms, until somebody asked about it`] : [];
}

/** Its deadline came just then, or a pause that it had planned before ended. */
function isByTheClock({ deadline_at }: OrderView, history: readonly HistoryEvent[], after: HistoryEvent, lookAt: number): boolean {
  const isNow = (at: number) => Math.abs(at - lookAt) <= ON_TIME_MS;
  if (BY_THE_DEADLINE.has(after.data.code) && isNow(deadline_at)) return true;
  return history.some(({ at, data }) => at <= lookAt && data.retry_at !== undefined && isNow(data.retry_at));
}
