/** A group while it is tried again: how far it is, what came of it, and whether it goes on. Each stage is a form that somebody sends, or the page's script. */

import { Hono, type Context } from 'hono';
import { parseReview } from '../../http/command-requests.ts';
import type { DashboardPage } from '../dashboard-page.ts';
import type { DashboardEnv, Desk } from '../desk.ts';
import { page } from '../layout.tsx';
import { linkFor } from '../link.ts';
import { newCanary, readCanary, sizeOf, verdictOn, writeCanary, type Canary, type Seen, type Verdict } from '../review/canary.ts';
import { causeFrom, causeName, causeQuery } from '../review/cause.ts';
import { goOn, inTurn, lookAt } from '../review/stages.ts';
import { CANARY_WORDS, FATE_WORDS } from '../words/canary.ts';
import { Message } from './message.tsx';
import { nothingWaits } from './review-group.tsx';

/** Time to read what came of a stage before the next begins. */
const NEXT_MS = 1_500;
const LOOK_MS = 1_000;

export const reviewCanaryPage: DashboardPage = {
  routes: new Hono<DashboardEnv>()
    .get('/review/group/progress', (c) => c.redirect(c.get('desk').link('/review')))
    .post('/review/group', begin)
    .post('/review/group/progress', proceed),
};

async function begin(c: Context<DashboardEnv>): Promise<Response> {
  const desk = c.get('desk');
  const fields = await c.req.parseBody();
  const cause = causeFrom(fields);
  const count = cause && (await desk.readModel.reviewCount(cause));
  if (!cause || !count) return nothingWaits(c);
  const action = parseReview({ action: 'retry', step: cause.step, by: trimmed(fields['by']), note: trimmed(fields['note']) });
  if (!action.ok) return notTaken(c, `${action.refusal.errors[0].field} ${action.refusal.errors[0].detail}`);
  const { by, note } = action.value;
  const fresh = newCanary({ cause, before: new Date(desk.now).toISOString(), total: count.orders, by, note });
  const begun = await goOn(desk, fresh, []);
  return begun ? progress(c, begun) : nothingWaits(c);
}

/** `go`: on with the next stage, where the last one is clear. Without: only a look. */
async function proceed(c: Context<DashboardEnv>): Promise<Response> {
  const desk = c.get('desk');
  const fields = await c.req.parseBody();
  const state = readCanary(fields['canary']);
  if (!state) return notTaken(c, 'it does not say where it had come to');
  if (fields['go'] === undefined) return progress(c, state);
  const seen = await lookAt(desk, state);
  const next = verdictOn(seen) === 'clear' ? await goOn(desk, state, seen) : null;
  return progress(c, next ?? state);
}

const trimmed = (field: unknown): unknown => (typeof field === 'string' ? field.trim() : field);

function notTaken(c: Context<DashboardEnv>, why: string): Response | Promise<Response> {
  const content = Message({ title: 'Nothing was done', text: `The form can't be taken: ${why}.` });
  return page(c, { title: 'Nothing was done', section: '/review', content, status: 400 });
}

async function progress(c: Context<DashboardEnv>, state: Canary): Promise<Response> {
  const desk = c.get('desk');
  const seen = await lookAt(desk, state);
  const verdict = verdictOn(seen);
  const next = verdict === 'clear' ? (await inTurn(desk, state, state.batch.at(-1) ?? null, state.stage + 1)).length : 0;
  const content = <Progress desk={desk} state={state} seen={seen} verdict={verdict} next={next} />;
  return page(c, { title: `Trying again: ${causeName(state.cause)}`, section: '/review', content });
}

interface ProgressProps {
  readonly desk: Desk;
  readonly state: Canary;
  readonly seen: readonly Seen[];
  readonly verdict: Verdict;
  /** How many orders the next stage would try; 0 where there is none. */
  readonly next: number;
}

const Progress = (props: ProgressProps) => {
  const { state, seen, verdict, next } = props;
  const isOver = verdict === 'clear' && next === 0;
  const said = isOver ? CANARY_WORDS.over : CANARY_WORDS[verdict];
  return (
    <>
      <h1>
        Trying again: {causeName(state.cause)}, <bdi>{state.cause.code}</bdi>
      </h1>
      <p class="hidden" role="status" data-teller></p>
      <div id="canary" class="canary" data-say={`Stage ${state.stage}: ${said}`}>
        <Stages stage={state.stage} isOver={isOver} isStopped={isStop(verdict)} />
        <p class={isStop(verdict) ? 'problem' : isOver ? 'done' : 'lead'}>{said}</p>
        <Bar state={state} seen={seen} />
        <Onward {...props} />
        <Batch desk={props.desk} seen={seen} />
      </div>
    </>
  );
};

const isStop = (verdict: Verdict): boolean => verdict === 'same_error' || verdict === 'none_through' || verdict === 'untried';

const STAGES = ['One', 'Ten', 'The rest'];

const Stages = ({ stage, isOver, isStopped }: { stage: number; isOver: boolean; isStopped: boolean }) => (
  <ol class="stages">
    {STAGES.map((name, index) => {
      const at = Math.min(stage, STAGES.length) - 1;
      const state = index < at || isOver ? 'behind' : index > at ? 'ahead' : isStopped ? 'stopped' : 'here';
      return (
        <li class={state} aria-current={index === at && !isOver ? 'step' : undefined}>
          {name} <span class="hint">{STAGE_WORDS[state]}</span>
        </li>
      );
    })}
  </ol>
);

const STAGE_WORDS = { behind: 'done', ahead: 'not begun', stopped: 'stopped', here: 'under way' } as const;

const Bar = ({ state: { total, earlier }, seen }: Pick<ProgressProps, 'state' | 'seen'>) => {
  const count = (fate: Seen['fate']) => seen.filter((one) => one.fate === fate).length;
  const through = earlier.through + count('through');
  const others = earlier.other_error + count('other_error');
  const passedBy = earlier.passed_by + count('passed_by');
  const settled = through + others + passedBy + count('same_error');
  const untried = total - settled - count('under_way');
  const words = [
    `${through} came through`,
    ...(count('under_way') > 0 ? [`${count('under_way')} under way`] : []),
    ...(count('same_error') > 0 ? [`${count('same_error')} with the same error`] : []),
    ...(others > 0 ? [`${others} with another error, which wait in a group of their own`] : []),
    ...(passedBy > 0 ? [`${passedBy} did not wait any more`] : []),
    ...(untried > 0 ? [`${untried} not tried`] : []),
  ];
  return (
    <div class="tried">
      <progress max={Math.max(total, settled)} value={settled} aria-label="Orders tried again" />
      <p>{words.join(', ')}.</p>
    </div>
  );
};

/** The way on, which the page's script goes by itself; it can be stopped by leaving. */
const Onward = ({ desk, state, verdict, next }: ProgressProps) => {
  const isOn = verdict === 'waits' || (verdict === 'clear' && next > 0);
  if (!isOn) {
    return (
      <p class="buttons">
        <a class="button" href={desk.link('/review/group', causeQuery(state.cause))}>
          What waits for this cause now
        </a>
        <a href={desk.link('/review')}>Back to review</a>
      </p>
    );
  }
  return (
    <form
      method="post"
      action={desk.link('/review/group/progress')}
      data-again={verdict === 'waits' ? LOOK_MS : NEXT_MS}
      data-region="canary"
      class="buttons"
    >
      <input type="hidden" name="canary" value={writeCanary(state)} />
      {verdict === 'clear' && <input type="hidden" name="go" value="on" />}
      <button id="onward" class="primary">
        {verdict === 'waits'
          ? 'Look again'
          : `Go on with ${next === 1 ? 'the next' : `the next ${Math.min(next, sizeOf(state.stage + 1))}`}`}
      </button>
      <a href={desk.link('/review')}>Stop here</a>
      <noscript>
        <span class="hint">Without a script, nothing goes on until you press the button.</span>
      </noscript>
    </form>
  );
};

const Batch = ({ desk, seen }: Pick<ProgressProps, 'desk' | 'seen'>) => (
  <ul class="batch" aria-label="The orders of this stage">
    {seen.map(({ order, fate }) => (
      <li class={`fate-${fate}`}>
        <a href={linkFor(desk.tenants.length > 1 ? order.tenant : null)(`/orders/${order.order_id}`)}>{order.order_id}</a>{' '}
        {FATE_WORDS[fate]}
      </li>
    ))}
  </ul>
);
