/** What trying a whole group again would do, added up over its orders: how much money would move, and where the orders would end. Pure. */

import { formatMoney } from '../../saga/money.ts';
import type { ReviewedOrder } from '../../read-model/reviews.ts';
import type { Insight } from '../story/insight.ts';
import { grouped } from '../words/amounts.ts';
import { reviewOutlook, type End, type ReviewOutlook } from './outlook.ts';

export interface GroupMember {
  readonly order: ReviewedOrder;
  readonly insight: Insight;
  readonly outlook: ReviewOutlook;
}

/** Those that still wait for it. */
export const membersOf = (
  orders: readonly { readonly order: ReviewedOrder; readonly insight: Insight | null }[],
  step: string,
  now: number,
): readonly GroupMember[] =>
  orders.flatMap(({ order, insight }) => {
    const outlook = insight && reviewOutlook(insight, step, now);
    return insight && outlook ? [{ order, insight, outlook }] : [];
  });

/** Sentences. */
export function groupWords(members: readonly GroupMember[]): readonly string[] {
  return [...moneyWords(members), ...endWords(members)];
}

function moneyWords(members: readonly GroupMember[]): readonly string[] {
  const refunds = sums(members, ({ refundMinor }) => refundMinor);
  const charges = sums(members, ({ chargeMinor }) => chargeMinor);
  const words = [
    ...(refunds === '' ? [] : [`${refunds} goes back to customers, at most.`]),
    ...(charges === '' ? [] : [`${charges} is taken from customers, at most.`]),
  ];
  return words.length === 0 ? ['No money moves by it.'] : words;
}

/** By currency: `1,299.99 USD and 20.00 EUR`. */
function sums(members: readonly GroupMember[], minorOf: (outlook: ReviewOutlook) => number): string {
  const byCurrency = new Map<string, number>();
  for (const { insight, outlook } of members) {
    const { currency } = insight.state.order;
    byCurrency.set(currency, (byCurrency.get(currency) ?? 0) + minorOf(outlook));
  }
  return [...byCurrency]
    .filter(([, minor]) => minor > 0)
    .map(([currency, minor]) => `${grouped(formatMoney(minor, currency))} ${currency}`)
    .join(' and ');
}

const ENDS: Readonly<Record<End, (count: number) => string>> = {
  rolled_back: (count) => `${orders(count)} would end as rolled back.`,
  completed: (count) => `${orders(count)} would be completed.`,
  in_review: (count) => `${orders(count)} would go on waiting for a person, for another step.`,
  goes_on: (count) => `${orders(count)} would go on with the steps that follow.`,
};

const endWords = (members: readonly GroupMember[]): readonly string[] =>
  [...Map.groupBy(members, ({ outlook }) => outlook.end)].map(([end, own]) => ENDS[end](own.length));

const orders = (count: number): string => (count === 1 ? '1 order' : `${count} orders`);
