/** What `npm run prove` prints: a line for each configuration, and where a law is broken, the story that breaks it. */

import type { SagaDefinition } from '../../saga/definition.ts';
import type { Paint } from '../demo/paint.ts';
import { configurationsOf } from './configurations.ts';
import { ALL_LAWS } from './laws.ts';
import { findings, type Finding } from './pool.ts';
import { SHAPES } from './shapes.ts';
import type { Twin } from './twin.ts';
import { catchTwin, TWINS } from './twins.ts';

export interface Terminal {
  readonly print: (line: string) => void;
  /** Overwrites what it said before. */
  readonly progress: (line: string) => void;
  readonly paint: Paint;
  readonly now: () => number;
}

const NOTE = [
  'Policies are shortened: two attempts forward, two back within their time, since the core treats those between the first and the last',
  'alike; random pauses are one half of their upper bound. Settings are varied one at a time. A person acts on what is parked as often as',
  'each line says, and participants call back about what it says. Where people act, all participants call back or a carrier reports, what',
  'is gone through stops at a hundred thousand states, or, of a saga that only shows a shape, at twenty-five thousand: "so far".',
];

const counted = (count: number): string => count.toLocaleString('en-US');

/** Whether no law is broken. */
export async function proveAll(sagas: readonly SagaDefinition[], maxStates: number, terminal: Terminal): Promise<boolean> {
  const { print, paint, now } = terminal;
  print(paint.bold('Everything that can happen to an order'));
  for (const { name, statement } of ALL_LAWS) print(`  ${name.padEnd(19)} ${statement}`);
  for (const line of NOTE) print(paint.dim(line));
  print('');
  const startedAt = now();
  const cases = sagas.flatMap((saga) =>
    configurationsOf(saga).map(({ name }, at) => ({ saga, name: `${saga.name} ${saga.version}: ${name}`, at })),
  );
  const jobs = cases.map(({ saga: { name: saga, version }, at }) => ({ saga, version, at, maxStates }));
  const found: Finding[] = [];
  for await (const finding of findings(jobs, watching(terminal))) {
    terminal.progress('');
    printFinding(finding, cases[found.length]?.name ?? '', terminal);
    found.push(finding);
  }
  print(`\n${verdictOf(found, paint)}, ${seconds(now() - startedAt)}.`);
  return found.every(({ breach }) => breach.length === 0);
}

const sizes = ({ states, transitions }: Sizes): string =>
  `${counted(states).padStart(9)} states ${counted(transitions).padStart(11)} transitions`;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

interface Sizes {
  readonly states: number;
  readonly transitions: number;
}

const sum = (all: readonly Sizes[]): Sizes =>
  all.reduce((total, { states, transitions }) => ({ states: total.states + states, transitions: total.transitions + transitions }), {
    states: 0,
    transitions: 0,
  });

/** How far all threads together are. */
function watching({ progress }: Terminal): (at: number, sizes: Sizes) => void {
  const under = new Map<number, Sizes>();
  return (at, now) => {
    under.set(at, now);
    progress(`  ...    ${sizes(sum([...under.values()]))}`);
  };
}

function printFinding(finding: Finding, name: string, { print, paint }: Terminal): void {
  const sign = finding.breach.length > 0 ? paint.bad('BROKEN') : finding.isWhole ? paint.good('holds ') : paint.back('so far');
  print(`  ${sign} ${sizes(finding)} ${seconds(finding.tookMs).padStart(8)}  ${name}`);
  for (const line of finding.breach) print(`         ${line}`);
}

function verdictOf(found: readonly Finding[], paint: Paint): string {
  const broken = found.filter(({ breach }) => breach.length > 0);
  const verdict =
    broken.length > 0 ? paint.bad(`${broken.length} of ${found.length} configurations break a law`) : paint.good('No law is broken');
  const isPartial = found.some(({ isWhole, breach }) => !isWhole && breach.length === 0);
  return `${verdict}${isPartial ? ', but not all was gone through' : ''}: ${sizes(sum(found)).trim()}`;
}

/** Whether each twin is caught, by the law that it is meant to break. */
export function proveTwins(sagas: readonly SagaDefinition[], maxStates: number, terminal: Terminal): boolean {
  const { print, paint } = terminal;
  let areCaught = true;
  for (const saga of sagas) {
    const twins = TWINS.filter((twin) => (twin.saga ? twin.saga === saga : !SHAPES.includes(saga)));
    if (twins.length > 0) print(paint.bold(`Broken twins of the core, with ${saga.name}`));
    for (const twin of twins) areCaught = caught(twin, saga, maxStates, terminal) && areCaught;
  }
  return areCaught;
}

function caught(twin: Twin, saga: SagaDefinition, maxStates: number, { print, progress, paint }: Terminal): boolean {
  progress(twin.mistake);
  const { breach, story } = catchTwin(twin, saga, maxStates);
  progress('');
  const isCaught = breach?.law === twin.breaks;
  const verdict = isCaught ? paint.good('caught') : paint.bad('missed');
  print(`  ${verdict}  ${twin.mistake.padEnd(80)} ${(breach?.law ?? '').padEnd(18)} ${breach ? `${story.length} moves` : ''}`);
  return isCaught;
}
