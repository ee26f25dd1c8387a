/** How the findings look: a table, and each violation with all that is needed to understand it. Pure. */

import { TIME_SCALE } from './boundaries.ts';
import type { Findings, Violation } from './findings.ts';
import type { Options } from './plan.ts';
import { ALL_WITHIN_MS, HALF_WITHIN_MS, slowness, type Recovery, type Spread } from './recovery.ts';
import type { HistoryEvent, LoggedCall } from './wire.ts';

export const header = ({ orders, kills, seed }: Options): string =>
  `${count(orders)} orders meet services that fail in every way, and a coordinator that is killed ${kills} times (SIGKILL, the whole process
group) and once more for the measurement. Then every order is compared with the services' own ledgers. Seed ${seed}.
`;

const count = (number: number): string => number.toLocaleString('en-US');

const FATES = ['completed', 'failed', 'cancelled', 'needs review', 'never accepted'];

type Row = readonly [string, string];

export function table(findings: Findings, { orders, seed }: Options, tookMs: number): string {
  const rows: readonly Row[] = [
    ['seed', String(seed)],
    ['time scale of the sagas', `${TIME_SCALE} (the watch on calls under way is not scaled)`],
    ['orders', count(orders)],
    ...fateRows(findings.fates),
    ['kills', `${findings.kills.length}, ${kindsText(findings)}`],
    [
      '  orders in flight at a kill',
      `${count(findings.inFlight.reduce((sum, at) => sum + at, 0))} in all, ${Math.max(0, ...findings.inFlight)} at most`,
    ],
    ['  until it answered again', spreadText(findings.restarts)],
    [
      'calls',
      `${count(findings.calls)}, ${count(findings.repeated)} of them repeated, ${count(findings.interrupted)} interrupted by a kill`,
    ],
    ['  duplicates absorbed', count(findings.duplicates)],
    ['orders there when a kill came', ''],
    ...[...findings.boundaries].map(([name, met]): Row => [`  ${name}`, count(met)]),
    ...recoveryRows(findings.recovery),
    ['took', `${(tookMs / 1_000).toFixed(0)} s`],
    ['violations', count(findings.violations.length)],
    ...findings.notShown.map((text): Row => ['  not shown by this run', text]),
    ...findings.tooLittle.map((text): Row => ['THIS RUN PROVES NOTHING', text]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`.trimEnd()).join('\n');
}

function fateRows(fates: Findings['fates']): readonly Row[] {
  const names = [...FATES, ...[...fates.keys()].filter((name) => !FATES.includes(name))];
  return names.filter((name) => fates.has(name)).map((name): Row => [`  ${name}`, count(fates.get(name) ?? 0)]);
}

function kindsText({ kills }: Findings): string {
  const random = kills.filter(({ kind }) => kind === 'random').length;
  const measured = kills.filter(({ kind }) => kind === 'measurement').length;
  return `${random} at random moments, ${kills.length - random - measured} at boundaries, ${measured} for the measurement`;
}

const recoveryRows = (recovery: Recovery): readonly Row[] => [
  [
    'recovery, services healthy',
    `${recovery.inFlight} of ${recovery.placed} orders in flight, ${recovery.onTheWayBack} of them on the way back`,
  ],
  ['  at rest after the first answer', spreadText(recovery.sinceReady)],
  ['  at rest after the command', spreadText(recovery.sinceCommand)],
  [
    `  half in ${HALF_WITHIN_MS / 1_000} s, last in ${ALL_WITHIN_MS / 1_000} s`,
    recovery.sinceReady && slowness(recovery).length === 0 ? 'yes' : 'NO',
  ],
];

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

function spreadText(spread: Spread | null): string {
  return spread ? `median ${seconds(spread.median)}, p95 ${seconds(spread.p95)}, longest ${seconds(spread.max)}` : 'nothing to measure';
}

/** The order, its history and its ledger, so that it can be understood without running it again. */
export function violationText({ outcome, complaints }: Violation, { seed }: Options): string {
  const { told, view, history, ledgers, firstLook } = outcome;
  const { order, ...answers } = told;
  const { calls, ...books } = ledgers;
  return [
    '',
    `${order.orderId} (seed ${seed})`,
    ...complaints.map((complaint) => `  ✗ ${complaint}`),
    `  planned    ${JSON.stringify({ items: order.items, faults: order.faults, acts: order.acts })}`,
    `  told       ${JSON.stringify(answers)}`,
    `  first look ${time(firstLook.at)} ${firstLook.view?.saga_status ?? 'no such order'}`,
    `  view       ${JSON.stringify(view)}`,
    `  ledger     ${JSON.stringify(books)}`,
    '  calls',
    ...calls.map((call) => `    ${callText(call)}`),
    '  history',
    ...history.map((event) => `    ${eventText(event)}`),
  ].join('\n');
}

const time = (at: number): string => new Date(at).toISOString().slice(11, 23);

const callText = ({ at, service, route, direction, attempt, status, fault }: LoggedCall): string =>
  `${time(at)} ${service} ${route} ${direction} try ${attempt ?? '-'} -> ${status ?? 'no answer'}${fault === null ? '' : ` (${fault})`}`;

const eventText = ({ seq, at, type, step, data }: HistoryEvent): string =>
  `${String(seq).padStart(3)} ${time(at)} ${type} ${step} ${JSON.stringify(data)}`;
