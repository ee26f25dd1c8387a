/** The figures, as people read them. Pure. */

import type { Measured } from './beside.ts';
import { CONTESTANTS, type Name } from './contestant.ts';
import type { Counts } from './counts.ts';
import type { Figures, Spread } from './figures.ts';

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

const shown = ({ median, min, max }: Spread, digits: number): string =>
  `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;

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

const FATES = { good: 'goes well', declined: 'card declined', mixed: 'all' } as const;

export function countsTable(counts: readonly Counts[]): readonly string[] {
  const lines = (['good', 'declined'] as const).flatMap((fate) => {
    const of = (name: Name) => counts.find((one) => one.contestant === name && one.fate === fate);
    const rows = CONTESTANTS.map(({ name }) => `${of(name)?.atLeast ? 'at least ' : ''}${of(name)?.rows.toFixed(1)}`);
    const fsyncs = CONTESTANTS.map(({ name }) => of(name)?.fsyncs?.toFixed(1) ?? 'no strace here');
    return [`${`rows, ${FATES[fate]}`.padEnd(22)}${cells(rows)}`, `${`fsyncs, ${FATES[fate]}`.padEnd(22)}${cells(fsyncs)}`];
  });
  return ['', `${'written by an order'.padEnd(22)}${cells(CONTESTANTS.map(({ title }) => title))}`, ...lines];
}
