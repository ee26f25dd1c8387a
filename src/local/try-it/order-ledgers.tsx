/** What each service did for one order, entry by entry, and every request that it got. */

import type { Desk } from '../../dashboard/desk.ts';
import { spelled } from '../../dashboard/words/names.ts';
import { money } from '../../dashboard/words/amounts.ts';
import type { CallRecord } from '../../participants/simulated/calls.ts';
import type { Entry, EntryFacts } from '../../participants/simulated/entry.ts';
import type { OrderSummary } from '../../participants/simulated/summary.ts';

interface OrderLedgersProps {
  readonly desk: Desk;
  readonly orderId: string;
  readonly books: OrderSummary;
}

export const OrderLedgers = ({ desk, orderId, books: { entries, calls } }: OrderLedgersProps) => (
  <>
    <div class="head">
      <h1>
        <span class="hint">Ledgers of order</span> <a href={desk.link(`/orders/${orderId}`)}>{orderId}</a>
      </h1>
      <a href={desk.link('/try-it')}>Try it</a>
    </div>
    {entries.length === 0 ? <p class="empty">No service has done anything for it.</p> : <Entries entries={entries} />}
    {calls.length > 0 && <Calls calls={calls} />}
  </>
);

const Entries = ({ entries }: { entries: readonly Entry[] }) => (
  <table class="orders">
    <caption>What the services did</caption>
    <thead>
      <tr>
        <th scope="col">What</th>
        <th scope="col">When (UTC)</th>
      </tr>
    </thead>
    <tbody>
      {entries.toSorted(inTime).map(({ facts, at }) => (
        <tr>
          <th scope="row">
            <bdi>{factWords(facts)}</bdi>
          </th>
          <td>{at.slice(11, 23)}</td>
        </tr>
      ))}
    </tbody>
  </table>
);

const inTime = (left: Entry, right: Entry): number => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0);

function factWords(facts: EntryFacts): string {
  switch (facts.kind) {
    case 'charged':
    case 'refunded':
      return `${spelled(facts.kind)} ${money(facts.amount_minor, facts.currency)} (${facts.reference})`;
    case 'reserved':
    case 'released':
      return `${spelled(facts.kind)} ${facts.quantity} × ${facts.sku} (${facts.reference})`;
    case 'shipped':
    case 'dispatched':
    case 'cancelled':
    case 'returned':
      return `${spelled(facts.kind)} ${facts.reference}`;
    case 'notified':
      return `Told by ${facts.channel}: ${spelled(facts.template).toLowerCase()}`;
    default:
      return facts satisfies never;
  }
}

const Calls = ({ calls }: { calls: readonly CallRecord[] }) => (
  <table class="orders over-sheets">
    <caption>Every request that they got</caption>
    <thead>
      <tr>
        <th scope="col">Request</th>
        <th scope="col">Answered</th>
        <th scope="col">When (UTC)</th>
      </tr>
    </thead>
    <tbody>
      {calls.map((call) => (
        <tr>
          <th scope="row">
            <code>{call.route}</code> <span class="sub">{spelled(call.service)}</span>
          </th>
          <td>
            {call.status ?? 'nothing'}
            {call.duplicate && ', the stored answer again'}
          </td>
          <td>{call.at.slice(11, 23)}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
