/** Makes room: keys can't be kept for ever. How long they are kept is what `PARTICIPANTS` has to say as `key_lifetime_seconds`. */

import { forgetting } from './key-table.ts';
import type { Store } from './store.ts';

/** Forgets every operation that first came before that time and is over, its fence too. Reads the whole table; for a cron. Returns how many. */
export const forget = <Write>(store: Store<Write>, before: Date): number | Promise<number> =>
  store.run(forgetting(before.getTime(), Date.now()));
