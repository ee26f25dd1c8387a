/** When a step was worked on: a lane for each of its calls and undos, a bar for each attempt, a thin line for each wait. */

import type { Span } from '../story/spans.ts';
import type { TimeAxis } from '../story/time-axis.ts';
import { outcomeOf } from '../words/outcome.ts';

const LANE = 14;
const BAR = 10;

export const Bars = ({ spans, axis, end }: { readonly spans: readonly Span[]; readonly axis: TimeAxis; readonly end: number }) => {
  const lanes = [...new Set(spans.map(laneOf))];
  const height = Math.max(1, lanes.length) * LANE;
  return (
    <svg class="bars" width="100%" height={height} aria-hidden="true">
      {spans.map((span) => (
        <Bar span={span} y={lanes.indexOf(laneOf(span)) * LANE + (LANE - BAR) / 2} axis={axis} end={end} />
      ))}
    </svg>
  );
};

const laneOf = ({ direction, channel }: Span): string => `${direction}.${channel}`;

const Bar = ({ span, y, axis, end }: { span: Span; y: number; axis: TimeAxis; end: number }) => {
  const from = axis.at(span.from);
  const to = axis.at(span.to ?? end);
  if (span.phase === 'waiting' || span.phase === 'asking' || span.phase === 'result')
    return <line class={`pause ${span.phase}`} x1={`${from}%`} x2={`${to}%`} y1={y + BAR / 2} y2={y + BAR / 2} />;
  return <rect class={`bar-${toneOf(span)}`} x={`${from}%`} width={`${Math.max(0.6, to - from)}%`} y={y} height={BAR} rx="3" />;
};

function toneOf({ phase, direction, end }: Span): string {
  if (phase === 'parked') return 'parked';
  if (phase !== 'calling') return 'wait';
  const outcome = outcomeOf(end);
  if (outcome && !outcome.isGood) return 'failed';
  const way = direction === 'undo' ? 'back' : 'forward';
  return end === null ? `${way} lasting` : way;
}
