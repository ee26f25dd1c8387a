/** Readers of a 2xx answer's body. They take what the step needs, and say null to everything that they can't read. */

import type { Output, Reading, UnavailableItem } from './definition.ts';

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Succeeded when every named field is a non-empty string. */
export function fields<const Name extends string>(...names: readonly Name[]): (body: unknown) => Reading<Readonly<Record<Name, string>>> {
  const has = (output: Output): output is Readonly<Record<Name, string>> => names.every((name) => output[name]);
  return (body) => {
    if (!isRecord(body)) return null;
    const output = Object.fromEntries(names.map((name) => [name, body[name]]).filter(isFilled));
    return has(output) ? { type: 'succeeded', output } : null;
  };
}

const isFilled = (entry: unknown[]): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '' && entry[1].length <= 255;

/** Any body will do, none as well. */
export const anything = (): Reading<Readonly<Record<never, string>>> => ({ type: 'succeeded', output: {} });

/** More lines than these an order does not have. */
const MAX_UNAVAILABLE = 100;

/** `unavailable_items` of a refusal, each an SKU or a record with one; undefined where it names none. */
export function unavailableItemsOf(body: unknown): readonly UnavailableItem[] | undefined {
  const told = isRecord(body) ? body['unavailable_items'] : undefined;
  const items = Array.isArray(told) ? told.slice(0, MAX_UNAVAILABLE).flatMap(unavailableItem) : [];
  return items.length > 0 ? items : undefined;
}

function unavailableItem(told: unknown): readonly UnavailableItem[] {
  const { sku, requested, available } = isRecord(told) ? told : { sku: told };
  if (typeof sku !== 'string' || sku === '' || sku.length > 255) return [];
  return [{ sku, ...(isCount(requested) && { requested }), ...(isCount(available) && { available }) }];
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value);
