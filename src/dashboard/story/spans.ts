/** How the time of an order was spent: each call, pause, question and wait of each of its steps, from when to when. */

import type { Fact } from '../../order/domain-events.ts';
import type { SagaEvent } from '../../saga/event.ts';
import { operationParts, type Direction } from '../../saga/operation.ts';
import type { OperationState } from '../../saga/state.ts';

/** `calling`: an attempt. `waiting`: a pause before the next. `result`: of what was accepted. `asking`: what became of it. */
type Phase = 'calling' | 'waiting' | 'result' | 'asking' | 'parked' | 'approval' | 'delay';

export interface Span {
  readonly step: string;
  /** Null for an approval and a delay. */
  readonly direction: Direction | null;
  readonly channel: string;
  readonly phase: Phase;
  /** Of the operation, counted from 1; 0 where nothing is attempted. */
  readonly attempt: number;
  readonly from: number;
  /** Null while it lasts. */
  readonly to: number | null;
  /** What ended it. */
  readonly end: SagaEvent | null;
}

/** In the order in which they began. */
export function spansOf(facts: readonly Fact[]): readonly Span[] {
  const open = new Map<string, Span>();
  const spans: Span[] = [];
  const close = (key: string, to: number, end: SagaEvent) => {
    const span = open.get(key);
    if (span) spans.push({ ...span, to, end });
    open.delete(key);
  };
  for (const { event, at, after } of facts) {
    // Nobody waits for a decision, or for time to pass, in an order that has turned back.
    if (event.type === 'RollbackStarted') for (const [key, { direction }] of open) if (direction === null) close(key, at, event);
    const key = keyOf(event);
    if (key === null) continue;
    const operation = after.operations[key];
    close(key, at, event);
    const begun = operation ? spanOf(key, operation, at) : waitOf(event, at);
    if (begun) open.set(key, begun);
  }
  return [...spans, ...open.values()].toSorted((left, right) => left.from - right.from);
}

/** What the event is about: an operation, or a step that calls nobody. */
function keyOf(event: SagaEvent): string | null {
  if ('operation' in event) return event.operation;
  return 'step' in event ? event.step : null;
}

function spanOf(id: string, operation: OperationState, from: number): Span | null {
  const phase = phaseOf(operation);
  return phase && { ...operationParts(id), phase, attempt: operation.attempt, from, to: null, end: null };
}

function phaseOf(operation: OperationState): Phase | null {
  const { phase } = operation;
  if (phase === 'asking') return operation.because === 'accepted' ? 'result' : phase;
  return phase === 'calling' || phase === 'waiting' || phase === 'parked' ? phase : null;
}

function waitOf(event: SagaEvent, from: number): Span | null {
  if (event.type !== 'ApprovalRequested' && event.type !== 'DelayStarted') return null;
  const phase = event.type === 'DelayStarted' ? 'delay' : 'approval';
  return { step: event.step, direction: null, channel: '', phase, attempt: 0, from, to: null, end: null };
}
