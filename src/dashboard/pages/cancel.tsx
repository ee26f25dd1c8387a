/** Cancelling an order: first what it would do to each step and how much money it would move, then the button. */

import { Hono, type Context } from 'hono';
import { parseCancel } from '../../http/command-requests.ts';
import type { DashboardPage } from '../dashboard-page.ts';
import type { DashboardEnv, Desk } from '../desk.ts';
import { page } from '../layout.tsx';
import { noOrder, orderAt } from '../order-at.ts';
import type { Insight } from '../story/insight.ts';
import { cancelOutlook, type Outlook } from '../story/outlook.ts';
import { oneTenant } from '../tenant.ts';
import { money } from '../words/amounts.ts';
import { spelled } from '../words/names.ts';
import { refusalWords, strandedWords } from '../words/refusal.ts';
import { Message } from './message.tsx';

export const cancelPage: DashboardPage = {
  routes: new Hono<DashboardEnv>().get('/orders/:order_id/cancel', oneTenant, preview).post('/orders/:order_id/cancel', oneTenant, cancel),
};

async function preview(c: Context<DashboardEnv>): Promise<Response> {
  const named = await orderAt(c);
  if (!named) return noOrder(c);
  if (!named.insight) return notDone(c, named.orderId, strandedWords(named.stranded));
  const desk = c.get('desk');
  const { definition, state } = named.insight;
  const outlook = cancelOutlook(definition, state, desk.now);
  if (outlook.refusal) return notDone(c, named.orderId, refusalWords(outlook.refusal));
  if (outlook.isBackAlready) return notDone(c, named.orderId, 'The order is on its way back already, or has been.');
  const content = <Preview desk={desk} insight={named.insight} outlook={outlook} />;
  return page(c, { title: `Cancel order ${named.orderId}`, section: '', content });
}

const Preview = ({ desk, insight: { view }, outlook }: { desk: Desk; insight: Insight; outlook: Outlook }) => (
  <section class="preview">
    <h1>Cancel order {view.order_id}?</h1>
    <p class="lead">{moneyWords(outlook, view.currency)}</p>
    <h2>What would be done, as the order stands now</h2>
    <ol class="outlook">
      {outlook.steps.map(({ step, what, isTouched }) => (
        <li class={isTouched ? 'touched' : undefined}>
          <b>{spelled(step)}</b>
          <bdi>{what}</bdi>
        </li>
      ))}
    </ol>
    <form method="post" action={desk.link(`/orders/${view.order_id}/cancel`)}>
      <label>
        Reason <span class="hint">optional: stands in the order's history, and the customer may see it</span>
        <input name="reason" maxlength={500} autocomplete="off" />
      </label>
      <div class="buttons">
        <button class="danger">Cancel the order</button>
        <a href={desk.link(`/orders/${view.order_id}`)}>Leave it as it is</a>
      </div>
    </form>
    <p class="hint">It can't be taken back: an order that has turned back never goes forward again.</p>
  </section>
);

function moneyWords({ moneyMinor, moneyInDoubtMinor }: Outlook, currency: string): string {
  const certain = moneyMinor > 0 ? `${money(moneyMinor, currency)} goes back to the customer` : null;
  const doubtful =
    moneyInDoubtMinor > 0
      ? `${money(moneyInDoubtMinor, currency)} ${certain ? 'more' : 'goes back to the customer'}, if it turns out to have been taken`
      : null;
  const words = [certain, doubtful].filter((part) => part !== null).join(', and ');
  return words === '' ? 'No money moves: none has been taken.' : `${words}.`;
}

async function cancel(c: Context<DashboardEnv>): Promise<Response> {
  const named = await orderAt(c);
  if (!named) return noOrder(c);
  const { reason } = await c.req.parseBody();
  const given = typeof reason === 'string' && reason.trim() !== '' ? { reason: reason.trim() } : {};
  const parsed = parseCancel(given);
  if (!parsed.ok) return notDone(c, named.orderId, `The form can't be taken: ${parsed.refusal.errors[0].detail}.`);
  const desk = c.get('desk');
  const cancelled = await desk.orders.cancel(c.get('tenant'), named.orderId, parsed.value);
  if (!cancelled) return noOrder(c);
  if (!cancelled.ok) return notDone(c, named.orderId, refusalWords(cancelled.refusal));
  return c.redirect(desk.link(`/orders/${named.orderId}`), 303);
}

function notDone(c: Context<DashboardEnv>, orderId: string, text: string): Response | Promise<Response> {
  const content = (
    <Message title="Nothing to cancel" text={text}>
      <p>
        <a href={c.get('desk').link(`/orders/${orderId}`)}>Back to the order</a>
      </p>
    </Message>
  );
  return page(c, { title: 'Nothing to cancel', section: '', content, status: 409 });
}
