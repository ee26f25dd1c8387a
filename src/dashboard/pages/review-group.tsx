/** One cause for which orders wait: what trying them all again would do, in words, before anything is done; and each order by itself. */

import { Hono, type Context } from 'hono';
import type { CauseCount, ReviewCause } from '../../read-model/reviews.ts';
import type { DashboardPage } from '../dashboard-page.ts';
import type { DashboardEnv, Desk } from '../desk.ts';
import { page } from '../layout.tsx';
import { linkFor } from '../link.ts';
import { By } from '../parts/by.tsx';
import { When } from '../parts/when.tsx';
import { causeFrom, causeName, causeQuery } from '../review/cause.ts';
import { groupWords, membersOf, type GroupMember } from '../review/group-outlook.ts';
import { money } from '../words/amounts.ts';
import { lookInto, type Looked } from '../review/stages.ts';
import { strandedWords } from '../words/refusal.ts';
import { exact } from '../words/times.ts';
import { Message } from './message.tsx';

/** The longest waiting are asked themselves: more would take too long for a page. */
const LOOKED_AT = 100;

export const reviewGroupPage: DashboardPage = {
  routes: new Hono<DashboardEnv>().get('/review/group', showGroup),
};

async function showGroup(c: Context<DashboardEnv>): Promise<Response> {
  const desk = c.get('desk');
  const cause = causeFrom(c.req.query());
  const count = cause && (await desk.readModel.reviewCount(cause));
  if (!cause || !count) return nothingWaits(c);
  const before = new Date(desk.now).toISOString();
  const orders = await desk.readModel.reviewedInTurn(cause, { before, after: null, limit: LOOKED_AT });
  const looked = await Promise.all(orders.map((order) => lookInto(desk, order)));
  const members = membersOf(looked, cause.step, desk.now);
  const content = <Group desk={desk} cause={cause} count={count} looked={looked} members={members} />;
  return page(c, { title: `Review: ${causeName(cause)}`, section: '/review', content });
}

export function nothingWaits(c: Context<DashboardEnv>): Response | Promise<Response> {
  const content = (
    <Message title="Nothing waits" text="Nothing waits for a person for this cause now: somebody was faster, or it has settled by itself.">
      <p>
        <a href={c.get('desk').link('/review')}>Back to review</a>
      </p>
    </Message>
  );
  return page(c, { title: 'Nothing waits', section: '/review', content });
}

interface GroupProps {
  readonly desk: Desk;
  readonly cause: ReviewCause;
  readonly count: CauseCount;
  /** Those that were asked themselves. */
  readonly looked: readonly Looked[];
  readonly members: readonly GroupMember[];
}

const Group = ({ desk, cause, count, looked, members }: GroupProps) => (
  <>
    <section class="preview">
      <h1>
        {causeName(cause)}: <bdi>{cause.code}</bdi>
      </h1>
      <p class="lead">
        {count.orders === 1 ? '1 order waits for a person; it came' : `${count.orders} orders wait for a person; the oldest came`}{' '}
        <When at={Date.parse(count.oldest_since)} now={desk.now} />: <bdi>{count.message}</bdi>
      </p>
      <h2>What trying {members.length === 1 ? 'it' : 'them'} again would do</h2>
      <Outlook cause={cause} members={members} looked={looked} orders={count.orders} />
      {members.length > 0 && <Begin desk={desk} cause={cause} orders={count.orders} />}
    </section>
    {members.length > 0 && <Members desk={desk} cause={cause} members={members} />}
    <Beyond desk={desk} looked={looked} />
    <p class="as-of">
      As of {exact(desk.now)}. The orders themselves were asked, up to {LOOKED_AT} of them.
    </p>
  </>
);

const Outlook = ({ cause, members, looked, orders }: Pick<GroupProps, 'cause' | 'members' | 'looked'> & { orders: number }) => (
  <ul class="plan">
    {members.length > 0 && <Asked cause={cause} members={members} />}
    {beyondOf(looked).length > 0 && (
      <li>
        {beyondOf(looked).length === 1 ? '1 order' : `${beyondOf(looked).length} orders`} can't be tried: only a deployment that can take
        such an order further helps, and then it goes on by itself.
      </li>
    )}
    {leftAlone(looked, members) > 0 && <li>{leftAlone(looked, members)} of them do not wait any more, and are left alone.</li>}
    {looked.length < orders && <li>These figures are of the {looked.length} that have waited longest.</li>}
  </ul>
);

/** What a retry can't help. */
const beyondOf = (looked: readonly Looked[]) => looked.filter(({ stranded }) => stranded !== null);

const leftAlone = (looked: readonly Looked[], members: readonly GroupMember[]): number =>
  looked.length - members.length - beyondOf(looked).length;

const Beyond = ({ desk, looked }: Pick<GroupProps, 'desk' | 'looked'>) => {
  const beyond = beyondOf(looked);
  return beyond.length === 0 ? null : (
    <section>
      <h2>Those that can't be tried</h2>
      <ul class="plan">
        {beyond.map(({ order, stranded }) => (
          <li>
            <a href={linkFor(desk.tenants.length > 1 ? order.tenant : null)(`/orders/${order.order_id}`)}>{order.order_id}</a>:{' '}
            <bdi>{strandedWords(stranded)}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
};

const Asked = ({ cause, members }: Pick<GroupProps, 'cause' | 'members'>) => (
  <>
    <li>
      {causeName(cause)} is asked for once more, with the key that it was asked for with before: what has been done already is not done
      twice.
    </li>
    {groupWords(members).map((words) => (
      <li>{words}</li>
    ))}
    <li class="hint">
      Where the service is no longer known to remember the key, it is asked what became of the call, and nothing is sent.
    </li>
  </>
);

const Begin = ({ desk, cause, orders }: { desk: Desk; cause: ReviewCause; orders: number }) => (
  <form method="post" action={desk.link('/review/group')}>
    {Object.entries(causeQuery(cause)).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    <By desk={desk} note="Tried again" />
    <div class="buttons">
      <button class="primary">{orders === 1 ? 'Try it again' : 'Try the oldest one again, then the others'}</button>
      <a href={desk.link('/review')}>Leave {orders === 1 ? 'it' : 'them'}</a>
    </div>
    {orders > 1 && (
      <p class="hint">
        First one order, then ten, then the rest, 25 at a time. It stops when the same error comes back, and whenever you leave the page.
      </p>
    )}
  </form>
);

const Members = ({ desk, cause, members }: Pick<GroupProps, 'desk' | 'cause' | 'members'>) => (
  <table class="orders cards" role="table">
    <caption>Order by order, the longest waiting first</caption>
    <thead role="rowgroup">
      <tr role="row">
        {['Order', 'Outstanding', 'Waits since', 'If it succeeds', 'One by one'].map((name) => (
          <th scope="col" role="columnheader" class={name === 'Outstanding' ? 'number' : undefined}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
    <tbody role="rowgroup">
      {members.map((member) => (
        <Member desk={desk} cause={cause} member={member} />
      ))}
    </tbody>
  </table>
);

const Member = ({ desk, cause, member: { order, insight, outlook } }: { desk: Desk; cause: ReviewCause; member: GroupMember }) => {
  const link = linkFor(desk.tenants.length > 1 ? order.tenant : null);
  const minor = outlook.refundMinor + outlook.chargeMinor;
  return (
    <tr role="row">
      <th scope="row" role="rowheader">
        <a href={link(`/orders/${order.order_id}`)}>{order.order_id}</a>
        <bdi class="sub">{desk.tenants.length > 1 ? `${order.tenant}, ${insight.view.customer_id}` : insight.view.customer_id}</bdi>
      </th>
      <td role="cell" class="number">
        {minor === 0 ? '–' : money(minor, insight.state.order.currency)}
      </td>
      <td role="cell" data-label="Waits since">
        <When at={Date.parse(order.since)} now={desk.now} />
      </td>
      <td role="cell" class="wide">
        <bdi class="why">{outlook.afterwards}</bdi>
      </td>
      <td role="cell">
        <a href={link(`/review/orders/${order.order_id}`, { step: cause.step })}>
          Retry or settle<span class="hidden"> {order.order_id}</span>…
        </a>
      </td>
    </tr>
  );
};
