/** What was tried for a step, one row for each: what, when, for how long, and what became of it. */

import type { Span } from '../story/spans.ts';
import { outcomeOf } from '../words/outcome.ts';
import { duration } from '../words/times.ts';

interface AttemptsProps {
  readonly step: string;
  readonly spans: readonly Span[];
  readonly now: number;
}

const PHASES: Readonly<Record<Span['phase'], string>> = {
  calling: 'Call',
  waiting: 'Pause',
  result: 'Waited for its result',
  asking: 'Asked what became of it',
  parked: 'Left to a person',
  approval: 'Approval',
  delay: 'Delay',
};

const whatOf = ({ phase, direction, channel, attempt }: Span): string => {
  const what = phase === 'calling' && direction === 'undo' ? 'Undo' : PHASES[phase];
  const by = channel === '' ? '' : ` by ${channel.replaceAll('_', ' ')}`;
  return `${what}${by}${phase === 'calling' && attempt > 1 ? `, attempt ${attempt}` : ''}`;
};

export const Attempts = ({ step, spans, now }: AttemptsProps) => (
  <details class="attempts" id={`attempts-${step}`}>
    <summary id={`attempts-of-${step}`}>
      {spans.length === 1 ? 'One event' : `${spans.length} events`} <span class="hidden">of {step.replaceAll('_', ' ')}</span>
    </summary>
    <div class="scroll" tabindex={0} role="region" aria-labelledby={`attempts-of-${step}`}>
      <table>
        <caption class="hidden">What was tried for {step.replaceAll('_', ' ')}</caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Began (UTC)</th>
            <th scope="col" class="number">
              Took
            </th>
            <th scope="col">What became of it</th>
          </tr>
        </thead>
        <tbody>
          {spans.map((span) => (
            <tr>
              <th scope="row">{whatOf(span)}</th>
              <td class="nowrap">{new Date(span.from).toISOString().slice(11, 23)}</td>
              <td class="number">{span.to === null ? `${duration(now - span.from)} so far` : duration(span.to - span.from)}</td>
              <td>
                <Became span={span} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </details>
);

const Became = ({ span }: { span: Span }) => {
  const outcome = outcomeOf(span.end);
  if (!outcome) return <span class="hint">{span.to === null ? 'Under way' : 'Over'}</span>;
  return (
    <>
      <bdi>{outcome.text}</bdi>
      {outcome.reason && (
        <>
          : <bdi>{outcome.reason.message}</bdi> <code>{outcome.reason.code}</code>
        </>
      )}
    </>
  );
};
