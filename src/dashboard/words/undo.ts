/** What undoing a step means for the customer and the stock, in words. */

import type { CallStep, Outstanding } from '../../saga/definition.ts';
import { grouped } from './amounts.ts';

/** After "if so,". */
export function undoWords({ undo }: CallStep, { kind, amount, currency, items, reference }: Outstanding): string {
  const named = reference === undefined ? '' : ` (${reference})`;
  switch (kind) {
    case 'money':
      return `${grouped(amount ?? '')} ${currency} goes back to the customer${named}`;
    case 'stock':
      return `the stock gets ${itemWords(items)} back${named}`;
    case 'shipment':
      return `the shipment${named} is cancelled${undo?.otherwise ? ', or fetched back where it has left already' : ''}`;
    case 'message':
      return 'the customer is told that the order was cancelled';
    case 'none':
      return 'it is undone';
    default:
      return kind satisfies never;
  }
}

const itemWords = (items: Outstanding['items'] = []): string => items.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(', ');
