/** Orders that wait for a person to approve or reject them, the one whose time is over first on top, and what is done about them. */

import { Amount } from '../parts/amount.tsx';
import { Hono, type Context } from 'hono';
import { ORDER_ID } from '../../http/order-request.ts';
import { parseApproval } from '../../http/command-requests.ts';
import type { OrderSummary } from '../../order/order-message.ts';
import type { DashboardPage } from '../dashboard-page.ts';
import type { DashboardEnv, Desk } from '../desk.ts';
import { page } from '../layout.tsx';
import { noOrder } from '../order-at.ts';
import { ApprovalForm } from '../parts/approval-form.tsx';
import { When } from '../parts/when.tsx';
import { oneTenant } from '../tenant.ts';
import { clock, exact } from '../words/times.ts';
import { refusalWords } from '../words/refusal.ts';
import { Message } from './message.tsx';

const PAGE = 50;

export const approvalsPage: DashboardPage = {
  routes: new Hono<DashboardEnv>().get('/approvals', oneTenant, showApprovals).post('/orders/:order_id/approval', oneTenant, decide),
  entry: { path: '/approvals', label: 'Approvals' },
};

async function showApprovals(c: Context<DashboardEnv>): Promise<Response> {
  const { decided, cursor } = c.req.query();
  const desk = c.get('desk');
  const found = await desk.readModel.approvals(c.get('tenant'), { limit: PAGE, cursor: cursor || undefined });
  // The list may be some seconds behind: what was decided just now is left out.
  const waiting = (found?.summaries ?? []).filter(({ view }) => view.order_id !== decided);
  const content = (
    <>
      <h1>Approvals</h1>
      {decided !== undefined && ORDER_ID.test(decided) && (
        <p class="done" role="status">
          <a href={desk.link(`/orders/${decided}`)}>{decided}</a> is decided.
        </p>
      )}
      {found === null && (
        <p class="empty">
          This page of the list does not exist. <a href={desk.link('/approvals')}>Begin with the most pressing.</a>
        </p>
      )}
      {found !== null && waiting.length === 0 && <p class="empty">No order waits for approval.</p>}
      <ul class="approvals">
        {waiting.map((summary) => (
          <Waiting desk={desk} summary={summary} />
        ))}
      </ul>
      <nav class="pager" aria-label="Pages of the list">
        {found?.next_cursor && <a href={desk.link('/approvals', { cursor: found.next_cursor })}>Less pressing</a>}
      </nav>
      <p class="as-of">As of {exact(desk.now)}. An order that began to wait some seconds ago may not be here yet.</p>
    </>
  );
  return page(c, { title: 'Approvals', section: '/approvals', content });
}

const untilOf = ({ waits }: OrderSummary): number | null => waits.find((wait) => wait.for === 'approval')?.until ?? null;

const Waiting = ({ desk, summary }: { desk: Desk; summary: OrderSummary }) => {
  const { view } = summary;
  const until = untilOf(summary);
  return (
    <li class="sheet">
      <div class="what">
        <h2>
          <a href={desk.link(`/orders/${view.order_id}`)}>{view.order_id}</a>
        </h2>
        <p>
          <strong>
            <Amount amount={view.total} currency={view.currency} />
          </strong>{' '}
          for <bdi>{view.customer_id}</bdi>
        </p>
        <p class="hint">
          Asked <When at={Date.parse(view.updated_at)} now={desk.now} />
          {until !== null && (
            <>
              ; its time is over at {clock(until, desk.now)} (<When at={until} now={desk.now} />)
            </>
          )}
        </p>
      </div>
      <ApprovalForm desk={desk} orderId={view.order_id} back="approvals" />
    </li>
  );
};

async function decide(c: Context<DashboardEnv>): Promise<Response> {
  const orderId = c.req.param('order_id') ?? '';
  const { decision, by, note, back } = await c.req.parseBody();
  const parsed = parseApproval({ decision, by: typeof by === 'string' ? by.trim() : by, ...(note ? { note } : {}) });
  if (!parsed.ok)
    return notDone(c, orderId, `The form can't be taken: ${parsed.refusal.errors[0].field} ${parsed.refusal.errors[0].detail}.`);
  const desk = c.get('desk');
  const decided = ORDER_ID.test(orderId) ? await desk.orders.approve(c.get('tenant'), orderId, parsed.value) : null;
  if (!decided) return noOrder(c);
  if (!decided.ok) return notDone(c, orderId, refusalWords(decided.refusal));
  return c.redirect(back === 'approvals' ? desk.link('/approvals', { decided: orderId }) : desk.link(`/orders/${orderId}`), 303);
}

function notDone(c: Context<DashboardEnv>, orderId: string, text: string): Response | Promise<Response> {
  const content = (
    <Message title="Nothing was decided" text={text}>
      <p>
        <a href={c.get('desk').link(`/orders/${orderId}`)}>Back to the order</a>
      </p>
    </Message>
  );
  return page(c, { title: 'Nothing was decided', section: '/approvals', content, status: 409 });
}
