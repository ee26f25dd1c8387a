/** Compares what the coordinator says of an order with the services' own ledgers. Pure: the run fails where any of this finds fault. */

import { isAtRest, type Outcome } from './outcome.ts';
import { CURRENCY, totalOf } from './planned-order.ts';
import { sleepComplaints } from './sleep.ts';
import type { HistoryEvent, OrderLedgers, ReviewItem } from './wire.ts';

/** Everything that is not as it should be, each in a sentence without its full stop. */
export function violationsOf(outcome: Outcome): readonly string[] {
  const { view, ledgers } = outcome;
  if (!view) return missing(outcome);
  const both = [...sleepComplaints(outcome), ...moved(outcome), ...repeatedMessages(ledgers)];
  if (!isAtRest(view)) return both;
  switch (view.saga_status) {
    case 'completed':
      return [...both, ...disobeyed(outcome), ...standing(outcome, 'completed')];
    case 'compensated':
      return [...both, ...nothingStands(outcome)];
    case 'needs_review':
      return [...both, ...reviewComplaints(outcome, view.review?.items ?? [])];
    default:
      return both;
  }
}

function missing({ told, ledgers }: Outcome): readonly string[] {
  const touched = hasMoney(ledgers) || hasStock(ledgers) || hasShipment(ledgers) || ledgers.messages.length > 0;
  return [
    ...(told.isAccepted ? ['it was accepted with 202, and does not exist'] : []),
    ...(touched ? [`it does not exist, and yet ${ledgerText(ledgers)}`] : []),
  ];
}

function moved({ view, firstLook }: Outcome): readonly string[] {
  const before = firstLook.view?.saga_status;
  return isAtRest(firstLook.view) && before !== view?.saga_status ? [`it was at rest as ${before}, and is ${view?.saga_status} now`] : [];
}

/** Each message goes out once at most. */
function repeatedMessages({ messages }: OrderLedgers): readonly string[] {
  const sent = messages.map(({ channel, template }) => `${channel} ${template}`);
  return sent.filter((message, index) => sent.indexOf(message) < index).map((message) => `"${message}" was sent more than once`);
}

function disobeyed({ told }: Outcome): readonly string[] {
  return [
    ...(told.isCancelTaken ? ['its cancellation was taken, and yet it is completed'] : []),
    ...(told.decision === 'reject' ? ['it was rejected, and yet it is completed'] : []),
  ];
}

/** Charged once and in full, reserved once and in full, one shipment: what an order that goes through leaves. */
function standing(outcome: Outcome, state: string): readonly string[] {
  const { ledgers } = outcome;
  return [
    ...unless(isCharged(outcome), `${state}, but ${moneyText(ledgers)} of ${totalOf(outcome.told.order)}`),
    ...unless(isReserved(outcome), `${state}, but ${stockText(ledgers)} of ${JSON.stringify(ordered(outcome))}`),
    ...unless(isShipped(outcome), `${state}, but ${shipmentText(ledgers)}`),
  ];
}

/** What an order that was rolled back leaves: whatever was done was undone, and once. */
const nothingStands = (outcome: Outcome): readonly string[] => [
  ...unless(isRefunded(outcome), `rolled back, but ${moneyText(outcome.ledgers)}`),
  ...unless(isReleased(outcome), `rolled back, but ${stockText(outcome.ledgers)}`),
  ...unless(isCalledBack(outcome), `rolled back, but ${shipmentText(outcome.ledgers)}`),
];

/** What is parked has to stand as it is told, and everything else has to be undone, or done where the order never turned back. */
function reviewComplaints(outcome: Outcome, items: readonly ReviewItem[]): readonly string[] {
  if (items.length === 0) return ['it needs review, and nothing says what for'];
  if (!outcome.history.some(({ type }) => type === 'RollbackStarted')) return standing(outcome, 'needs review on its way forward');
  return [
    ...parkedOr(outcome, items, 'process_payment', isCharged, isRefunded, moneyText(outcome.ledgers)),
    ...parkedOr(outcome, items, 'reserve_inventory', isReserved, isReleased, stockText(outcome.ledgers)),
    ...parkedOr(outcome, items, 'create_shipment', isShipped, isCalledBack, shipmentText(outcome.ledgers)),
    ...items.flatMap((item) => outstandingComplaints(outcome, item)),
  ];
}

type Finding = (outcome: Outcome) => boolean;

/** Where nobody ever learnt whether it happened, or whether it is undone, a person may have to find out that nothing stands. */
function parkedOr(
  outcome: Outcome,
  items: readonly ReviewItem[],
  step: string,
  stands: Finding,
  isUndone: Finding,
  found: string,
): readonly string[] {
  const isParked = items.some((item) => item.step === step);
  if (!isParked) return unless(isUndone(outcome), `${step} is not in review, but ${found}`);
  const isUnknown = outcome.history.some((event) => event.step === step && leavesUnknown(event));
  return unless(stands(outcome) || (isUnknown && isUndone(outcome)), `${step} is said to be outstanding, but ${found}`);
}

const leavesUnknown = ({ type, data }: HistoryEvent): boolean =>
  type === 'OperationUnresolved' || (type === 'OperationDoubted' && data.operation === 'undo');

function outstandingComplaints(outcome: Outcome, { step, outstanding }: ReviewItem): readonly string[] {
  const { kind, amount, currency, items } = outstanding;
  const wanted = { process_payment: 'money', reserve_inventory: 'stock', create_shipment: 'shipment', send_confirmation: 'message' }[step];
  const told = `${step} is told to be outstanding as ${JSON.stringify(outstanding)}`;
  if (kind !== wanted) return [told];
  if (kind === 'money') return unless(amount === totalOf(outcome.told.order) && currency === CURRENCY, told);
  if (kind === 'message') return [];
  return unless(JSON.stringify(bySku(items ?? [])) === JSON.stringify(ordered(outcome)), told);
}

const unless = (isSo: boolean, complaint: string): readonly string[] => (isSo ? [] : [complaint]);

const isZero = (amount: string): boolean => Number(amount) === 0;

const isCharged: Finding = ({ told, ledgers: { money } }) => money.charged === totalOf(told.order) && isZero(money.refunded);

const isRefunded: Finding = ({ told, ledgers: { money } }) =>
  isZero(money.net) && money.charged === money.refunded && (isZero(money.charged) || money.charged === totalOf(told.order));

const ordered = ({ told }: Outcome) => bySku(told.order.items);

/** In the order of their names, lines of one SKU added up. */
function bySku(items: readonly { readonly sku: string; readonly quantity: number }[]): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of items) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return [...sums].toSorted(([left], [right]) => (left < right ? -1 : 1));
}

const reserved = ({ ledgers }: Outcome) => bySku(Object.entries(ledgers.stock).map(([sku, moves]) => ({ sku, quantity: moves.reserved })));

const isReservedOnce = (outcome: Outcome): boolean => JSON.stringify(reserved(outcome)) === JSON.stringify(ordered(outcome));

const isReserved: Finding = (outcome) =>
  isReservedOnce(outcome) && Object.values(outcome.ledgers.stock).every(({ released }) => released === 0);

const isReleased: Finding = (outcome) =>
  !hasStock(outcome.ledgers) || (isReservedOnce(outcome) && Object.values(outcome.ledgers.stock).every(({ net }) => net === 0));

const isShipped: Finding = ({ ledgers: { shipments } }) => shipments.live === 1 && shipments.cancelled + shipments.returned === 0;

const isCalledBack: Finding = ({ ledgers: { shipments } }) => shipments.live === 0 && shipments.cancelled + shipments.returned <= 1;

const hasMoney = ({ money }: OrderLedgers): boolean => !isZero(money.charged) || !isZero(money.refunded);
const hasStock = ({ stock }: OrderLedgers): boolean => Object.keys(stock).length > 0;
const hasShipment = ({ shipments }: OrderLedgers): boolean => shipments.live + shipments.cancelled + shipments.returned > 0;

const moneyText = ({ money }: OrderLedgers): string => `${money.charged} was charged and ${money.refunded} refunded`;
const stockText = ({ stock }: OrderLedgers): string => `the stock is ${JSON.stringify(stock)}`;
const shipmentText = ({ shipments }: OrderLedgers): string => `the shipments are ${JSON.stringify(shipments)}`;

const ledgerText = (ledgers: OrderLedgers): string => [moneyText(ledgers), stockText(ledgers), shipmentText(ledgers)].join(', ');
