/** What `npm run prove` prints: a line for each configuration, and where a law is broken, the story that breaks it. */

import type { SagaDefinition } from '../../saga/definition.ts';
import type { Paint } from '../demo/paint.ts';
import { configuration, configurationsOf, type Configuration } from './configuration.ts';
import { CORE } from './core.ts';
import { explore, type Exploration } from './explore.ts';
import { ALL_LAWS } from './laws.ts';
import { storyOf } from './story.ts';
import { TWINS, type Twin } from './twins.ts';

export interface Terminal {
  readonly print: (line: string) => void;
  /** Overwrites what it said before. */
  readonly progress: (line: string) => void;
  readonly paint: Paint;
  readonly now: () => number;
}

const NOTE = [
  'Policies are shortened: two attempts forward, two back within their time, since the core treats those between the first and the last',
  'alike; random pauses are one half of their upper bound. A person acts on what is parked as often as each line says.',
];

const counted = (count: number): string => count.toLocaleString('en-US');

/** Whether no law is broken. */
export function proveAll(sagas: readonly SagaDefinition[], maxStates: number, terminal: Terminal): boolean {
  const { print, paint, now } = terminal;
  print(paint.bold('Everything that can happen to an order'));
  for (const { name, statement } of ALL_LAWS) print(`  ${name.padEnd(19)} ${statement}`);
  for (const line of NOTE) print(paint.dim(line));
  const startedAt = now();
  const found: Exploration[] = [];
  for (const saga of sagas) {
    print(`\n${paint.bold(`${saga.name} version ${saga.version}`)}`);
    for (const configuration of configurationsOf(saga)) found.push(proveOne(configuration, maxStates, terminal));
  }
  const states = found.reduce((sum, exploration) => sum + exploration.states, 0);
  const transitions = found.reduce((sum, exploration) => sum + exploration.transitions, 0);
  const broken = found.filter(({ breach }) => breach).length;
  const verdict = broken > 0 ? paint.bad(`${broken} of ${found.length} configurations break a law`) : paint.good('No law is broken');
  const left = found.some(({ isWhole, breach }) => !isWhole && !breach) ? ', but not every configuration was gone through to its end' : '';
  print(`\n${verdict}${left}: ${counted(states)} states, ${counted(transitions)} transitions, ${seconds(now() - startedAt)}.`);
  return broken === 0;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const sizes = (states: number, transitions: number): string =>
  `${counted(states).padStart(9)} states ${counted(transitions).padStart(11)} transitions`;

function proveOne(configuration: Configuration, maxStates: number, { print, progress, paint, now }: Terminal): Exploration {
  const startedAt = now();
  const exploration = explore(CORE, configuration, {
    maxStates,
    onProgress: (states, transitions) => progress(`${sizes(states, transitions)}  ${configuration.name}`),
  });
  progress('');
  const { states, transitions, isWhole, breach } = exploration;
  const sign = breach ? paint.bad('BROKEN') : isWhole ? paint.good('holds ') : paint.back('so far');
  print(`  ${sign} ${sizes(states, transitions)} ${seconds(now() - startedAt).padStart(8)}  ${configuration.name}`);
  for (const line of breachOf(exploration)) print(`         ${line}`);
  return exploration;
}

/** Empty where no law is broken. */
export const breachOf = ({ breach, story }: Exploration): readonly string[] =>
  breach ? [`${breach.law}: ${breach.statement}`, `Here ${breach.wrong}. The shortest way to it:`, ...storyOf(story)] : [];

/** Goes through what can happen with a broken twin of the core, until it is caught. */
export const catchTwin = ({ core, fences, actions }: Twin, saga: SagaDefinition, maxStates: number): Exploration =>
  explore(core, configuration(saga, { fences, actions, confirmationFailure: 'compensate', needsApproval: false }), { maxStates });

/** Whether each twin is caught, by the law that it is meant to break. */
export function proveTwins(sagas: readonly SagaDefinition[], maxStates: number, { print, progress, paint }: Terminal): boolean {
  let areCaught = true;
  for (const saga of sagas) {
    print(paint.bold(`Broken twins of the core, with ${saga.name}`));
    for (const twin of TWINS) {
      progress(twin.mistake);
      const { breach, story } = catchTwin(twin, saga, maxStates);
      progress('');
      const isCaught = breach?.law === twin.breaks;
      areCaught &&= isCaught;
      const verdict = isCaught ? paint.good('caught') : paint.bad('missed');
      print(`  ${verdict}  ${twin.mistake.padEnd(80)} ${(breach?.law ?? '').padEnd(18)} ${breach ? `${story.length} moves` : ''}`);
    }
  }
  return areCaught;
}
