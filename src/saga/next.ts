/**
 * What an order owes now, read off its state: calls, messages, probes, and the time at which to look again.
 * Asking twice is harmless; the shell knows what of it is under way already.
 */

import type { Context } from './command.ts';
import { consequence } from './consequences.ts';
import type { SagaDefinition } from './definition.ts';
import { carriedBy, operationParts, stepOf, type Direction, type OperationId } from './operation.ts';
import { isCommitted } from './progress.ts';
import { timesOf } from './operation-time.ts';
import { scaledMs } from './retry.ts';
import type { OperationState, SagaState } from './state.ts';

export type Owed =
  /** The object makes this call itself. */
  | { readonly type: 'call'; readonly operation: OperationId }
  /** A queue brings this back, not before `at`. */
  | { readonly type: 'hand'; readonly step: string; readonly direction: Direction; readonly at: number }
  /** The order has turned back: a call under way is waited for, and none is made. */
  | { readonly type: 'await'; readonly operation: OperationId }
  | { readonly type: 'probe'; readonly operation: OperationId };

export interface Next {
  readonly owed: readonly Owed[];
  /** When something falls due by itself; now, where the order's time has come and nobody has told it yet; null where nothing does. */
  readonly wakeAt: number | null;
}

export function next(definition: SagaDefinition, state: SagaState, now: number): Next {
  if (state.ending) return { owed: [], wakeAt: null };
  const open = Object.entries(state.operations);
  const times = open.flatMap(([id, operation]) => timeOf(definition, id, operation, now));
  if (!state.cause) times.push(...waitsOf(definition, state).filter((at) => at > now));
  if (consequence(definition, state, now)) times.push(now);
  return {
    owed: open.flatMap(([id, operation]) => owedFor(definition, state, id, operation, now)),
    wakeAt: times.length > 0 ? Math.min(...times) : null,
  };
}

/** The times that end a wait of the order itself, forward. */
function waitsOf(definition: SagaDefinition, state: SagaState): readonly number[] {
  const delays = state.delays.filter(({ isOver }) => !isOver).map(({ until }) => until);
  const approvals = state.approvals.flatMap(({ decision, until }) => (decision === null && until !== null ? [until] : []));
  return [...delays, ...approvals, ...(isCommitted(definition, state) ? [] : [state.deadlineAt])];
}

function owedFor(definition: SagaDefinition, state: SagaState, id: OperationId, operation: OperationState, now: number): readonly Owed[] {
  const { step, direction } = operationParts(id);
  switch (operation.phase) {
    case 'calling':
      if (direction === 'do' && state.cause) return [{ type: 'await', operation: id }];
      // Forward, an attempt that has begun is the object's own: the way through a queue would take longer than the call itself.
      return [direction === 'undo' ? { type: 'hand', step, direction, at: operation.calledAt } : { type: 'call', operation: id }];
    case 'waiting':
      return carriedBy(definition, id) === 'queue' ? [{ type: 'hand', step, direction, at: operation.at }] : [];
    case 'asking':
      return operation.at <= now || (direction === 'do' && state.cause) ? [{ type: 'probe', operation: id }] : [];
    case 'succeeded':
    case 'refused':
    case 'unresolved':
    case 'parked':
    case 'resolved':
      return [];
    default:
      return operation satisfies never;
  }
}

/** A probe that is due is owed, and no longer waited for. */
function timeOf(definition: SagaDefinition, id: OperationId, operation: OperationState, now: number): readonly number[] {
  if (operation.phase === 'asking') return operation.at > now ? [operation.at] : [];
  return operation.phase === 'waiting' && carriedBy(definition, id) === 'object' ? [operation.at] : [];
}

export interface AttemptTimes {
  readonly timeoutMs: number;
  /** The participant should refuse what reaches it later. */
  readonly notAfter: number;
}

/** The times of the attempt that is made now. */
export function attemptTimes(
  definition: SagaDefinition,
  state: SagaState,
  id: OperationId,
  context: Pick<Context, 'now' | 'capabilities'>,
): AttemptTimes {
  const wholeMs = scaledMs(stepOf(definition, id).timeoutMs, state.settings.timeScale);
  const { until, keyEndsAt } = timesOf(definition, state, id, context);
  if (operationParts(id).direction === 'undo')
    return { timeoutMs: wholeMs, notAfter: Math.min(Math.max(until, context.now + wholeMs), keyEndsAt) };
  return { timeoutMs: Math.max(1, Math.min(wholeMs, until - context.now)), notAfter: until };
}
