/** The figures as one picture: a group of bars for each figure and load, with the spread of the rounds. Pure. */

import type { Measured } from './beside.ts';
import { CONTESTANTS, type Name } from './contestant.ts';
import type { Figures, Spread } from './figures.ts';

interface Panel {
  readonly title: string;
  readonly of: (figures: Figures) => Spread;
}

const PANELS: readonly Panel[] = [
  { title: 'orders a second (more is better)', of: ({ perSecond }) => perSecond },
  { title: 'p50, ms (less is better)', of: ({ p50 }) => p50 },
  { title: 'CPU an order, ms (less is better)', of: ({ cpuMsPerOrder }) => cpuMsPerOrder },
  { title: 'memory an order, KiB (less is better)', of: ({ memoryKibPerOrder }) => memoryKibPerOrder },
];

const COLOURS: Readonly<Record<Name, string>> = { backstitch: '#2f6f4f', workflows: '#d97b29', floor: '#8a8f98' };

const PANEL = { width: 430, height: 210, top: 34, plot: 130 } as const;
const BAR = 26;

export function chart(measured: readonly Measured[]): string {
  const panels = PANELS.map((panel, nth) => {
    const [x, y] = [(nth % 2) * PANEL.width, Math.floor(nth / 2) * PANEL.height + 40];
    return `<g transform="translate(${x} ${y})">${drawn(panel, measured)}</g>`;
  });
  const legend = CONTESTANTS.map(
    ({ name, title }, nth) =>
      `<rect x="${20 + nth * 130}" y="12" width="12" height="12" fill="${COLOURS[name]}"/><text x="${38 + nth * 130}" y="22">${title}</text>`,
  );
  const [width, height] = [PANEL.width * 2, PANEL.height * 2 + 50];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
${[...legend, ...panels].join('\n')}
</svg>
`;
}

function drawn({ title, of }: Panel, measured: readonly Measured[]): string {
  const most = Math.max(...measured.map(({ figures }) => of(figures).max));
  const heightOf = (value: number) => (value / most) * PANEL.plot;
  const loads = [...new Set(measured.map(({ load }) => load.inFlight))];
  const base = PANEL.top + PANEL.plot;
  const groups = loads.map((inFlight, group) => {
    const left = 20 + group * 135;
    const bars = measured
      .filter(({ load }) => load.inFlight === inFlight)
      .map(({ contestant, figures }, nth) => bar(left + nth * (BAR + 10), base, of(figures), heightOf, COLOURS[contestant]));
    return `${bars.join('')}<text x="${left}" y="${base + 18}" fill="#555">${inFlight} in flight</text>`;
  });
  return `<text x="20" y="16" font-weight="bold">${title}</text>${groups.join('')}`;
}

/** With a line from the lowest to the highest round. */
function bar(x: number, base: number, { median, min, max }: Spread, heightOf: (value: number) => number, colour: string): string {
  const top = base - heightOf(median);
  const middle = x + BAR / 2;
  const label = median < 10 ? median.toFixed(1) : median.toFixed(0);
  return [
    `<rect x="${x}" y="${top.toFixed(1)}" width="${BAR}" height="${heightOf(median).toFixed(1)}" fill="${colour}"/>`,
    `<line x1="${middle}" x2="${middle}" y1="${(base - heightOf(min)).toFixed(1)}" y2="${(base - heightOf(max)).toFixed(1)}" stroke="#222"/>`,
    `<text x="${middle}" y="${(base - heightOf(max) - 3).toFixed(1)}" text-anchor="middle" font-size="10">${label}</text>`,
  ].join('');
}
