/** One order that waits for a person: what a retry would do and what settling it by hand would, before either is done. */

import { Hono, type Context } from 'hono';
import { parseReview } from '../../http/command-requests.ts';
import type { Refusal } from '../../order/orders-port.ts';
import type { DashboardPage } from '../dashboard-page.ts';
import type { DashboardEnv, Desk } from '../desk.ts';
import { page } from '../layout.tsx';
import { noOrder, orderAt } from '../order-at.ts';
import { By } from '../parts/by.tsx';
import { reviewOutlook, type ReviewOutlook } from '../review/outlook.ts';
import type { StepOutlook } from '../story/outlook.ts';
import type { Insight } from '../story/insight.ts';
import { oneTenant } from '../tenant.ts';
import { money } from '../words/amounts.ts';
import { operationWords, plain, spelled } from '../words/names.ts';
import { refusalWords } from '../words/refusal.ts';
import { STANDS } from '../words/stands.ts';
import { Message } from './message.tsx';

export const reviewOrderPage: DashboardPage = {
  routes: new Hono<DashboardEnv>().get('/review/orders/:order_id', oneTenant, preview).post('/review/orders/:order_id', oneTenant, act),
};

async function preview(c: Context<DashboardEnv>): Promise<Response> {
  const named = await orderAt(c);
  if (!named?.insight) return noOrder(c);
  const { step = '' } = c.req.query();
  const outlook = reviewOutlook(named.insight, step, c.get('desk').now);
  if (!outlook)
    return nothingLeft(
      c,
      named.orderId,
      `${spelled(step) || 'No step'} does not wait for a person: somebody was faster, or it settled by itself.`,
      200,
    );
  const content = <Preview desk={c.get('desk')} insight={named.insight} step={step} outlook={outlook} />;
  return page(c, { title: `Review order ${named.orderId}`, section: '/review', content });
}

interface PreviewProps {
  readonly desk: Desk;
  readonly insight: Insight;
  readonly step: string;
  readonly outlook: ReviewOutlook;
}

const Preview = ({ desk, insight, step, outlook }: PreviewProps) => (
  <section class="review">
    <h1>
      <span class="hint">Review order</span> <a href={desk.link(`/orders/${insight.view.order_id}`)}>{insight.view.order_id}</a>
    </h1>
    {outlook.parked.map(({ operation, state }) => (
      <p class="lead">
        {operationWords(operation)} waits for a person after {attemptWords(state.attempt)}: <bdi>{state.message}</bdi>{' '}
        <code>{state.code}</code>
      </p>
    ))}
    <div class="ways">
      <Way
        title="Try it again"
        moneyWords={retryMoney(outlook, insight.view.currency)}
        steps={outlook.retry}
        afterwards={outlook.afterwards}
        hint="The key is the same as before: what has been done already is not done twice. Where the service is no longer known to remember it, it is asked what became of the call, and nothing is sent."
      >
        <form method="post" action={desk.link(`/review/orders/${insight.view.order_id}`)} aria-label="Try it again">
          <input type="hidden" name="step" value={step} />
          <By desk={desk} note="Tried again" />
          <button class="primary" name="action" value="retry">
            Try it again
          </button>
        </form>
      </Way>
      <Way
        title="It is settled by hand"
        moneyWords={`No money moves by it. ${settledMoney(outlook, insight.view.currency)}`}
        steps={outlook.settle}
        afterwards={outlook.afterwards}
        hint="It can't be taken back, and nobody checks it: the order goes by your word."
      >
        <form method="post" action={desk.link(`/review/orders/${insight.view.order_id}`)} aria-label="It is settled by hand">
          <input type="hidden" name="step" value={step} />
          <By desk={desk} />
          <button class="danger" name="action" value="resolve">
            It is settled
          </button>
        </form>
      </Way>
    </div>
  </section>
);

interface WayProps {
  readonly title: string;
  readonly moneyWords: string;
  readonly steps: readonly StepOutlook[];
  readonly afterwards: string;
  readonly hint: string;
  readonly children?: unknown;
}

const Way = ({ title, moneyWords, steps, afterwards, hint, children }: WayProps) => (
  <section class="sheet way">
    <h2>{title}</h2>
    <p class="lead">{moneyWords}</p>
    <ol class="outlook">
      {steps.map(({ step, what, isTouched }) => (
        <li class={isTouched ? 'touched' : undefined}>
          <b>{spelled(step)}</b>
          <bdi>{what}</bdi>
        </li>
      ))}
    </ol>
    <p>{afterwards}</p>
    {children}
    <p class="hint">{hint}</p>
  </section>
);

const attemptWords = (attempts: number): string => (attempts === 1 ? 'one attempt' : `${attempts} attempts`);

function retryMoney({ refundMinor, chargeMinor }: ReviewOutlook, currency: string): string {
  if (refundMinor > 0) return `${money(refundMinor, currency)} goes back to the customer, at most.`;
  return chargeMinor > 0 ? `${money(chargeMinor, currency)} is taken from the customer, at most.` : 'No money moves by it.';
}

function settledMoney({ refundMinor, chargeMinor }: ReviewOutlook, currency: string): string {
  if (refundMinor > 0) return `You say that ${money(refundMinor, currency)} went back to the customer another way, or never has to.`;
  return chargeMinor > 0 ? `You say that ${money(chargeMinor, currency)} was taken another way.` : '';
}

async function act(c: Context<DashboardEnv>): Promise<Response> {
  const named = await orderAt(c);
  if (!named) return noOrder(c);
  const { action, step, by, note } = await c.req.parseBody();
  const parsed = parseReview({ action, step, by: trimmed(by), note: trimmed(note) });
  if (!parsed.ok) {
    const [{ field, detail }] = parsed.refusal.errors;
    return notDone(c, named.orderId, 'Nothing was done', `The form can't be taken: ${field} ${detail}.`, 400);
  }
  const desk = c.get('desk');
  const reviewed = await desk.orders.review(c.get('tenant'), named.orderId, parsed.value);
  if (!reviewed) return noOrder(c);
  if (!reviewed.ok) return nothingLeft(c, named.orderId, lateWords(reviewed.refusal), 409);
  return c.redirect(desk.link(`/orders/${named.orderId}`), 303);
}

const trimmed = (field: unknown): unknown => (typeof field === 'string' ? field.trim() : field);

/** Nobody did anything wrong. */
const lateWords = (refusal: Refusal): string =>
  refusal.reason === 'not_in_review' && refusal.stands !== null
    ? `Somebody was faster, or it settled by itself: ${plain(refusal.step)} ${STANDS[refusal.stands]}. What you sent changed nothing.`
    : refusalWords(refusal);

const nothingLeft = (c: Context<DashboardEnv>, orderId: string, text: string, status: 200 | 409) =>
  notDone(c, orderId, 'Nothing left to do', text, status);

function notDone(c: Context<DashboardEnv>, orderId: string, title: string, text: string, status: 200 | 400 | 409) {
  const desk = c.get('desk');
  const content = (
    <Message title={title} text={text}>
      <p class="buttons">
        <a href={desk.link(`/orders/${orderId}`)}>The order</a>
        <a href={desk.link('/review')}>Review</a>
      </p>
    </Message>
  );
  return page(c, { title, section: '/review', content, status });
}
