/** The figures, as people read them. Pure. */

import type { Measured } from './beside.ts';
import { CONTESTANTS, type Name } from './contestant.ts';
import type { Counts } from './counts.ts';
import type { Figures, Spread } from './figures.ts';
import type { Growth } from './growth.ts';
import type { Profiled } from './profile.ts';

interface Line {
  readonly title: string;
  readonly of: (figures: Figures) => Spread;
  readonly digits: number;
}

const LINES: readonly Line[] = [
  { title: 'orders a second', of: ({ perSecond }) => perSecond, digits: 0 },
  { title: 'p50, ms', of: ({ p50 }) => p50, digits: 1 },
  { title: 'p95, ms', of: ({ p95 }) => p95, digits: 1 },
  { title: 'p99, ms', of: ({ p99 }) => p99, digits: 1 },
  { title: 'CPU an order, ms', of: ({ cpuMsPerOrder }) => cpuMsPerOrder, digits: 1 },
  { title: 'memory an order, KiB', of: ({ memoryKibPerOrder }) => memoryKibPerOrder, digits: 0 },
];

const WIDTH = 24;

const cells = (texts: readonly string[]): string => texts.map((text) => text.padStart(WIDTH)).join('');

function shown({ median, min, max }: Spread, digits: number): string {
  const [middle, low, high] = [median, min, max].map((value) => value.toFixed(value < 100 ? digits : 0));
  return `${middle} (${low} to ${high})`;
}

const ratio = (one: number | undefined, other: number | undefined): string =>
  one === undefined || other === undefined ? '' : `x ${(one / other).toFixed(2)}`;

/** The middle of all rounds, the lowest and the highest, and Backstitch's share of each of the others. */
export function table(measured: readonly Measured[]): readonly string[] {
  const loads = [...new Set(measured.map(({ load }) => load.inFlight))];
  return loads.flatMap((inFlight) => {
    const figures = new Map(
      measured.flatMap(({ contestant, load, figures: own }) => (load.inFlight === inFlight ? [[contestant, own]] : [])),
    );
    const lines = LINES.map(({ title, of, digits }) => {
      const medians = (name: Name) => of(figures.get(name) ?? missing(name)).median;
      const own = CONTESTANTS.map(({ name }) => shown(of(figures.get(name) ?? missing(name)), digits));
      const ratios = [ratio(medians('backstitch'), medians('workflows')), ratio(medians('backstitch'), medians('floor'))];
      return `${title.padEnd(22)}${cells(own)}${ratios.map((text) => text.padStart(16)).join('')}`;
    });
    return ['', heading(`${inFlight} in flight`), ...lines];
  });
}

const heading = (title: string): string =>
  `${title.padEnd(22)}${cells(CONTESTANTS.map(({ title: name }) => name))}${'to Workflows'.padStart(16)}${'to the floor'.padStart(16)}`;

function missing(name: Name): never {
  throw new Error(`There are no figures of ${name}`);
}

const WORK_WIDTH = 40;

const REMARKS = [
  'Of Workflows the rows are those that are left at the end: it has written at least those. What nobody can count is a ?: its engine, and fsyncs',
  'without strace.',
];

const FATES = { good: 'goes well', declined: 'card declined', mixed: 'all' } as const;

function ofOne(counts: Counts | undefined, all: (counted: Counts) => number | null | undefined): string {
  const sum = counts && all(counts);
  return counts && typeof sum === 'number' ? (sum / counts.orders).toFixed(1) : '?';
}

export function countsTable(counts: readonly Counts[]): readonly string[] {
  const lines = (['good', 'declined'] as const).flatMap((fate) => {
    const of = (name: Name) => counts.find((one) => one.contestant === name && one.fate === fate);
    const line = (title: string, all: (counted: Counts) => number | null | undefined) =>
      `${`${title}, ${FATES[fate]}`.padEnd(WORK_WIDTH)}${cells(CONTESTANTS.map(({ name }) => ofOne(of(name), all)))}`;
    return [
      line('rows', ({ work }) => work.rows),
      line('fsyncs', ({ fsyncs }) => fsyncs),
      line('SQL statements', ({ work }) => work.statements),
      line('JSON passes', ({ work }) => work.json),
      line('requests, calls, batches, alarms', ({ work }) => work.begun),
    ];
  });
  return ['', `${'of an order'.padEnd(WORK_WIDTH)}${cells(CONTESTANTS.map(({ title }) => title))}`, ...lines, ...REMARKS];
}

/** Each figure beside what it was with the fewest. */
export function growthTable({ sizes, items, history, waiting }: Growth): readonly string[] {
  const figures = (name: string, { perSecond, p50, cpuMsPerOrder }: Figures, first: Figures | undefined) =>
    `${name.padEnd(26)}${cells([shown(perSecond, 0), shown(p50, 1), shown(cpuMsPerOrder, 1)])}${ratio(cpuMsPerOrder.median, first?.cpuMsPerOrder.median).padStart(16)}`;
  const heads = `${''.padEnd(26)}${cells(['orders a second', 'p50, ms', 'CPU an order, ms'])}${'CPU to the first'.padStart(20)}`;
  return [
    '16 in flight, so many orders there before:',
    heads,
    ...sizes.map((size) => figures(`${size.orders} orders`, size.figures, sizes[0]?.figures)),
    `Memory of the whole process then: ${sizes.map(({ orders, residentMib }) => `${residentMib.toFixed(0)} MiB with ${orders}`).join(', ')}.`,
    '',
    'With so many items each:',
    heads,
    ...items.map((size) => figures(`${size.items} items`, size.figures, items[0]?.figures)),
    '',
    'A step tried once more by a person, by the length of the history after it:',
    ...history.map(({ events, cpuMsPerRetry }) => `${`${events} events`.padEnd(26)}${cpuMsPerRetry.toFixed(1)} ms CPU`),
    '',
    `${waiting.orders} orders that wait for an approval took ${waiting.cpuMs} ms CPU in ${waiting.seconds} seconds, and ${waiting.residentKibPerOrder.toFixed(1)} KiB of memory each.`,
  ];
}

const MOST_SHARES = 30;

/** Idle time is nobody's. */
export function profileTable({ orders, shares }: Pick<Profiled, 'orders' | 'shares'>): readonly string[] {
  const busy = shares.filter(({ of }) => of !== '(idle)');
  const whole = busy.reduce((sum, { msPerOrder }) => sum + msPerOrder, 0);
  const line = (name: string, ms: number) =>
    `${name.padEnd(46)}${ms.toFixed(2).padStart(10)}${((100 * ms) / whole).toFixed(1).padStart(9)} %`;
  const [shown, others] = [busy.slice(0, MOST_SHARES), busy.slice(MOST_SHARES)];
  return [
    `${orders} orders, 64 in flight, with the profiler on: ms of an order, and the share`,
    ...shown.map(({ of, msPerOrder }) => line(of, msPerOrder)),
    line(
      `${others.length} others`,
      others.reduce((sum, { msPerOrder }) => sum + msPerOrder, 0),
    ),
    line('in all', whole),
  ];
}
