/** What became of a demonstrated order, as read over HTTP. */

import type { HistoryEvent, OrderLedgers, OrderView } from './wire.ts';
import type { Placed } from './api.ts';
import type { Fact } from './fate.ts';

export interface Outcome {
  /** One for each time that the request was sent. */
  readonly placed: readonly Placed[];
  readonly history: readonly HistoryEvent[];
  readonly view: OrderView;
  readonly ledgers: OrderLedgers;
}

/** The event in the words in which a fate names it. */
export function factOf({ type, step, data }: HistoryEvent): Fact {
  if (!('operation' in data)) return type;
  return [type, step, data.operation, data.channel].filter((part) => part !== '').join(' ');
}

/** The names under which the history was published, in order. */
export const publishedBy = (history: readonly HistoryEvent[]): readonly string[] => history.flatMap(({ data }) => data.domain_events ?? []);
