/** Where an order stands, as a mark: a sign, a colour and a word, so that none of them is needed alone. */

import type { SagaStatus } from '../../saga/status.ts';
import { SAGA_STATUS_WORDS, spelled } from '../words/names.ts';

/** Drawn in a square of 12. */
const SIGNS: Readonly<Record<SagaStatus | 'overdue', string>> = {
  running: 'M3 2l7 4-7 4z',
  waiting: 'M3 2h2.2v8H3zM6.8 2H9v8H6.8z',
  compensating: 'M9 2L2 6l7 4z',
  completed: 'M2 6.2L4.8 9 10 3',
  compensated: 'M4.5 2.5L2 5l2.5 2.5M2.5 5H8a2 2 0 010 4.5H6',
  needs_review: 'M6 1.5v5.5M6 9v1.2',
  overdue: 'M6 2.5V6l2.2 1.8',
};

const LINES: ReadonlySet<string> = new Set(['completed', 'compensated', 'needs_review', 'overdue']);

const Sign = ({ kind }: { kind: SagaStatus | 'overdue' }) => (
  <svg class={LINES.has(kind) ? 'sign line' : 'sign'} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
    <path d={SIGNS[kind]} />
  </svg>
);

export const SagaMark = ({ status }: { readonly status: SagaStatus }) => (
  <span class={`mark is-${status}`}>
    <Sign kind={status} />
    {SAGA_STATUS_WORDS[status]}
  </span>
);

export const OverdueMark = () => (
  <span class="mark is-overdue">
    <Sign kind="overdue" />
    Overdue
  </span>
);

/** What the customer is told, where that says more. */
export const CustomerStatus = ({ status, saga }: { readonly status: string; readonly saga: SagaStatus }) =>
  status === saga ? null : <span class="told">{spelled(status)}</span>;
