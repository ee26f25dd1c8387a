/** Compares what became of an order with what had to become of it. Pure: the demonstration fails where any of this finds fault. */

import type { Expected, Fact, Fate } from './fate.ts';
import { factOf, publishedBy, type Outcome } from './outcome.ts';
import type { HistoryEvent, OrderLedgers, OrderView } from './wire.ts';

/** Everything that is not as expected, each in a sentence without its full stop. None: the fate is the expected one. */
export function complaintsOf(fate: Fate, { placed, history, view, ledgers }: Outcome): readonly string[] {
  const { expected } = fate;
  return [
    ...differs('the status', view.status, expected.status),
    ...differs('the saga status', view.saga_status, expected.sagaStatus),
    ...differs('the reason', view.error?.code ?? null, expected.errorCode),
    ...placedComplaints(fate, placed),
    ...moneyComplaints(expected, view, ledgers),
    ...stockComplaints(expected, view, ledgers),
    ...differs('the shipments', ledgers.shipments, shipmentsFor(expected, ledgers)),
    ...differs('the messages', messagesOf(ledgers), expected.messages.toSorted()),
    ...differs('what a person has to settle', reviewOf(view), expected.review),
    ...historyComplaints(expected.history, history),
    ...(expected.published ? differs('the published events', publishedBy(history), expected.published) : []),
    ...faultComplaints(fate, ledgers),
  ];
}

/** 0 only where there are results and none has a complaint. */
export const exitStatus = (results: readonly { readonly complaints: readonly string[] }[]): 0 | 1 =>
  results.length > 0 && results.every(({ complaints }) => complaints.length === 0) ? 0 : 1;

function differs(what: string, actual: unknown, expected: unknown): readonly string[] {
  const [is, ought] = [canonical(actual), canonical(expected)];
  return is === ought ? [] : [`${what}: expected ${ought}, got ${is}`];
}

/** Objects with the same members in any order are the same text. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : member,
  );

/** All copies of the request lead to the one order, and all but one are told that they did. */
function placedComplaints({ orderId, copies }: Fate, placed: Outcome['placed']): readonly string[] {
  const ids = [...new Set(placed.map((answer) => answer.orderId))];
  const replayed = placed.filter(({ isReplayed }) => isReplayed).length;
  return [...differs('the orders made', ids, [orderId]), ...differs('the requests answered as replayed', replayed, copies - 1)];
}

function moneyComplaints({ money }: Expected, { total }: OrderView, ledgers: OrderLedgers): readonly string[] {
  const { charged, refunded, net } = ledgers.money;
  const zero = /^0(\.0+)?$/;
  const is = (amount: string, full: boolean) => (full ? amount === total : zero.test(amount));
  const asExpected = is(charged, money !== 'none') && is(refunded, money === 'refunded') && is(net, money === 'charged');
  return asExpected ? [] : [`the money: expected ${money} (total ${total}), got ${charged} charged, ${refunded} refunded, net ${net}`];
}

function stockComplaints({ stock }: Expected, { items }: OrderView, ledgers: OrderLedgers): readonly string[] {
  const moves = items.map(({ sku, quantity }) => {
    const released = stock === 'put back' ? quantity : 0;
    return [sku, { reserved: quantity, released, net: quantity - released }] as const;
  });
  return differs('the stock', ledgers.stock, stock === 'none' ? {} : Object.fromEntries(moves));
}

/** Whether a parcel was picked up is not for the coordinator to say. */
function shipmentsFor({ shipment }: Expected, { shipments: { dispatched } }: OrderLedgers): OrderLedgers['shipments'] {
  const count = (kind: Expected['shipment']) => Number(shipment === kind);
  return { live: count('live'), dispatched, cancelled: count('cancelled'), returned: count('returned') };
}

const messagesOf = ({ messages }: OrderLedgers): readonly string[] =>
  messages.map(({ channel, template }) => `${channel} ${template}`).toSorted();

const reviewOf = ({ review }: OrderView): readonly object[] =>
  (review?.items ?? []).map(({ step, outstanding: { kind, amount, currency } }) => ({ step, kind, amount, currency }));

function historyComplaints(expected: readonly Fact[], history: readonly HistoryEvent[]): readonly string[] {
  let left = expected;
  for (const event of history) if (left[0] === factOf(event)) left = left.slice(1);
  return left[0] === undefined ? [] : [`the history: "${left[0]}" does not come where it should`];
}

/** A fault that struck nobody would have shown nothing. */
function faultComplaints({ faults }: Fate, { calls }: OrderLedgers): readonly string[] {
  const struck = new Set(calls.map(({ service, route, fault }) => `${service} ${route} ${fault}`));
  return faults
    .map(({ service, route, fault }) => `${service} ${route} ${fault.kind}`)
    .filter((fault) => !struck.has(fault))
    .map((fault) => `the fault "${fault}" never struck`);
}
