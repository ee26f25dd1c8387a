/** Lines over time, drawn here and not by a script; the same figures stand below as a table, for who can't see lines or wants to know exactly. */

import type { Scale } from '../health/scale.ts';
import { clock } from '../words/times.ts';
import { Chart, type Tone } from './chart.tsx';

export interface Series {
  readonly name: string;
  readonly tone: Tone;
  /** Oldest first; null where nothing is known. */
  readonly points: readonly { readonly at: number; readonly value: number | null }[];
}

interface LineChartProps {
  readonly id: string;
  readonly title: string;
  readonly series: readonly Series[];
  readonly scale: Scale;
  readonly from: number;
  readonly to: number;
  readonly words: (value: number) => string;
  /** Said where there is nothing to draw. */
  readonly nothing: string;
}

/** Of the drawing, in its own units. */
const LEFT = 56;
const RIGHT = 392;
const TOP = 10;
const BOTTOM = 168;

type Place = (value: number) => number;

export const LineChart = ({ id, title, series, scale, from, to, words, nothing }: LineChartProps) => {
  const isEmpty = series.every(({ points }) => points.every(({ value }) => value === null));
  const x: Place = (at) => LEFT + ((at - from) / (to - from)) * (RIGHT - LEFT);
  const y: Place = (value) => BOTTOM - scale.place(value) * (BOTTOM - TOP);
  return (
    <Chart
      id={id}
      title={title}
      description={series.map((one) => described(one, words)).join(' ')}
      nothing={isEmpty ? nothing : null}
      legend={series}
      height={192}
      drawing={
        <>
          <Grid scale={scale} y={y} words={words} />
          <Times from={from} to={to} x={x} />
          {series.map(({ points, tone }, index) => (
            <Line points={points} tone={tone} nth={index + 1} x={x} y={y} />
          ))}
        </>
      }
      table={<Figures title={title} series={series} words={words} to={to} />}
    />
  );
};

function described({ name, points }: Series, words: LineChartProps['words']): string {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const last = values.at(-1);
  return last === undefined ? `${name}: nothing.` : `${name}: ${words(last)} at the end, ${words(Math.max(...values))} at most.`;
}

const Grid = ({ scale, y, words }: { scale: Scale; y: Place; words: LineChartProps['words'] }) => (
  <g class="grid">
    {scale.ticks.map((tick) => (
      <>
        <path d={`M${LEFT} ${round(y(tick))}H${RIGHT}`} />
        <text x={LEFT - 6} y={round(y(tick)) + 4} text-anchor="end">
          {words(tick)}
        </text>
      </>
    ))}
  </g>
);

const Times = ({ from, to, x }: { from: number; to: number; x: Place }) => {
  const times = [from, (from + to) / 2, to];
  const anchors = ['start', 'middle', 'end'] as const;
  return (
    <g class="times">
      {times.map((at, index) => (
        <text x={round(x(at))} y={BOTTOM + 18} text-anchor={anchors[index] ?? 'middle'}>
          {timeWords(at, from, to)}
        </text>
      ))}
    </g>
  );
};

const DAY_MS = 86_400_000;

/** Days, where there are more than two. */
function timeWords(at: number, from: number, to: number): string {
  const iso = new Date(at).toISOString();
  return to - from > 2 * DAY_MS ? iso.slice(5, 10) : iso.slice(11, 16);
}

interface LineProps extends Pick<Series, 'points' | 'tone'> {
  readonly nth: number;
  readonly x: Place;
  readonly y: Place;
}

const Line = ({ points, tone, nth, x, y }: LineProps) => {
  const runs = unbroken(points);
  return (
    <g class={`series tone-${tone} nth-${nth}`}>
      <path
        d={runs
          .map((run) => run.map(({ at, value }, index) => `${index === 0 ? 'M' : 'L'}${round(x(at))} ${round(y(value))}`).join(''))
          .join('')}
      />
      {runs.flatMap((run) => {
        const [only, another] = run;
        return only && !another ? [<circle cx={round(x(only.at))} cy={round(y(only.value))} r={2.5} />] : [];
      })}
    </g>
  );
};

interface Point {
  readonly at: number;
  readonly value: number;
}

/** A line does not go on over what is not known. */
function unbroken(points: Series['points']): readonly (readonly Point[])[] {
  const runs: Point[][] = [[]];
  for (const { at, value } of points) {
    if (value === null) runs.push([]);
    else runs.at(-1)?.push({ at, value });
  }
  return runs.filter((run) => run.length > 0);
}

const round = (length: number): number => Math.round(length * 10) / 10;

const Figures = ({
  title,
  series,
  words,
  to,
}: {
  title: string;
  series: readonly Series[];
  words: LineChartProps['words'];
  to: number;
}) => {
  const [first] = series;
  return (
    <table>
      <caption class="hidden">{title}</caption>
      <thead>
        <tr>
          <th scope="col">Until (UTC)</th>
          {series.map(({ name }) => (
            <th scope="col" class="number">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {first?.points.map(({ at }, index) => (
          <tr>
            <th scope="row">{clock(at, to)}</th>
            {series.map(({ points }) => {
              const value = points[index]?.value ?? null;
              return <td class="number">{value === null ? '–' : words(value)}</td>;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
};
