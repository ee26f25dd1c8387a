/**
 * The money and the stock of one order, as its journal has them: what was taken, what was given back, what is still to be settled. They are
 * what the participants said, step by step; what they did not say is told as not known.
 */

import type { CallStep, Outstanding, SagaDefinition } from '../../saga/definition.ts';
import { parseMoney } from '../../saga/money.ts';
import { callOperations } from '../../saga/operation.ts';
import { backwardOf, knownOutputOf, lastUndo } from '../../saga/progress.ts';
import type { OperationState, SagaState } from '../../saga/state.ts';

/** `unknown`: it may have happened. `by_hand`: a person says that it is settled. */
export type Taken = 'no' | 'under_way' | 'yes' | 'unknown' | 'by_hand';

/** `nothing`: there was nothing to give back. */
export type GivenBack = 'not_needed' | 'no' | 'yes' | 'nothing' | 'by_hand';

export interface Effect {
  readonly step: string;
  readonly effect: Outstanding;
  readonly taken: Taken;
  readonly givenBack: GivenBack;
}

/** Of every step that touches anything, in their order. */
export const effectsOf = (definition: SagaDefinition, state: SagaState): readonly Effect[] =>
  definition.steps.flatMap((step) => {
    if (step.kind !== 'call') return [];
    const effect = step.outstanding(state.order, knownOutputOf(state, step.name));
    if (effect.kind === 'none') return [];
    const givenBack = givenBackBy(step, state);
    return [{ step: step.name, effect, taken: inHindsight(takenBy(step, state), givenBack), givenBack }];
  });

/** Its undo tells whether it had happened. */
function inHindsight(taken: Taken, givenBack: GivenBack): Taken {
  if (taken !== 'unknown') return taken;
  if (givenBack === 'yes') return 'yes';
  return givenBack === 'nothing' ? 'no' : taken;
}

function takenBy(step: CallStep, state: SagaState): Taken {
  const taken = new Set(callOperations(step).map((id) => takenByOperation(state.operations[id])));
  return (['unknown', 'under_way', 'yes', 'by_hand'] as const).find((kind) => taken.has(kind)) ?? 'no';
}

function takenByOperation(operation: OperationState | undefined): Taken {
  if (!operation) return 'no';
  if (operation.late) return 'yes';
  switch (operation.phase) {
    case 'succeeded':
      return 'yes';
    case 'refused':
      return 'no';
    case 'resolved':
      return 'by_hand';
    case 'unresolved':
    case 'parked':
      return 'unknown';
    case 'asking':
      return operation.because === 'accepted' ? 'under_way' : 'unknown';
    case 'calling':
    case 'waiting':
      return operation.inDoubt ? 'unknown' : 'under_way';
    default:
      return operation satisfies never;
  }
}

function givenBackBy(step: CallStep, state: SagaState): GivenBack {
  const backward = backwardOf(state, step);
  if (backward === 'none' || (backward === 'owed' && !state.cause)) return 'not_needed';
  if (backward !== 'undone') return 'no';
  const undo = lastUndo(state, step)?.operation;
  if (undo?.phase === 'resolved') return 'by_hand';
  return undo?.foundNothing ? 'nothing' : 'yes';
}

export interface Count {
  readonly taken: number;
  readonly givenBack: number;
  /** Was taken, has to be given back, and is not yet. */
  readonly outstanding: number;
  /** May have been taken: nobody knows, and nobody has settled it. */
  readonly unknown: number;
}

const NOTHING: Count = { taken: 0, givenBack: 0, outstanding: 0, unknown: 0 };

/** In minor units of the order's currency. */
export const moneyOf = (effects: readonly Effect[], currency: string): Count =>
  effects.reduce((sum, one) => added(sum, one, minorOf(one.effect, currency)), NOTHING);

const minorOf = ({ kind, amount }: Outstanding, currency: string): number => {
  const parsed = kind === 'money' && amount !== undefined ? parseMoney(amount, currency) : null;
  return parsed?.ok ? parsed.value : 0;
};

/** By SKU. */
export function stockOf(effects: readonly Effect[]): ReadonlyMap<string, Count> {
  const stock = new Map<string, Count>();
  for (const one of effects) {
    if (one.effect.kind !== 'stock') continue;
    for (const { sku, quantity } of one.effect.items ?? []) stock.set(sku, added(stock.get(sku) ?? NOTHING, one, quantity));
  }
  return stock;
}

function added(sum: Count, { taken, givenBack }: Effect, amount: number): Count {
  const isTaken = taken === 'yes';
  const isOpen = givenBack === 'no' || givenBack === 'not_needed';
  return {
    taken: sum.taken + (isTaken ? amount : 0),
    givenBack: sum.givenBack + (givenBack === 'yes' ? amount : 0),
    outstanding: sum.outstanding + (isTaken && givenBack === 'no' ? amount : 0),
    unknown: sum.unknown + (taken === 'unknown' && isOpen ? amount : 0),
  };
}
