/** The orders placed last, and what the services' own ledgers say of each: what was charged, what is reserved, what is on its way. */

import type { Desk } from '../../dashboard/desk.ts';
import { SagaMark } from '../../dashboard/parts/status.tsx';
import { When } from '../../dashboard/parts/when.tsx';
import { grouped } from '../../dashboard/words/amounts.ts';
import type { OrderSummary as Books } from '../../participants/simulated/summary.ts';
import type { SagaStatus } from '../../saga/status.ts';

export interface RecentOrder {
  readonly orderId: string;
  readonly placedAt: number;
  readonly sagaStatus: SagaStatus;
  readonly books: Books;
}

const AGAIN_MS = 3_000;

interface RecentProps {
  readonly desk: Desk;
  readonly recent: readonly RecentOrder[];
}

export const Recent = ({ desk, recent }: RecentProps) => (
  <>
    <h2 class="over-sheets">3. See what the services have in their ledgers</h2>
    <div id="recent">
      {recent.length === 0 ? <p class="empty">No order has been placed yet.</p> : <Table desk={desk} recent={recent} />}
    </div>
    <form method="get" action={desk.link('/try-it')} data-again={AGAIN_MS} data-region="recent">
      <input type="hidden" name="tenant" value={desk.tenant ?? ''} />
      <p class="as-of">
        A new order is here after some seconds. <button class="quiet">Reload</button>
      </p>
    </form>
  </>
);

const COLUMNS = ['Order', 'Stands', 'Charged', 'Refunded', 'Kept', 'Stock held', 'Parcels', 'Messages'];

const Table = ({ desk, recent }: RecentProps) => (
  <table class="orders cards" role="table">
    <caption>The orders placed last, by what the services did for them</caption>
    <thead role="rowgroup">
      <tr role="row">
        {COLUMNS.map((name, index) => (
          <th scope="col" role="columnheader" class={index > 1 ? 'number' : undefined}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
    <tbody role="rowgroup">
      {recent.map((order) => (
        <Row desk={desk} order={order} />
      ))}
    </tbody>
  </table>
);

const Row = ({ desk, order: { orderId, placedAt, sagaStatus, books } }: { desk: Desk; order: RecentOrder }) => {
  const held = Object.values(books.stock).reduce((sum, { net }) => sum + net, 0);
  const figures = [
    ['Charged', grouped(books.money.charged)],
    ['Refunded', grouped(books.money.refunded)],
    ['Kept', grouped(books.money.net)],
    ['Stock held', String(held)],
    ['Parcels', String(books.shipments.live)],
    ['Messages', String(books.messages.length)],
  ] as const;
  return (
    <tr role="row">
      <th scope="row" role="rowheader">
        <a href={desk.link(`/orders/${orderId}`)}>{orderId}</a>
        <span class="sub">
          <When at={placedAt} now={desk.now} />,{' '}
          <a href={desk.link(`/try-it/orders/${orderId}`)}>
            ledgers<span class="hidden"> of {orderId}</span>
          </a>
        </span>
      </th>
      <td role="cell">
        <SagaMark status={sagaStatus} />
      </td>
      {figures.map(([name, text]) => (
        <td role="cell" class="number" data-label={name}>
          {text}
        </td>
      ))}
    </tr>
  );
};
