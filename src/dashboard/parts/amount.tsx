/** A sum of money on a page. */

import { grouped } from '../words/amounts.ts';

export const Amount = ({ amount, currency }: { readonly amount: string; readonly currency: string }) => (
  <>
    {grouped(amount)} <abbr>{currency}</abbr>
  </>
);
