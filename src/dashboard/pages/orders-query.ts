/** What the list of orders is asked for, read off its address. What can't be understood is told and left out, never refused. */

import { SAGA_STATUSES } from '../../saga/status.ts';
import type { OrderFilter } from '../../read-model/listing.ts';
import type { SagaStatus } from '../../saga/status.ts';
import { SAGAS } from '../../sagas/registry.ts';

export interface OrdersQuery {
  /** What was typed into the one box. */
  readonly search: string;
  readonly filter: OrderFilter;
  readonly overdueOnly: boolean;
  readonly cursor: string | undefined;
  /** As they were given, to be given again. */
  readonly given: Readonly<Record<FilterName, string>>;
  readonly problems: readonly string[];
}

export const FILTERS = ['saga_status', 'status', 'saga', 'after', 'before'] as const;
export type FilterName = (typeof FILTERS)[number];

export const SAGA_NAMES: readonly string[] = [...new Set(SAGAS.map(({ name }) => name))];

const GENERAL = ['pending', 'processing', 'completed', 'failed', 'cancelled', 'shipped', 'delivered', 'returned', 'needs_review'];

const OWN = SAGAS.flatMap(({ statuses }) =>
  statuses
    ? [...Object.values(statuses.steps).flatMap(({ running, done }) => [running, done]), statuses.completed, statuses.rolledBack]
    : [],
).filter((word) => word !== undefined);

/** Every word that a customer may be told of an order. */
export const STATUSES: readonly string[] = [...new Set([...GENERAL, ...OWN])];

export function ordersQuery(search: URLSearchParams): OrdersQuery {
  const given = {
    saga_status: one(search, 'saga_status'),
    status: one(search, 'status'),
    saga: one(search, 'saga'),
    after: one(search, 'after'),
    before: one(search, 'before'),
  };
  const after = timeOf(given.after);
  const before = timeOf(given.before);
  const sagaStatus = SAGA_STATUSES.find((word) => word === given.saga_status);
  return {
    search: one(search, 'q').slice(0, 256),
    filter: {
      sagaStatus,
      status: given.status || undefined,
      saga: given.saga || undefined,
      createdAfter: after ?? undefined,
      createdBefore: before ?? undefined,
    },
    overdueOnly: one(search, 'overdue') !== '',
    cursor: one(search, 'cursor') || undefined,
    given,
    problems: [
      ...unknown('saga status', given.saga_status, sagaStatus),
      ...unknown('time to begin with', given.after, after),
      ...unknown('time to end with', given.before, before),
    ],
  };
}

const one = (search: URLSearchParams, name: string): string => search.get(name)?.trim() ?? '';

const unknown = (name: string, given: string, read: SagaStatus | number | null | undefined): readonly string[] =>
  given !== '' && (read === null || read === undefined) ? [`The ${name} could not be understood, so it was left out.`] : [];

/** As a browser's field for dates and times gives it; taken as UTC, like every time on these pages. */
function timeOf(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?)?$/.test(text)) return null;
  const at = Date.parse(`${text.includes('T') ? text : `${text}T00:00`}Z`);
  return Number.isNaN(at) ? null : at;
}
