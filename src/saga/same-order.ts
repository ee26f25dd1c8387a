/** Whether two parsed orders are the same, compared as values: the order of keys and the spelling of numbers do not count. */

import type { Order } from './order.ts';

export const sameOrder = (left: Order, right: Order): boolean => canonical(left) === canonical(right);

/** The same text for the same value. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
