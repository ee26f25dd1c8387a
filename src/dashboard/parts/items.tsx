/** What was ordered, and for how much. */

import type { Insight } from '../story/insight.ts';
import { grouped } from '../words/amounts.ts';
import { Amount } from './amount.tsx';

export const Items = ({ insight: { view } }: { readonly insight: Insight }) => (
  <section id="items" data-part class="sheet" aria-labelledby="items-title">
    <h2 id="items-title">Items</h2>
    <table class="items">
      <caption class="hidden">What was ordered</caption>
      <thead>
        <tr>
          <th scope="col">Item</th>
          <th scope="col" class="number">
            Pieces
          </th>
          <th scope="col" class="number">
            Price
          </th>
        </tr>
      </thead>
      <tbody>
        {view.items.map(({ sku, name, quantity, unit_price: price }) => (
          <tr>
            <th scope="row">
              <bdi>{name}</bdi> <bdi class="sub">{sku}</bdi>
            </th>
            <td class="number">{quantity}</td>
            <td class="number">{grouped(price)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colspan={2}>
            Total
          </th>
          <td class="number">
            <Amount amount={view.total} currency={view.currency} />
          </td>
        </tr>
      </tfoot>
    </table>
  </section>
);
