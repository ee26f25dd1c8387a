/** The words for where a saga stands, as lists may be asked for them. */

import type { SagaStatus } from '../saga/status.ts';

export const SAGA_STATUSES = [
  'running',
  'waiting',
  'compensating',
  'completed',
  'compensated',
  'needs_review',
] as const satisfies readonly SagaStatus[];
