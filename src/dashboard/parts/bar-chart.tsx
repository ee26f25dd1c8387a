/** Counts by name, as bars with the count written beside each; the same stands below as a table. */

import { Chart } from './chart.tsx';

export interface Bar {
  readonly name: string;
  readonly count: number;
}

interface BarChartProps {
  readonly id: string;
  readonly title: string;
  readonly bars: readonly Bar[];
  /** What is counted. */
  readonly unit: string;
  readonly nothing: string;
}

const ROW = 38;
const WIDEST = 330;

export const BarChart = ({ id, title, bars, unit, nothing }: BarChartProps) => {
  const greatest = Math.max(1, ...bars.map(({ count }) => count));
  return (
    <Chart
      id={id}
      title={title}
      description={bars.map(({ name, count }) => `${name}: ${count}.`).join(' ')}
      nothing={bars.length === 0 ? nothing : null}
      legend={[]}
      height={bars.length * ROW + 4}
      drawing={bars.map(({ name, count }, index) => (
        <g class="bar-row">
          <text x={2} y={index * ROW + 14}>
            {name}
          </text>
          <rect class="track" x={2} y={index * ROW + 20} width={WIDEST} height={10} rx={2} />
          <rect x={2} y={index * ROW + 20} width={Math.round((count / greatest) * WIDEST)} height={10} rx={2} />
          <text class="count" x={396} y={index * ROW + 30} text-anchor="end">
            {count}
          </text>
        </g>
      ))}
      table={<Counts title={title} bars={bars} unit={unit} />}
    />
  );
};

const Counts = ({ title, bars, unit }: Pick<BarChartProps, 'title' | 'bars' | 'unit'>) => (
  <table>
    <caption class="hidden">{title}</caption>
    <thead>
      <tr>
        <th scope="col">Which</th>
        <th scope="col" class="number">
          {unit}
        </th>
      </tr>
    </thead>
    <tbody>
      {bars.map(({ name, count }) => (
        <tr>
          <th scope="row">{name}</th>
          <td class="number">{count}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
