/** Who decides, and why: both stand in the order's history. */

import type { Desk } from '../desk.ts';

interface ByProps {
  readonly desk: Desk;
  /** What is written where nothing else is; without, something has to be. */
  readonly note?: string;
}

export const By = ({ desk, note }: ByProps) => (
  <div class="by">
    <label>
      Your name
      <input name="by" required maxlength={128} value={desk.session.name} autocomplete="name" />
    </label>
    <label>
      Note {note === undefined ? <span class="hint">what was done, and where it can be looked up</span> : <span class="hint">why now</span>}
      <input name="note" required maxlength={1000} value={note} autocomplete="off" />
    </label>
  </div>
);
