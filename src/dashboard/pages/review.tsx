/** What waits for a person, grouped by its cause, the longest waiting first: each group a way to what can be done about it. */

import { Hono, type Context } from 'hono';
import type { ReviewGroup } from '../../read-model/reviews.ts';
import type { DashboardPage } from '../dashboard-page.ts';
import type { DashboardEnv, Desk } from '../desk.ts';
import { page } from '../layout.tsx';
import { linkFor } from '../link.ts';
import { When } from '../parts/when.tsx';
import { causeName, causeQuery } from '../review/cause.ts';
import { exact } from '../words/times.ts';

const PAGE = 20;
/** Of a group's orders. */
const NAMED = 5;

export const reviewPage: DashboardPage = {
  routes: new Hono<DashboardEnv>().get('/review', showReviews),
  entry: { path: '/review', label: 'Review' },
};

async function showReviews(c: Context<DashboardEnv>): Promise<Response> {
  const desk = c.get('desk');
  const { cursor } = c.req.query();
  const found = await desk.readModel.reviews({ limit: PAGE, cursor: cursor || undefined });
  const content = (
    <>
      <div class="head">
        <h1>Review</h1>
      </div>
      <p class="intro">Steps that the coordinator could not bring to an end by itself. Nothing about them moves until a person acts.</p>
      {found === null && (
        <p class="empty">
          This page of the list does not exist. <a href={desk.link('/review')}>Begin with the oldest.</a>
        </p>
      )}
      {found?.groups.length === 0 && <p class="empty">Nothing waits for a person.</p>}
      <ul class="groups">
        {found?.groups.map((group) => (
          <Group desk={desk} group={group} />
        ))}
      </ul>
      <nav class="pager" aria-label="Pages of the list">
        {found?.next_cursor && <a href={desk.link('/review', { cursor: found.next_cursor })}>Later groups</a>}
      </nav>
      <p class="as-of">Of all tenants, as of {exact(desk.now)}. What was settled some seconds ago may still be here.</p>
    </>
  );
  return page(c, { title: 'Review', section: '/review', content });
}

const Group = ({ desk, group }: { desk: Desk; group: ReviewGroup }) => (
  <li class="sheet group">
    <div>
      <h2>
        <a href={desk.link('/review/group', causeQuery(group))}>
          {causeName(group)}: <bdi>{group.code}</bdi>
        </a>
      </h2>
      <p class="why">
        <bdi>{group.message}</bdi>
      </p>
      <p class="hint">
        {group.orders.slice(0, NAMED).map(({ tenant, order_id: orderId }, index) => (
          <>
            {index > 0 && ', '}
            <a href={linkFor(desk.tenants.length > 1 ? tenant : null)(`/orders/${orderId}`)}>{orderId}</a>
          </>
        ))}
        {group.count > NAMED && ` and ${group.count - NAMED} more`}
      </p>
    </div>
    <p class="count">
      <strong>{group.count}</strong> {group.count === 1 ? 'waits' : 'wait'}
      <span class="hint">
        the oldest came <When at={Date.parse(group.oldest_since)} now={desk.now} />
      </span>
    </p>
  </li>
);
