/** The configurations that a saga is gone through with: each of its settings, with participants of every kind, and people who act. */

import type { CallStep, SagaDefinition } from '../../saga/definition.ts';
import { configuration, type Configuration } from './configuration.ts';
import { SHAPES } from './shapes.ts';
import { ORDER, PLAIN, settingsOf } from './settings.ts';
import { SHORT_KEY_LIFETIME_MS } from './shortened.ts';

/** Where people act, participants call back or a carrier reports, there is more than one waits for: what is gone through stops here. */
const MOST_STATES = 100_000;

/** Of a saga that nobody ships. */
const MOST_STATES_OF_A_SHAPE = 25_000;

/**
 * Every setting that makes a difference to the saga, with participants that fence; likewise with those that do not, but for an approval,
 * which has nothing to do with the way back; then with participants that soon forget their keys, or that call back, with a carrier, with the
 * customer erased, and once more for each step that a person may have to act on.
 */
export function configurationsOf(saga: SagaDefinition): readonly Configuration[] {
  const mostStates = SHAPES.includes(saga) ? MOST_STATES_OF_A_SHAPE : MOST_STATES;
  const settings = settingsOf(saga);
  const withoutApproval = settings.filter(({ needsApproval }) => !needsApproval);
  return [
    ...settings.map((choices) => configuration(saga, { fences: true, ...choices })),
    ...withoutApproval.map((choices) => configuration(saga, { fences: false, ...choices })),
    configuration(saga, { fences: true, ...PLAIN, keyLifetimeMs: SHORT_KEY_LIFETIME_MS }),
    ...callersOf(saga, mostStates),
    configuration(saga, { fences: true, ...PLAIN, carrier: true, erasing: true, mostStates }),
    ...reviewedOf(saga).map((reviewed) => configuration(saga, { fences: true, ...PLAIN, actions: 1, reviewed, mostStates })),
  ];
}

/**
 * In a long saga the callbacks about one step at a time: about all of them together there is more than is gone through. Each of these is
 * gone through whole, but for those about messages, which can't be taken back.
 */
function callersOf(saga: SagaDefinition, mostStates: number): readonly Configuration[] {
  const undone = saga.steps.filter((step) => step.kind === 'call' && step.undo);
  const kept = undone.filter((step) => step.kind === 'call' && step.outstanding(ORDER, null).kind !== 'message');
  const all = [true, false].map((fences) => configuration(saga, { fences, ...PLAIN, callsBack: true, erasing: true, mostStates }));
  if (undone.length <= 2) return all;
  return [...kept.map(({ name }) => configuration(saga, { fences: true, ...PLAIN, callsBack: name })), ...all.slice(1)];
}

/** The steps that a person may have to act on. */
const reviewedOf = ({ steps }: SagaDefinition): readonly string[] =>
  steps.flatMap((step) => (step.kind === 'call' && (step.undo || step.via === 'queue' || isAsked(step)) ? [step.name] : []));

const isAsked = ({ whenFailed }: CallStep): boolean => whenFailed({ ...PLAIN, deadlineMs: 1, timeScale: 1 }) === 'ask';
