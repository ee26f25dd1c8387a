/** What an order's entries add up to. Only added, never checked: whether it is what it should be is for the reader to say. */

import { formatMoney } from '../../saga/money.ts';
import type { CallRecord } from './calls.ts';
import type { Entry, EntryFacts } from './entry.ts';

export interface OrderSummary {
  /** Decimal strings; `"0"` and no currency where no money ever moved. */
  readonly money: { readonly charged: string; readonly refunded: string; readonly net: string; readonly currency: string | null };
  readonly stock: Readonly<Record<string, { readonly reserved: number; readonly released: number; readonly net: number }>>;
  /** `live`: neither cancelled nor returned, dispatched or not. */
  readonly shipments: { readonly live: number; readonly dispatched: number; readonly cancelled: number; readonly returned: number };
  readonly messages: readonly { readonly channel: string; readonly template: string }[];
  /** How many requests got a stored answer again. */
  readonly duplicates: number;
  readonly entries: readonly Entry[];
  readonly calls: readonly CallRecord[];
}

/** Adds up the entries of one order, of one service or of all. */
export function summarize(entries: readonly Entry[], calls: readonly CallRecord[]): OrderSummary {
  const facts = entries.map((entry) => entry.facts);
  return {
    money: moneyOf(facts),
    stock: stockOf(facts),
    shipments: shipmentsOf(facts),
    messages: facts.filter((fact) => fact.kind === 'notified').map(({ channel, template }) => ({ channel, template })),
    duplicates: calls.filter(({ duplicate }) => duplicate).length,
    entries,
    calls,
  };
}

function moneyOf(facts: readonly EntryFacts[]): OrderSummary['money'] {
  const moves = facts.filter((fact) => fact.kind === 'charged' || fact.kind === 'refunded');
  const currencies = new Set(moves.map(({ currency }) => currency));
  const [currency] = currencies;
  if (currency === undefined) return { charged: '0', refunded: '0', net: '0', currency: null };
  if (currencies.size > 1) throw new Error(`One order has money in ${[...currencies].join(' and ')}`);
  const sum = (wanted: string) => moves.filter(({ kind }) => kind === wanted).reduce((total, { amount_minor }) => total + amount_minor, 0);
  const [charged, refunded] = [sum('charged'), sum('refunded')];
  const text = (minor: number) => (minor < 0 ? `-${formatMoney(-minor, currency)}` : formatMoney(minor, currency));
  return { charged: text(charged), refunded: text(refunded), net: text(charged - refunded), currency };
}

function stockOf(facts: readonly EntryFacts[]): OrderSummary['stock'] {
  const moves = facts.filter((fact) => fact.kind === 'reserved' || fact.kind === 'released');
  const sum = (wanted: string, of: string) =>
    moves.filter(({ kind, sku }) => kind === wanted && sku === of).reduce((total, { quantity }) => total + quantity, 0);
  return Object.fromEntries(
    [...new Set(moves.map(({ sku }) => sku))].map((sku) => {
      const [reserved, released] = [sum('reserved', sku), sum('released', sku)];
      return [sku, { reserved, released, net: reserved - released }];
    }),
  );
}

function shipmentsOf(facts: readonly EntryFacts[]): OrderSummary['shipments'] {
  const count = (wanted: EntryFacts['kind']) => facts.filter(({ kind }) => kind === wanted).length;
  const [cancelled, returned] = [count('cancelled'), count('returned')];
  return { live: count('shipped') - cancelled - returned, dispatched: count('dispatched'), cancelled, returned };
}
