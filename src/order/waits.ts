/** What an order waits for, and until when it moves on by itself: read off its state, for people to see and for the sweep to check. */

import type { SagaDefinition } from '../saga/definition.ts';
import { operationParts, stepOf, type Direction, type OperationId } from '../saga/operation.ts';
import { isCommitted, isDelivered } from '../saga/progress.ts';
import { scaledMs } from '../saga/retry.ts';
import type { Approval, OperationState, SagaState } from '../saga/state.ts';

export interface Wait {
  /** `answer`: of a call under way. `result`: of a call that was accepted. `probe`: of the question what became of a call. */
  readonly for: 'answer' | 'retry' | 'result' | 'probe' | 'approval' | 'delay' | 'person';
  readonly step: string;
  /** Null where nothing is called. */
  readonly operation: Direction | null;
  /** Null where only a person ends it. */
  readonly until: number | null;
}

/** Nothing, at rest: but a person, in review. */
export function waitsOf(definition: SagaDefinition, state: SagaState): readonly Wait[] {
  const calls = Object.entries(state.operations).flatMap(([id, operation]) => callWait(definition, state, id, operation));
  if (state.ending || state.cause) return calls;
  const approvals = state.approvals.flatMap((approval): Wait[] =>
    approval.decision === null
      ? [{ for: 'approval', step: approval.step, operation: null, until: silenceEndsAt(definition, state, approval) }]
      : [],
  );
  const delays = state.delays.flatMap(({ step, isOver, until }): Wait[] =>
    isOver ? [] : [{ for: 'delay', step, operation: null, until }],
  );
  return [...calls, ...approvals, ...delays];
}

/** Null where only a person ends it: what was delivered is turned back by nobody's silence. */
function silenceEndsAt(definition: SagaDefinition, state: SagaState, { step: name, until }: Approval): number | null {
  const step = definition.steps.find((candidate) => candidate.name === name);
  if (isDelivered(state) && step?.kind === 'approval' && step.whenLate === 'reject') return null;
  return until ?? (isCommitted(definition, state) ? null : state.deadlineAt);
}

function callWait(definition: SagaDefinition, state: SagaState, id: OperationId, operation: OperationState): readonly Wait[] {
  const { step, direction } = operationParts(id);
  const wait = (what: Wait['for'], until: number | null): Wait[] => [{ for: what, step, operation: direction, until }];
  switch (operation.phase) {
    case 'calling':
      return wait('answer', operation.calledAt + scaledMs(stepOf(definition, id).timeoutMs, state.settings.timeScale));
    case 'waiting':
      return wait('retry', operation.at);
    case 'asking':
      return wait(operation.because === 'accepted' ? 'result' : 'probe', operation.at);
    case 'parked':
      return wait('person', null);
    case 'succeeded':
    case 'refused':
    case 'unresolved':
    case 'resolved':
      return [];
    default:
      return operation satisfies never;
  }
}

/** When the order moves by itself at the latest, as far as can be known now; null where it is at rest, or only a person moves it. */
export function dueAt(definition: SagaDefinition, state: SagaState): number | null {
  if (state.ending) return null;
  const waits = waitsOf(definition, state);
  const times = waits.flatMap(({ until }) => until ?? []);
  // Where nothing is waited for, what comes next is owed now.
  if (waits.length === 0) return state.updatedAt;
  return times.length > 0 ? Math.min(...times) : null;
}
