/**
 * The saga, drawn: its steps one below the other, each with where it stands in both directions, and beside it when it was worked on. What
 * the drawing shows by colour and place stands in words beside it, and attempt by attempt below it.
 */

import type { Child } from 'hono/jsx';
import type { CallStep, Step } from '../../saga/definition.ts';
import { backwardOf, forwardOf, type Backward, type Forward } from '../../saga/progress.ts';
import type { SagaState } from '../../saga/state.ts';
import type { Insight } from '../story/insight.ts';
import { spansOf, type Span } from '../story/spans.ts';
import { timeAxis, type TimeAxis } from '../story/time-axis.ts';
import { spelled } from '../words/names.ts';
import { outcomeOf } from '../words/outcome.ts';
import { clock, duration } from '../words/times.ts';
import { waitWords } from '../words/waits.ts';
import { Attempts } from './attempts.tsx';
import { Bars } from './bars.tsx';
import { StepNode } from './step-node.tsx';

export const Saga = ({ insight, now }: { readonly insight: Insight; readonly now: number }) => {
  const { definition, state, facts } = insight;
  const spans = spansOf(facts);
  const end = state.ending ? (state.endedAt ?? state.updatedAt) : now;
  const axis = timeAxis([state.placedAt, end, ...spans.flatMap(({ from, to }) => (to === null ? [from, end] : [from, to]))]);
  return (
    <section id="saga" data-part class="sheet" aria-labelledby="saga-title">
      <div class="saga-head">
        <h2 id="saga-title">
          {spelled(definition.name)} <span class="hint">saga, version {definition.version}</span>
        </h2>
        <Marks axis={axis} begin={state.placedAt} end={end} now={now} />
      </div>
      <ol class={state.cause ? 'saga turned' : 'saga'}>
        {definition.steps.map((step) => (
          <StepRow insight={insight} step={step} spans={spans.filter((span) => span.step === step.name)} axis={axis} end={end} now={now} />
        ))}
      </ol>
      <p class="legend">
        <span class="key forward">forward</span>
        <span class="key lasting">under way</span>
        <span class="key back">back</span>
        <span class="key failed">failed</span>
        <span class="key pause">waiting</span>
        <span>Long stretches are drawn shorter.</span>
      </p>
    </section>
  );
};

/** For eyes only: the exact times stand with the attempts. */
const Marks = ({ axis, begin, end, now }: { axis: TimeAxis; begin: number; end: number; now: number }) => (
  <svg class="marks" width="100%" height="18" aria-hidden="true">
    {axis.marks.map((time) => (
      <>
        <line x1={`${axis.at(time)}%`} x2={`${axis.at(time)}%`} y1="12" y2="18" />
        <text x={`${axis.at(time)}%`} y="10" dx="1">
          {time === begin ? clock(time, now) : `+${duration(time - begin)}`}
        </text>
      </>
    ))}
    {end > begin && (
      <text class="end" x="100%" y="10">
        +{duration(end - begin)}
      </text>
    )}
  </svg>
);

interface StepRowProps {
  readonly insight: Insight;
  readonly step: Step;
  readonly spans: readonly Span[];
  readonly axis: TimeAxis;
  readonly end: number;
  readonly now: number;
}

const StepRow = ({ insight, step, spans, axis, end, now }: StepRowProps) => {
  const { state } = insight;
  const forward = forwardOf(state, step);
  const backward = shownBackward(state, step);
  const isCalling = forward !== 'running' || spans.some(({ phase, to }) => phase === 'calling' && to === null);
  return (
    <li class={`step at-${forward} back-${backward}`}>
      <StepNode forward={isCalling ? forward : 'waiting'} backward={backward} />
      <div class="step-text">
        <h3>{spelled(step.name)}</h3>
        <p>
          <ForwardWords insight={insight} step={step} forward={forward} spans={spans} />
        </p>
        {step.kind === 'call' && backward !== 'none' && (
          <p class="back-words">
            <BackwardWords step={step} backward={backward} spans={spans} />
          </p>
        )}
      </div>
      <Bars spans={spans} axis={axis} end={end} />
      {spans.length > 0 && <Attempts step={step.name} spans={spans} now={now} />}
    </li>
  );
};

/** Forward only what the order goes on without is undone. */
function shownBackward(state: SagaState, step: Step): Backward {
  const backward = step.kind === 'call' ? backwardOf(state, step) : 'none';
  return state.cause || backward !== 'owed' ? backward : 'none';
}

const FORWARD: Readonly<Record<Forward, string>> = {
  pending: 'Not begun',
  running: 'Under way',
  succeeded: 'Done',
  failed: 'Failed',
  skipped: 'Not needed',
  parked: 'Left to a person',
};

const Phrase = ({ word, children }: { word: string; children?: Child }) => (
  <>
    <b>
      <bdi>{word}</bdi>
    </b>
    {children}
  </>
);

const ForwardWords = ({ insight, step, forward, spans }: { insight: Insight; step: Step; forward: Forward; spans: readonly Span[] }) => {
  const { state, waits } = insight;
  const own = spans.filter(({ direction }) => direction !== 'undo');
  if (forward === 'pending') return <Phrase word={state.cause ? 'Never begun' : FORWARD.pending} />;
  if (forward === 'skipped') return <Phrase word={FORWARD.skipped} />;
  const tried = attemptsOf(own);
  if (forward === 'running') {
    const wait = waits.find(({ step: name, operation }) => name === step.name && operation !== 'undo');
    return <Phrase word={wait ? spelled(waitWords(wait).what) : FORWARD.running}>{tried}</Phrase>;
  }
  const last = outcomeOf(own.at(-1)?.end ?? null);
  if (forward === 'succeeded') {
    const byPerson = own.at(-1)?.end?.type === 'OperationResolved' || step.kind === 'approval';
    return <Phrase word={byPerson && last ? last.text : `${FORWARD.succeeded} in ${spentOn(own)}`}>{tried}</Phrase>;
  }
  if (step.kind === 'approval' && last && !last.reason) return <Phrase word={last.text} />;
  const failed = own.map(({ end }) => outcomeOf(end)).findLast((outcome) => outcome?.reason && !outcome.isGood);
  return <Failed text={failed?.text ?? FORWARD[forward]} tried={tried} reason={failed?.reason ?? null} />;
};

const BACKWARD: Readonly<Record<Exclude<Backward, 'none'>, string>> = {
  owed: 'Will be undone',
  running: 'Being undone',
  undone: 'Undone',
  parked: "Can't be undone by itself",
};

const BackwardWords = ({ step, backward, spans }: { step: CallStep; backward: Backward; spans: readonly Span[] }) => {
  if (backward === 'none') return null;
  const own = spans.filter(({ direction }) => direction === 'undo');
  const last = outcomeOf(own.at(-1)?.end ?? null);
  const tried = attemptsOf(own);
  if (backward === 'undone') {
    const plainly = last?.text.startsWith('Undone') ?? true;
    return (
      <Phrase
        word={
          plainly ? (step.call.participant === 'notification' ? 'The customer was told' : `Undone in ${spentOn(own)}`) : (last?.text ?? '')
        }
      >
        {tried}
      </Phrase>
    );
  }
  const failed = own.map(({ end }) => outcomeOf(end)).findLast((outcome) => outcome?.reason);
  return (
    <Failed
      text={BACKWARD[backward]}
      tried={tried}
      reason={backward === 'parked' || backward === 'running' ? (failed?.reason ?? null) : null}
    />
  );
};

const Failed = ({ text, tried, reason }: { text: string; tried: string; reason: { code: string; message: string } | null }) => (
  <Phrase word={text}>
    {tried}
    {reason && (
      <span class="reason">
        <bdi>{reason.message}</bdi> <code>{reason.code}</code>
      </span>
    )}
  </Phrase>
);

function attemptsOf(spans: readonly Span[]): string {
  const most = Math.max(0, ...spans.map(({ attempt }) => attempt));
  return most > 1 ? `, attempt ${most}` : '';
}

function spentOn(spans: readonly Span[]): string {
  const from = Math.min(...spans.map((span) => span.from));
  return duration(Math.max(...spans.map(({ to }) => to ?? from)) - from);
}
