/**
 * What trying a step again, or saying that it is settled, would do: to each step, in words, and how much money it moves. Nothing is done by
 * asking. What would follow is what the saga itself decides.
 */

import { decide } from '../../saga/decide.ts';
import type { CallStep, Outstanding, Step } from '../../saga/definition.ts';
import { evolve } from '../../saga/evolve.ts';
import { parseMoney } from '../../saga/money.ts';
import { operationParts } from '../../saga/operation.ts';
import { backwardOf, forwardOf, knownOutputOf, parkedOf, type Parked } from '../../saga/progress.ts';
import type { SagaState } from '../../saga/state.ts';
import type { Insight } from '../story/insight.ts';
import type { StepOutlook } from '../story/outlook.ts';
import { grouped } from '../words/amounts.ts';
import { plain } from '../words/names.ts';
import { undoWords } from '../words/undo.ts';

export interface ReviewOutlook {
  readonly parked: readonly Parked[];
  /** Every step of the saga, in the order of the saga. */
  readonly retry: readonly StepOutlook[];
  readonly settle: readonly StepOutlook[];
  /** What comes of it where it succeeds, or is settled. */
  readonly afterwards: string;
  readonly end: End;
  /** In minor units; the retry moves no more than that. */
  readonly refundMinor: number;
  readonly chargeMinor: number;
}

/** Where the order stands when that is done. */
export type End = 'rolled_back' | 'completed' | 'in_review' | 'goes_on';

/** No participant is asked, so nothing of it needs to be known. */
const UNASKED = { random: () => 0, capabilities: () => ({ fences: false, keyLifetimeMs: 0 }) };

/** Null where nothing of that step waits for a person. */
export function reviewOutlook({ definition, state }: Insight, name: string, now: number): ReviewOutlook | null {
  const parked = parkedOf(definition, state).filter(({ step }) => step.name === name);
  if (parked.length === 0) return null;
  const settled = decide(definition, state, { type: 'resolve', step: name, by: '-', note: '-' }, { now, ...UNASKED });
  const after = settled.ok ? settled.value.reduce((folded: SagaState, event) => evolve(folded, event, now), state) : state;
  const left = parkedOf(definition, after);
  const sum = (direction: 'do' | 'undo') =>
    parked
      .filter(({ operation }) => operationParts(operation).direction === direction)
      .reduce((total, { step }) => total + minorOf(outstandingOf(state, step), state.order.currency), 0);
  const steps = (words: (one: Parked) => string) =>
    definition.steps.map((step): StepOutlook => {
      const own = parked.filter((one) => one.step.name === step.name);
      if (own.length > 0) return { step: step.name, what: own.map(words).join(' '), isTouched: true };
      return { step: step.name, ...otherStep(state, after, step) };
    });
  return {
    parked,
    retry: steps((one) => retryWords(state, one)),
    settle: steps((one) => settleWords(state, one)),
    afterwards: thenWords(after, left),
    end: endOf(after),
    refundMinor: sum('undo'),
    chargeMinor: sum('do'),
  };
}

const outstandingOf = (state: SagaState, step: CallStep): Outstanding => step.outstanding(state.order, knownOutputOf(state, step.name));

function minorOf({ kind, amount }: Outstanding, currency: string): number {
  const parsed = kind === 'money' && amount !== undefined ? parseMoney(amount, currency) : null;
  return parsed?.ok ? parsed.value : 0;
}

function retryWords(state: SagaState, { step, operation }: Parked): string {
  const { direction, channel } = operationParts(operation);
  const outstanding = outstandingOf(state, step);
  const what = direction === 'undo' ? undoWords(step, outstanding) : doWords(outstanding, channel);
  return `The ${step.call.participant} service is asked once more: if it agrees, ${what}.`;
}

function settleWords(state: SagaState, { step, operation }: Parked): string {
  const { direction, channel } = operationParts(operation);
  const outstanding = outstandingOf(state, step);
  const what = direction === 'undo' ? undoWords(step, outstanding) : doWords(outstanding, channel);
  return `Nobody is asked. It counts as settled, by your word, that ${what}.`;
}

/** After "if it agrees,". */
function doWords({ kind, amount, currency, items = [] }: Outstanding, channel: string): string {
  switch (kind) {
    case 'money':
      return `${grouped(amount ?? '')} ${currency} is taken from the customer`;
    case 'stock':
      return `${items.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(', ')} is reserved`;
    case 'shipment':
      return 'a shipment is made';
    case 'message':
      return `the customer is told${channel === '' ? '' : ` (${channel})`}`;
    case 'none':
      return 'it is done';
    default:
      return kind satisfies never;
  }
}

/** A step that nothing is asked about now, and what it comes to when the other is done. */
function otherStep(state: SagaState, after: SagaState, step: Step): Omit<StepOutlook, 'step'> {
  const [before, then] = [standingOf(state, step), standingOf(after, step)];
  if (before === 'parked') return { what: 'Still waits for a person.', isTouched: false };
  if (before === then && (state.cause || before !== 'pending')) return { what: STAYS[before], isTouched: false };
  const what = step.kind === 'call' ? ` ${capital(doWords(outstandingOf(state, step), ''))}.` : '';
  return { what: `Follows then, if it succeeds.${what}`, isTouched: true };
}

type Standing = 'pending' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'parked' | 'undone';

function standingOf(state: SagaState, step: Step): Standing {
  const backward = step.kind === 'call' ? backwardOf(state, step) : 'none';
  if (backward === 'undone' || backward === 'parked') return backward;
  return backward === 'none' || (backward === 'owed' && !state.cause) ? forwardOf(state, step) : 'running';
}

const STAYS: Readonly<Record<Standing, string>> = {
  pending: 'Has not begun, and will not.',
  running: 'Is under way, and goes on.',
  succeeded: 'Is done, and stays so.',
  failed: 'Has failed, and stays so.',
  skipped: 'Was not needed.',
  parked: 'Still waits for a person.',
  undone: 'Is undone, and stays so.',
};

function endOf({ ending }: SagaState): End {
  if (ending === 'compensated') return 'rolled_back';
  if (ending === 'completed') return 'completed';
  return ending === 'needs_review' ? 'in_review' : 'goes_on';
}

function thenWords(after: SagaState, left: readonly Parked[]): string {
  const end = endOf(after);
  switch (end) {
    case 'rolled_back':
      return 'Then all is undone, and the order ends as rolled back.';
    case 'completed':
      return 'Then the order is completed.';
    case 'in_review':
      return `The order goes on waiting for a person: ${[...new Set(left.map(({ step }) => plain(step.name)))].join(', ')}.`;
    case 'goes_on':
      return after.cause ? 'Then the order goes on turning back.' : 'Then the order goes on.';
    default:
      return end satisfies never;
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
