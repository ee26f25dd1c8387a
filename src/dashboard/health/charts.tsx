/** The charts of the health page: each says what is drawn of what was counted. */

import type { Present } from '../../read-model/read-model.ts';
import type { Desk } from '../desk.ts';
import { BarChart } from '../parts/bar-chart.tsx';
import type { Tone } from '../parts/chart.tsx';
import { LineChart, type Series } from '../parts/line-chart.tsx';
import { operationWords, spelled } from '../words/names.ts';
import { duration } from '../words/times.ts';
import { countIn, type Standing, type StandingAt, type Stretch } from './history.ts';
import { quantileMs } from './quantile.ts';
import { durationScale, linearScale } from './scale.ts';
import type { Span } from './span.ts';

export interface Health {
  readonly span: Span;
  readonly standings: readonly StandingAt[];
  readonly stretches: readonly Stretch[];
  /** Counted within the span. */
  readonly counted: Standing;
  readonly now: Standing;
  readonly present: Present;
}

const NOT_YET = 'Nothing is written down yet: a line needs two minutes.';

interface ChartProps {
  readonly desk: Desk;
  readonly health: Health;
}

const limits = (desk: Desk, span: Span) => ({ from: desk.now - span.lengthMs, to: desk.now });

const valuesOf = (series: readonly Series[]): readonly number[] =>
  series.flatMap(({ points }) => points.flatMap(({ value }) => (value === null ? [] : [value])));

export const Rates = ({ desk, health: { span, stretches } }: ChartProps) => {
  const rate = (name: string, tone: Tone, count: string): Series => ({
    name,
    tone,
    points: stretches.map(({ at, minutes, counted }) => ({ at, value: counted && (countIn(counted, count) / minutes) * span.per.minutes })),
  });
  const series = [
    rate('Placed', 'plain', 'started'),
    rate('Completed', 'good', 'ended_completed'),
    rate('Rolled back', 'back', 'ended_compensated'),
  ];
  return (
    <LineChart
      id="rates"
      title={`Orders per ${span.per.name}`}
      series={series}
      scale={linearScale(valuesOf(series))}
      {...limits(desk, span)}
      words={short}
      nothing={NOT_YET}
    />
  );
};

export const Durations = ({ desk, health: { span, stretches } }: ChartProps) => {
  const quantile = (name: string, tone: Tone, share: number): Series => ({
    name,
    tone,
    points: stretches.map(({ at, counted }) => ({ at, value: counted && quantileMs(share, counted.counts) })),
  });
  const series = [quantile('p50', 'plain', 0.5), quantile('p95', 'slow', 0.95)];
  return (
    <LineChart
      id="durations"
      title="How long orders take"
      series={series}
      scale={durationScale(valuesOf(series))}
      {...limits(desk, span)}
      words={duration}
      nothing={`No order has come to its end in the last ${span.label}, as far as is written down.`}
    />
  );
};

export const Open = ({ desk, health: { span, standings } }: ChartProps) => {
  const count = (name: string, tone: Tone, column: string): Series => ({
    name,
    tone,
    points: standings.filter(({ at }) => at > desk.now - span.lengthMs).map(({ at, counts }) => ({ at, value: counts[column] ?? 0 })),
  });
  const series = [count('Going back', 'back', 'compensating'), count('Need a person', 'bad', 'needs_review')];
  return (
    <LineChart
      id="open"
      title="Orders on their way back, and stuck"
      series={series}
      scale={linearScale(valuesOf(series), 1)}
      {...limits(desk, span)}
      words={short}
      nothing={NOT_YET}
    />
  );
};

const MOST_STEPS = 8;

export const Failing = ({ health: { span, counted } }: { health: Health }) => {
  const bars = Object.entries(counted.failures)
    .filter(([, count]) => count > 0)
    .map(([operation, count]) => ({ name: operationWords(operation), count }))
    .toSorted((left, right) => right.count - left.count)
    .slice(0, MOST_STEPS);
  return (
    <BarChart
      id="failing"
      title="Steps that failed for good"
      bars={bars}
      unit="Times"
      nothing={`No step has failed for good in the last ${span.label}.`}
    />
  );
};

export const Backlogs = ({ present: { backlogs } }: { present: Present }) => (
  <BarChart
    id="backlogs"
    title="Messages that wait in a queue, now"
    bars={Object.entries(backlogs).map(([name, count]) => ({ name: spelled(name.replaceAll('-', '_')), count }))}
    unit="Messages"
    nothing="No queue tells how much waits in it."
  />
);

const short = (value: number): string =>
  value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(value < 1 ? 2 : 1);
