/** The money and the stock of one order: what was taken, what came back, what is still to be settled. */

import { effectsOf, moneyOf, stockOf, type Count, type Effect } from '../story/books.ts';
import type { Insight } from '../story/insight.ts';
import { formatMoney } from '../../saga/money.ts';
import { grouped, money } from '../words/amounts.ts';
import { spelled } from '../words/names.ts';

export const Books = ({ insight: { definition, state } }: { readonly insight: Insight }) => {
  const effects = effectsOf(definition, state);
  const { currency } = state.order;
  const total = moneyOf(effects, currency);
  return (
    <section id="books" data-part class="sheet" aria-labelledby="books-title">
      <h2 id="books-title">Money and stock</h2>
      <table class="books">
        <caption class="hidden">What was taken for this order, what was given back, and what is still to be settled</caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="hidden">What</span>
            </th>
            <th scope="col" class="number">
              Taken
            </th>
            <th scope="col" class="number">
              Given back
            </th>
            <th scope="col" class="number">
              Outstanding
            </th>
          </tr>
        </thead>
        <tbody>
          {effects.some(({ effect }) => effect.kind === 'money') && (
            <Row name="Money" unit={currency} count={total} show={(minor) => grouped(formatMoney(minor, currency))} />
          )}
          {[...stockOf(effects)].map(([sku, count]) => (
            <Row name={sku} unit="pieces" count={count} show={String} />
          ))}
        </tbody>
      </table>
      <Notes effects={effects} unknownMinor={total.unknown} currency={currency} />
    </section>
  );
};

const Row = ({ name, unit, count, show }: { name: string; unit: string; count: Count; show: (count: number) => string }) => (
  <tr>
    <th scope="row">
      <bdi>{name}</bdi> <abbr>{unit}</abbr>
    </th>
    <td class="number">{show(count.taken)}</td>
    <td class="number">{show(count.givenBack)}</td>
    <td class={count.outstanding > 0 ? 'number owed' : 'number'}>{show(count.outstanding)}</td>
  </tr>
);

/** What the figures can't say. */
const Notes = ({ effects, unknownMinor, currency }: { effects: readonly Effect[]; unknownMinor: number; currency: string }) => {
  const notes = effects.flatMap((effect) => noteOf(effect, unknownMinor, currency) ?? []);
  return notes.length === 0 ? null : (
    <ul class="notes">
      {notes.map((note) => (
        <li>
          <bdi>{note}</bdi>
        </li>
      ))}
    </ul>
  );
};

function noteOf({ step, effect, taken, givenBack }: Effect, unknownMinor: number, currency: string): string | null {
  if (taken === 'unknown' && (givenBack === 'no' || givenBack === 'not_needed')) {
    const what = effect.kind === 'money' ? `${money(unknownMinor, currency)} was taken` : 'it happened';
    return `${spelled(step)}: nobody knows yet whether ${what}.`;
  }
  if (taken === 'by_hand' || givenBack === 'by_hand') return `${spelled(step)}: settled by hand, outside of these figures.`;
  if (effect.kind === 'shipment' && taken === 'yes') {
    const now = {
      not_needed: 'made',
      no: 'made, and not cancelled yet',
      yes: 'cancelled or fetched back',
      nothing: 'not there any more',
    } as const;
    return `Shipment${effect.reference ? ` ${effect.reference}` : ''}: ${now[givenBack]}.`;
  }
  return null;
}
