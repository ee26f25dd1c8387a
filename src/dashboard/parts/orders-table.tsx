/** Orders in rows: what each is, where it stands, what it waits for and until when, and since when it has not moved. */

import type { OrderSummary } from '../../order/order-message.ts';
import type { Desk } from '../desk.ts';
import { Amount } from './amount.tsx';
import { isOverdue } from '../overdue.ts';
import { clock } from '../words/times.ts';
import { waitWords } from '../words/waits.ts';
import { CustomerStatus, OverdueMark, SagaMark } from './status.tsx';
import { When } from './when.tsx';

interface OrdersTableProps {
  readonly desk: Desk;
  readonly summaries: readonly OrderSummary[];
  readonly caption: string;
}

/** The roles stand there because a table that is laid out as cards, on a phone, would lose its own. */
export const OrdersTable = ({ desk, summaries, caption }: OrdersTableProps) => (
  <table class="orders cards" role="table">
    <caption>{caption}</caption>
    <thead role="rowgroup">
      <tr role="row">
        {['Order', 'Stands', 'Waits for', 'Last moved', 'Total', 'Placed'].map((name) => (
          <th scope="col" role="columnheader" class={name === 'Total' ? 'number' : undefined}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
    <tbody role="rowgroup">
      {summaries.map((summary) => (
        <OrderRow desk={desk} summary={summary} />
      ))}
    </tbody>
  </table>
);

const OrderRow = ({ desk: { link, now }, summary }: { desk: Desk; summary: OrderSummary }) => {
  const { view } = summary;
  return (
    <tr role="row">
      <th scope="row" role="rowheader">
        <a href={link(`/orders/${view.order_id}`)}>{view.order_id}</a>
        <bdi class="sub">{view.customer_id}</bdi>
      </th>
      <td role="cell">
        <SagaMark status={view.saga_status} /> {isOverdue(summary, now) && <OverdueMark />}
        <CustomerStatus status={view.status} saga={view.saga_status} />
      </td>
      <td role="cell" class="wide">
        <Waiting summary={summary} now={now} />
      </td>
      <td role="cell" data-label="Last moved">
        <When at={Date.parse(view.updated_at)} now={now} />
      </td>
      <td role="cell" class="number" data-label="Total">
        <Amount amount={view.total} currency={view.currency} />
      </td>
      <td role="cell" data-label="Placed">
        <When at={summary.placed_at} now={now} />
      </td>
    </tr>
  );
};

/** At rest there is nothing to wait for: what brought it there is told instead. */
const Waiting = ({ summary, now }: { summary: OrderSummary; now: number }) => {
  const { waits, view, due_at: dueAt } = summary;
  if (waits.length === 0 && view.error) {
    return (
      <span class="why">
        <bdi>{view.error.message}</bdi>
      </span>
    );
  }
  if (waits.length === 0) return dueAt === null ? null : <span class="why">Nothing: it should be moving</span>;
  return (
    <ul class="waits">
      {waits.map((wait) => {
        const { step, what, when, until } = waitWords(wait);
        return (
          <li>
            <b>{step}</b> {what}
            {until !== null && (
              <>
                {when} {clock(until, now)} (<When at={until} now={now} />)
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
};
