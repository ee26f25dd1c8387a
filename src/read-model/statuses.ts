/** Which words an order's status can be, beside each word for its saga: what an index by both has to be asked for. */

import type { SagaStatus } from '../saga/status.ts';
import { SAGAS } from '../sagas/registry.ts';

export const SAGA_STATUSES = [
  'running',
  'waiting',
  'compensating',
  'completed',
  'compensated',
  'needs_review',
] as const satisfies readonly SagaStatus[];

const GENERAL = ['pending', 'processing', 'completed', 'failed', 'cancelled', 'shipped', 'delivered', 'returned', 'needs_review'];

const OWN = SAGAS.flatMap(({ statuses }) => [
  statuses?.completed,
  statuses?.rolledBack,
  ...Object.values(statuses?.steps ?? {}).flatMap(({ running, done }) => [running, done]),
]).filter((status) => status !== undefined);

const STATUSES: readonly string[] = [...new Set([...GENERAL, ...OWN])];

/** Every pair that has what is given. */
export function pairsOf(
  sagaStatus: SagaStatus | undefined,
  status: string | undefined,
): readonly { readonly sagaStatus: SagaStatus; readonly status: string }[] {
  const statuses = status === undefined ? STATUSES : [status];
  return (sagaStatus === undefined ? SAGA_STATUSES : [sagaStatus]).flatMap((word) =>
    statuses.map((other) => ({ sagaStatus: word, status: other })),
  );
}
