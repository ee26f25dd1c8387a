/** The configurations that a saga is gone through with: each of its settings, with participants of every kind, and people who act. */

import type { CallStep, SagaDefinition } from '../../saga/definition.ts';
import { configuration, type Configuration } from './configuration.ts';
import { SHAPES } from './shapes.ts';
import { PLAIN, settingsOf } from './settings.ts';
import { SHORT_KEY_LIFETIME_MS } from './shortened.ts';

/** Where people act, participants call back or a carrier reports, there is more than one waits for: what is gone through stops here. */
const MOST_STATES = 100_000;

/** Of a saga that nobody ships. */
const MOST_STATES_OF_A_SHAPE = 25_000;

/**
 * Every setting that makes a difference to the saga, with participants that fence and that do not; then with participants that call back,
 * with a carrier, with participants that soon forget their keys, and once more for each step that a person may have to act on.
 */
export function configurationsOf(saga: SagaDefinition): readonly Configuration[] {
  const mostStates = SHAPES.includes(saga) ? MOST_STATES_OF_A_SHAPE : MOST_STATES;
  return [
    ...[true, false].flatMap((fences) => settingsOf(saga).map((choices) => configuration(saga, { fences, ...choices }))),
    configuration(saga, { fences: true, ...PLAIN, keyLifetimeMs: SHORT_KEY_LIFETIME_MS }),
    ...[true, false].map((fences) => configuration(saga, { fences, ...PLAIN, callsBack: true, mostStates })),
    configuration(saga, { fences: true, ...PLAIN, carrier: true, mostStates }),
    ...reviewedOf(saga).map((reviewed) => configuration(saga, { fences: true, ...PLAIN, actions: 1, reviewed, mostStates })),
  ];
}

/** The steps that a person may have to act on. */
const reviewedOf = ({ steps }: SagaDefinition): readonly string[] =>
  steps.flatMap((step) => (step.kind === 'call' && (step.undo || step.via === 'queue' || isAsked(step)) ? [step.name] : []));

const isAsked = ({ whenFailed }: CallStep): boolean => whenFailed({ ...PLAIN, deadlineMs: 1, timeScale: 1 }) === 'ask';
