/**
 * A group tried again step by step: one order, then ten, then the rest by twenty-fives, and no further once the same error comes back. Where
 * it is stands in the form that leads on, so nothing has to be kept: who closes the page has stopped it. Pure.
 */

import * as z from 'zod';
import type { ReviewedOrder } from '../../read-model/reviews.ts';
import { reviewCause } from './cause.ts';
import type { Fate } from './fate.ts';

const count = z.int().min(0);
const order = z.object({ tenant: z.string(), order_id: z.string(), since: z.string() });

const canary = z.object({
  cause: reviewCause,
  /** Those that came to wait since then are not tried. */
  before: z.iso.datetime(),
  /** How many waited then. */
  total: count,
  /** Which stage the batch belongs to: 1 is the first order alone. */
  stage: count,
  batch: z.array(order).max(100).readonly(),
  /** Of the stages before. */
  earlier: z.object({ through: count, other_error: count, passed_by: count }),
  by: z.string().min(1).max(128),
  note: z.string().min(1).max(1_000),
});

export type Canary = z.infer<typeof canary>;

/** As text for a form's hidden field. */
export const writeCanary = (state: Canary): string => JSON.stringify(state);

/** Null where it is none of ours. */
export function readCanary(text: unknown): Canary | null {
  try {
    return canary.safeParse(JSON.parse(String(text))).data ?? null;
  } catch {
    return null;
  }
}

/** Before anything is tried. */
export const newCanary = (begun: Pick<Canary, 'cause' | 'before' | 'total' | 'by' | 'note'>): Canary => ({
  ...begun,
  stage: 0,
  batch: [],
  earlier: { through: 0, other_error: 0, passed_by: 0 },
});

const SIZES = [1, 10];
const REST = 25;

export const sizeOf = (stage: number): number => SIZES[stage - 1] ?? REST;

export interface Seen {
  readonly order: ReviewedOrder;
  readonly fate: Fate;
}

/** `waits`: something is still under way. `clear`: the next stage may begin. */
export type Verdict = 'waits' | 'clear' | 'same_error' | 'none_through' | 'untried';

/** The same error stops it at once, whatever else is still under way. */
export function verdictOn(seen: readonly Seen[]): Verdict {
  const fates = new Set(seen.map(({ fate }) => fate));
  if (fates.has('same_error')) return 'same_error';
  if (fates.has('untried')) return 'untried';
  if (fates.has('under_way')) return 'waits';
  return fates.has('other_error') && !fates.has('through') ? 'none_through' : 'clear';
}

/** With this batch behind it. */
export function withNext(state: Canary, seen: readonly Seen[], batch: readonly ReviewedOrder[]): Canary {
  const more = (fate: keyof Canary['earlier']) => state.earlier[fate] + seen.filter((one) => one.fate === fate).length;
  const earlier = { through: more('through'), other_error: more('other_error'), passed_by: more('passed_by') };
  return { ...state, stage: state.stage + 1, batch, earlier };
}
