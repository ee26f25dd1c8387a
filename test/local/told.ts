/** A history as the demonstration would print it. */

import { storyLine } from '../../src/local/demo/page.ts';
import { NO_PAINT } from '../../src/local/demo/paint.ts';
import { lineOf } from '../../src/local/demo/story.ts';
import type { HistoryEvent } from '../../src/local/demo/wire.ts';

type Unnumbered<Event> = Event extends HistoryEvent ? Omit<Event, 'seq'> : never;

/** The lines of these events, of an order placed at 0. */
export function page(...events: readonly Unnumbered<HistoryEvent>[]): readonly string[] {
  const history = events.map((event, index): HistoryEvent => Object.assign(event, { seq: index + 1 }));
  return history.flatMap((event, index) => {
    const line = lineOf(history.slice(0, index), event);
    return line ? [storyLine(NO_PAINT, line, 0).trim()] : [];
  });
}
