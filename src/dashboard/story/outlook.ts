/** What cancelling an order would do, step by step and in words, and how much money it would move. Nothing is done by asking. */

import { decide } from '../../saga/decide.ts';
import type { CallStep, SagaDefinition, Step } from '../../saga/definition.ts';
import type { Refusal } from '../../saga/command.ts';
import { callOperations } from '../../saga/operation.ts';
import { backwardOf, forwardOf, knownOutputOf } from '../../saga/progress.ts';
import type { SagaState } from '../../saga/state.ts';
import { undoWords } from '../words/undo.ts';
import { effectsOf, moneyOf } from './books.ts';

export interface StepOutlook {
  readonly step: string;
  readonly what: string;
  /** Something would be done about it. */
  readonly isTouched: boolean;
}

export interface Outlook {
  /** Why it can't be done; null where it can. */
  readonly refusal: Refusal | null;
  /** The order is on its way back, or was: nothing changes. */
  readonly isBackAlready: boolean;
  /** In the order in which it would be done: the last step first. */
  readonly steps: readonly StepOutlook[];
  /** In minor units: given back for certain, and only where it turns out to have been taken. */
  readonly moneyMinor: number;
  readonly moneyInDoubtMinor: number;
}

/** No participant is asked, so nothing of it needs to be known. */
const UNASKED = { random: () => 0, capabilities: () => ({ fences: false, keyLifetimeMs: 0 }) };

export function cancelOutlook(definition: SagaDefinition, state: SagaState, now: number): Outlook {
  const decision = decide(definition, state, { type: 'cancel', reason: null }, { now, ...UNASKED });
  const effects = effectsOf(definition, state).filter(({ step }) => isUndoable(definition, step));
  const { taken, givenBack, unknown } = moneyOf(effects, state.order.currency);
  const underWay = moneyOf(
    effects.map((effect) => ({ ...effect, taken: effect.taken === 'under_way' ? 'yes' : 'no' })),
    state.order.currency,
  ).taken;
  return {
    refusal: decision.ok ? null : decision.refusal,
    isBackAlready: decision.ok && state.cause !== null,
    steps: definition.steps.toReversed().map((step) => ({ step: step.name, ...stepOutlook(state, step) })),
    moneyMinor: taken - givenBack,
    moneyInDoubtMinor: unknown + underWay,
  };
}

const isUndoable = ({ steps }: SagaDefinition, name: string): boolean =>
  steps.some((step) => step.name === name && step.kind === 'call' && step.undo !== undefined);

const untouched = (what: string): Omit<StepOutlook, 'step'> => ({ what, isTouched: false });
const touched = (what: string): Omit<StepOutlook, 'step'> => ({ what, isTouched: true });

function stepOutlook(state: SagaState, step: Step): Omit<StepOutlook, 'step'> {
  const forward = forwardOf(state, step);
  if (forward === 'pending') return untouched('Has not begun, and will not.');
  if (forward === 'skipped') return untouched('Was not needed.');
  if (step.kind !== 'call')
    return forward === 'running' ? touched('Is not waited for any more.') : untouched('Is over: there is nothing to undo.');
  if (!step.undo)
    return untouched(
      step.call.participant === 'notification' ? 'What was sent stays sent.' : 'Changed nothing, so there is nothing to undo.',
    );
  const undo = undoWords(step, step.outstanding(state.order, knownOutputOf(state, step.name)));
  if (forward === 'running') return touched(`Is under way. What becomes of it is found out first; if it happens, ${undo}.`);
  const backward = backwardOf(state, step);
  if (backward === 'none') return untouched('Did not happen, so there is nothing to undo.');
  if (backward === 'undone') return untouched('Is undone already.');
  if (isInDoubt(step, state)) return touched(`Nobody knows whether it happened. It is undone as if it had: if so, ${undo}.`);
  return touched(`${undo.charAt(0).toUpperCase()}${undo.slice(1)}.`);
}

const isInDoubt = (step: CallStep, { operations }: SagaState): boolean =>
  callOperations(step).some((id) => operations[id]?.phase === 'unresolved' || operations[id]?.phase === 'parked');
