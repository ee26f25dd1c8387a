/**
 * Money: an integer of minor units inside, a decimal string on the wire, never a float.
 * The digits of a currency come from `Intl` (ISO 4217 minor units, as CLDR has them).
 */

import { ok, refuse, type Result } from './result.ts';

export type MoneyRefusal =
  | { readonly reason: 'not_a_decimal'; readonly got: string }
  | { readonly reason: 'too_many_decimals'; readonly got: string; readonly digits: number }
  | { readonly reason: 'too_large'; readonly got: string }
  | { readonly reason: 'inexact_number'; readonly got: string };

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

export const isCurrency = (code: string): boolean => CURRENCIES.has(code);

/** What `Intl` said: asking it is slow, and there are few currencies. */
const asked = new Map<string, number>();

/** How many decimals the currency has: 2 for USD, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  const digits =
    asked.get(currency) ?? new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 0;
  asked.set(currency, digits);
  return digits;
}

/** A double keeps any decimal of 15 digits, and no longer all of 16: `90071992547409.91` is read as `90071992547409.9`. */
const EXACT_NUMBER_LIMIT = 1e15;

/**
 * Reads a non-negative decimal. A JSON number is taken by its shortest decimal form (`String(19.99)` is `19.99`), so a number
 * that carries a float's error, like `0.1 + 0.2`, is refused and not rounded. A number of
 * more than 15 digits is refused too: what was written can't be told from it any more. As a string it is taken.
 */
export function parseMoney(input: string | number, currency: string): Result<number, MoneyRefusal> {
  const text = String(input);
  const match = /^(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text);
  if (!match) return refuse({ reason: 'not_a_decimal', got: text });
  const [, whole = '', fraction = ''] = match;
  const digits = minorDigits(currency);
  if (fraction.length > digits) return refuse({ reason: 'too_many_decimals', got: text, digits });
  const minor = Number(whole + fraction.padEnd(digits, '0'));
  if (!Number.isSafeInteger(minor)) return refuse({ reason: 'too_large', got: text });
  return typeof input === 'number' && minor >= EXACT_NUMBER_LIMIT ? refuse({ reason: 'inexact_number', got: text }) : ok(minor);
}

/** The decimal string of the wire: `2999` in USD is `"29.99"`. */
export function formatMoney(minor: number, currency: string): string {
  const digits = minorDigits(currency);
  if (digits === 0) return String(minor);
  const text = String(minor).padStart(digits + 1, '0');
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** The exact sum of quantity times price, or null where it is more than can be kept exactly (2^53 - 1 minor units). */
export function sumMinor(lines: readonly { readonly quantity: number; readonly unitPriceMinor: number }[]): number | null {
  const sum = lines.reduce((total, line) => total + BigInt(line.quantity) * BigInt(line.unitPriceMinor), 0n);
  return sum <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(sum) : null;
}
