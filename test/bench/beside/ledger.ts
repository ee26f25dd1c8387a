/**
 * What the services' books say of an order, and whether that is right: all of it once where the card is good, nothing left of it where it
 * was declined. Pure.
 */

import { isDeclined, totalOf } from './order.ts';

/** What a call has brought about; one that was sent again under its key has not brought it about again. */
export interface Effect {
  readonly path: string;
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly status: number;
  /** What the service gave, by its id. */
  readonly gave: string;
}

/** So much of each has to stand in the books, and nothing else. */
const COMPLETED = {
  '/availability': 1,
  '/reservations': 1,
  '/charges': 1,
  '/shipments': 1,
  '/notifications email': 1,
  '/notifications push': 1,
};
const DECLINED = { '/availability': 1, '/reservations': 1, '/charges refused': 1, '/reservations/release': 1 };

/** What is wrong, in words; nothing where the order is right. */
export function judge(id: string, items: number, effects: readonly Effect[]): readonly string[] {
  const wanted: Readonly<Record<string, number>> = isDeclined(id) ? DECLINED : COMPLETED;
  const found = new Map<string, number>();
  for (const effect of effects) found.set(nameOf(effect), (found.get(nameOf(effect)) ?? 0) + 1);
  const names = new Set([...Object.keys(wanted), ...found.keys()]);
  const counts = [...names].flatMap((name) => {
    const [has, should] = [found.get(name) ?? 0, wanted[name] ?? 0];
    return has === should ? [] : [`${id}: ${name} stands in the books ${has} times and not ${should}`];
  });
  return [...counts, ...wrongAmounts(id, items, effects), ...wrongStock(id, effects)];
}

function nameOf({ path, status, body }: Effect): string {
  if (status >= 300) return `${path} refused`;
  return path === '/notifications' ? `${path} ${String(body['channel'])}` : path;
}

const wrongAmounts = (id: string, items: number, effects: readonly Effect[]): readonly string[] =>
  effects.flatMap(({ path, body }) => {
    const isWrong = path === '/charges' && body['amount'] !== totalOf(items);
    return isWrong ? [`${id}: ${String(body['amount'])} was charged and not ${totalOf(items)}`] : [];
  });

function wrongStock(id: string, effects: readonly Effect[]): readonly string[] {
  const reserved = new Set(effects.flatMap(({ path, gave }) => (path === '/reservations' ? [gave] : [])));
  return effects.flatMap(({ path, body }) => {
    const reservation = String(body['reservation_id']);
    const isWrong = path === '/reservations/release' && !reserved.has(reservation);
    return isWrong ? [`${id}: ${reservation} was released, which it never had`] : [];
  });
}
