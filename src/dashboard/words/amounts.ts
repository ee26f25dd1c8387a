/** Money in words: the wire's own decimals, in groups of three. */

import { formatMoney } from '../../saga/money.ts';

/** `20000.00` is `20,000.00`. */
export function grouped(amount: string): string {
  const [whole = '', ...fraction] = amount.split('.');
  return [whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ','), ...fraction].join('.');
}

/** Of minor units: `20,000.00 USD`. */
export const money = (minor: number, currency: string): string => `${grouped(formatMoney(minor, currency))} ${currency}`;
