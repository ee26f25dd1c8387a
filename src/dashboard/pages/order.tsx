/** One order: where it stands and why, its saga drawn, its money and its stock, and everything that happened to it. Live while it moves. */

import { Hono, type Context } from 'hono';
import type { DashboardPage } from '../dashboard-page.ts';
import type { DashboardEnv, Desk } from '../desk.ts';
import { page } from '../layout.tsx';
import { noOrder, orderAt } from '../order-at.ts';
import { ApprovalForm } from '../parts/approval-form.tsx';
import { Books } from '../parts/books.tsx';
import { Facts } from '../parts/facts.tsx';
import { Headline } from '../parts/headline.tsx';
import { History } from '../parts/history.tsx';
import { Items } from '../parts/items.tsx';
import { Saga } from '../parts/saga.tsx';
import { Stranded } from '../parts/stranded.tsx';
import { cancelOutlook } from '../story/outlook.ts';
import type { Insight } from '../story/insight.ts';
import { oneTenant } from '../tenant.ts';
import { plain } from '../words/names.ts';
import { standing } from '../words/standing.ts';

const REFRESH_SECONDS = 5;

export const orderPage: DashboardPage = {
  routes: new Hono<DashboardEnv>().get('/orders/:order_id', oneTenant, showOrder).get('/orders/:order_id/live', oneTenant, showParts),
};

async function showOrder(c: Context<DashboardEnv>): Promise<Response> {
  const named = await orderAt(c);
  if (!named) return noOrder(c);
  const { orderId, insight } = named;
  const content = (
    <>
      <div class="head">
        <h1>
          <span class="hint">Order</span> {orderId}
        </h1>
      </div>
      {insight ? <Live desk={c.get('desk')} insight={insight} /> : <Stranded journal={named} desk={c.get('desk')} />}
    </>
  );
  const refreshSeconds = insight?.state.ending === null ? REFRESH_SECONDS : null;
  return page(c, { title: `Order ${orderId}`, section: '', content, refreshSeconds });
}

/** What the page's script puts in the place of what it shows. */
async function showParts(c: Context<DashboardEnv>): Promise<Response> {
  const named = await orderAt(c);
  if (!named) return noOrder(c);
  // The script loads the whole page then.
  return named.insight ? c.html(<Parts desk={c.get('desk')} insight={named.insight} />) : c.body(null, 409);
}

const Live = ({ desk, insight }: { desk: Desk; insight: Insight }) => (
  <>
    <p class="hidden" role="status" data-teller></p>
    <Parts desk={desk} insight={insight} />
  </>
);

const Parts = ({ desk, insight }: { desk: Desk; insight: Insight }) => {
  const { view, state, seq } = insight;
  const moves = state.ending === null;
  const follow = (part: string, query = {}) => (moves ? desk.link(`/orders/${view.order_id}/${part}`, query) : '');
  return (
    <div class="order" data-live={follow('live')} data-moves={follow('moves', { after: String(seq) })} data-say={standing(insight)}>
      <Headline insight={insight} desk={desk} />
      <Actions insight={insight} desk={desk} />
      <Saga insight={insight} now={desk.now} />
      <div class="columns">
        <div>
          <Books insight={insight} />
          <Items insight={insight} />
        </div>
        <Facts insight={insight} link={desk.link} />
      </div>
      <History insight={insight} />
    </div>
  );
};

const Actions = ({ insight: { definition, state, view, waits }, desk }: { insight: Insight; desk: Desk }) => {
  const { refusal, isBackAlready } = cancelOutlook(definition, state, desk.now);
  const isAwaited = waits.some((wait) => wait.for === 'approval');
  return (
    <section id="actions" data-part class="actions" aria-label="What can be done">
      {isAwaited && <ApprovalForm desk={desk} orderId={view.order_id} back="order" />}
      {parkedSteps(view).map((step) => (
        <a class="button" id={`review-${step}`} href={desk.link(`/review/orders/${view.order_id}`, { step })}>
          Retry or settle {plain(step)}…
        </a>
      ))}
      {!refusal && !isBackAlready && (
        <a class="button danger" id="cancel" href={desk.link(`/orders/${view.order_id}/cancel`)}>
          Cancel the order…
        </a>
      )}
    </section>
  );
};

const parkedSteps = ({ review }: Insight['view']): readonly string[] => [...new Set(review?.items.map(({ step }) => step))];
