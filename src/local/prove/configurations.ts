/** The configurations that a saga is gone through with: each of its settings, with participants of every kind, and people who act. */

import type { CallStep, SagaDefinition } from '../../saga/definition.ts';
import { configuration, type Configuration } from './configuration.ts';
import { PLAIN, settingsOf } from './settings.ts';
import { SHORT_KEY_LIFETIME_MS } from './shortened.ts';

/**
 * Every setting that makes a difference to the saga, with participants that fence and that do not; then with participants that call back,
 * with a carrier, with participants that soon forget their keys, and once more for each step that a person may have to act on.
 */
export function configurationsOf(saga: SagaDefinition): readonly Configuration[] {
  return [
    ...[true, false].flatMap((fences) => settingsOf(saga).map((choices) => configuration(saga, { fences, ...choices }))),
    ...[true, false].map((fences) => configuration(saga, { fences, ...PLAIN, callsBack: true })),
    configuration(saga, { fences: true, ...PLAIN, carrier: true }),
    configuration(saga, { fences: true, ...PLAIN, keyLifetimeMs: SHORT_KEY_LIFETIME_MS }),
    ...reviewedOf(saga).map((reviewed) => configuration(saga, { fences: true, ...PLAIN, actions: 1, reviewed })),
  ];
}

/** The steps that a person may have to act on. */
const reviewedOf = ({ steps }: SagaDefinition): readonly string[] =>
  steps.flatMap((step) => (step.kind === 'call' && (step.undo || step.via === 'queue' || isAsked(step)) ? [step.name] : []));

const isAsked = ({ whenFailed }: CallStep): boolean => whenFailed({ ...PLAIN, deadlineMs: 1, timeScale: 1 }) === 'ask';
