/** Ends an operation that was accepted: what the probe and every later attempt are told. The callback to the coordinator is sent by whoever calls this. */

import { hasUndone, UNDONE, type Answer } from './answer.ts';
import { isClaimLost, looking, settling } from './key-table.ts';
import type { Store } from './store.ts';

/**
 * `settled`: the answer is kept, and `writes` were written with it. `undone`: an undo came before, so nothing was written and the operation
 * counts as refused. `not_owed`: nobody waits for it.
 */
export type Settled = 'settled' | 'undone' | 'not_owed';

export async function settle<Write>(store: Store<Write>, key: string, answer: Answer, ...writes: readonly Write[]): Promise<Settled> {
  try {
    await store.run(settling(key, answer, { hasUndone: hasUndone(answer), mayBeFenced: false }), writes);
    return 'settled';
  } catch (error) {
    if (!isClaimLost(error)) throw error;
  }
  const known = await store.run(looking(key));
  if (!known?.isAccepted || !known.isFenced || known.answer) return 'not_owed';
  await store.run(settling(key, UNDONE, { hasUndone: false, mayBeFenced: true }));
  return 'undone';
}
