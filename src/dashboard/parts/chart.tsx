/** What every chart has: its title, what the lines mean, the drawing with its description, and the figures themselves in a table. */

import type { Child } from 'hono/jsx';

/** What a line is about; which of them it is shows by its dashes, too. */
export type Tone = 'plain' | 'good' | 'back' | 'bad' | 'slow';

interface Named {
  readonly name: string;
  readonly tone: Tone;
}

interface ChartProps {
  readonly id: string;
  readonly title: string;
  /** What a drawing says, for who can't see it. */
  readonly description: string;
  /** Said in the place of the drawing; null where there is something to draw. */
  readonly nothing: string | null;
  readonly legend: readonly Named[];
  /** The drawing is 400 wide, in its own units. */
  readonly height: number;
  readonly drawing: Child;
  readonly table: Child;
}

export const Chart = ({ id, title, description, nothing, legend, height, drawing, table }: ChartProps) => (
  <figure class="chart sheet" id={id}>
    <figcaption>
      <h2>{title}</h2>
      {legend.length > 1 && nothing === null && <Legend series={legend} />}
    </figcaption>
    {nothing === null ? (
      <>
        <svg viewBox={`0 0 400 ${height}`} role="img" aria-labelledby={`${id}-title ${id}-said`}>
          <title id={`${id}-title`}>{title}</title>
          <desc id={`${id}-said`}>{description}</desc>
          {drawing}
        </svg>
        <details id={`${id}-figures`}>
          <summary>Figures</summary>
          <div class="scroll" tabindex={0} role="group" aria-label={`${title}: figures`}>
            {table}
          </div>
        </details>
      </>
    ) : (
      <p class="nothing">{nothing}</p>
    )}
  </figure>
);

const Legend = ({ series }: { series: readonly Named[] }) => (
  <ul class="legend">
    {series.map(({ name, tone }, index) => (
      <li>
        <svg viewBox="0 0 24 8" width="24" height="8" aria-hidden="true">
          <g class={`series tone-${tone} nth-${index + 1}`}>
            <path d="M1 4H23" />
          </g>
        </svg>
        {name}
      </li>
    ))}
  </ul>
);
