/**
 * Whose an idempotency key is. The object that a key alone leads to keeps the order itself, or, where its client named the order, only
 * notes here which order the key belongs to: one entry, never taken back.
 */

const CLAIMED_BY = 'claimed_by';

/** `new` now, `held` before, `taken` by another order. */
export type KeyClaim = 'new' | 'held' | 'taken';

/** Whether the key of this object is an order's that is kept elsewhere. */
export const isClaimed = (kv: SyncKvStorage): boolean => kv.get(CLAIMED_BY) !== undefined;

/** `own`: the order that this object keeps, if it keeps one. */
export function claimKey(kv: SyncKvStorage, own: string | undefined, orderId: string): KeyClaim {
  const owner = own ?? kv.get(CLAIMED_BY);
  if (owner !== undefined) return owner === orderId ? 'held' : 'taken';
  kv.put(CLAIMED_BY, orderId);
  return 'new';
}
