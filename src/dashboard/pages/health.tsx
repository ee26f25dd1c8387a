/** How the whole service does: how many orders come through, how many turn back and where, how long they take, and what is late. */

import { Hono, type Context } from 'hono';
import type { DashboardPage } from '../dashboard-page.ts';
import type { DashboardEnv, Desk } from '../desk.ts';
import { Backlogs, Durations, Failing, Open, Rates, type Health } from '../health/charts.tsx';
import { between, countIn, standingOf, standingsOf, stretchesOf } from '../health/history.ts';
import { MOST_COUNTED } from '../../read-model/overdue.ts';
import { quantileMs } from '../health/quantile.ts';
import { spanNamed, SPANS, type Span } from '../health/span.ts';
import { page } from '../layout.tsx';
import { duration, exact } from '../words/times.ts';

const AGAIN_MS = 30_000;

export const healthPage: DashboardPage = {
  routes: new Hono<DashboardEnv>().get('/health', showHealth),
  entry: { path: '/health', label: 'Health' },
};

async function showHealth(c: Context<DashboardEnv>): Promise<Response> {
  const desk = c.get('desk');
  const span = spanNamed(c.req.query('span'));
  const from = desk.now - span.lengthMs;
  const [snapshots, tallies, present] = await Promise.all([
    desk.readModel.tallyHistory(from, span.everyMs),
    desk.readModel.tallies(),
    desk.readModel.present(),
  ]);
  const standings = standingsOf(snapshots);
  const before = standings.findLast(({ at }) => at <= from);
  const now = standingOf(tallies);
  const health = { span, standings, stretches: stretchesOf(standings, span.everyMs), counted: between(before, now), now, present };
  const content = <Sheet desk={desk} health={health} />;
  return page(c, { title: 'Health', section: '/health', content });
}

const Sheet = ({ desk, health }: { desk: Desk; health: Health }) => (
  <>
    <div class="head">
      <h1>Health</h1>
      <Spans desk={desk} span={health.span} />
    </div>
    <div id="health">
      <Figures desk={desk} health={health} />
      <div class="charts">
        <Rates desk={desk} health={health} />
        <Durations desk={desk} health={health} />
        <Open desk={desk} health={health} />
        <Failing health={health} />
        <Backlogs present={health.present} />
      </div>
      <form method="get" action={desk.link('/health')} data-again={AGAIN_MS} data-region="health" class="as-of">
        <input type="hidden" name="span" value={health.span.name} />
        Of all tenants, as of {exact(desk.now)}. The lines are drawn from what is written down each minute; the figures on top are of now.{' '}
        <button id="reload" class="quiet">
          Reload
        </button>
      </form>
    </div>
  </>
);

const Spans = ({ desk, span }: { desk: Desk; span: Span }) => (
  <nav class="standings" aria-label="How far back">
    <ul>
      {SPANS.map(({ name, label }) => (
        <li>
          <a href={desk.link('/health', { span: name })} aria-current={name === span.name ? 'true' : undefined}>
            The last {label}
          </a>
        </li>
      ))}
    </ul>
  </nav>
);

/** What an operator wants to know first. */
const Figures = ({ desk, health: { span, counted, now, present } }: { desk: Desk; health: Health }) => {
  const [completed, back] = [countIn(counted, 'ended_completed'), countIn(counted, 'ended_compensated')];
  const ended = completed + back;
  const [median, slow] = [quantileMs(0.5, counted.counts), quantileMs(0.95, counted.counts)];
  const { overdue } = present;
  return (
    <dl class="figures">
      <Figure name="Completed" value={String(completed)} more={`in the last ${span.label}`} />
      <Figure
        name="Rolled back"
        value={String(back)}
        more={ended === 0 ? 'none has ended' : `${percent(back / ended)} of those that ended`}
      />
      <Figure name="p50" value={about(median)} more={median === null ? 'none has ended' : 'half take no longer'} />
      <Figure name="p95" value={about(slow)} more={slow === null ? 'none has ended' : '95 of 100 take no longer'} />
      <Figure name="Going back now" value={String(countIn(now, 'compensating'))} more="compensations active" />
      <Figure
        name="Need a person"
        value={String(countIn(now, 'needs_review'))}
        more="orders in review"
        href={desk.link('/review')}
        isBad={countIn(now, 'needs_review') > 0}
      />
      <Figure
        name="Overdue"
        value={overdue.count < MOST_COUNTED ? String(overdue.count) : `${MOST_COUNTED}+`}
        more={overdue.count === 0 ? 'every order moves as it should' : `the oldest for ${duration(overdue.oldestMs)}`}
        href={desk.link('', { overdue: '1' })}
        isBad={overdue.count > 0}
      />
    </dl>
  );
};

/** It is told from a histogram. */
const about = (ms: number | null): string => (ms === null ? '–' : `≈ ${duration(ms)}`);

const percent = (share: number): string => `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly more: string;
  readonly isBad?: boolean;
  /** Where those that are counted are listed. */
  readonly href?: string;
}

const Figure = ({ name, value, more, isBad = false, href }: FigureProps) => (
  <div class={isBad ? 'bad' : undefined}>
    <dt>{href === undefined ? name : <a href={href}>{name}</a>}</dt>
    <dd>
      <strong>{value}</strong> <span class="hint">{more}</span>
    </dd>
  </div>
);
