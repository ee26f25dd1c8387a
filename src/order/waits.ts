/** What an order waits for, and until when it moves on by itself: read off its state, for people to see and for the sweep to check. */

import type { SagaDefinition } from '../saga/definition.ts';
import { operationParts, stepOf, type Direction, type OperationId } from '../saga/operation.ts';
import { scaledMs } from '../saga/retry.ts';
import type { OperationState, SagaState } from '../saga/state.ts';

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
  const approvals = state.approvals.flatMap(({ step, decision, until }): Wait[] =>
    decision === null ? [{ for: 'approval', step, operation: null, until: until ?? state.deadlineAt }] : [],
  );
  const delays = state.delays.flatMap(({ step, isOver, until }): Wait[] =>
    isOver ? [] : [{ for: 'delay', step, operation: null, until }],
  );
  return [...calls, ...approvals, ...delays];
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

/** When the order moves by itself at the latest, as far as can be known now; null where it is at rest. */
export function dueAt(definition: SagaDefinition, state: SagaState): number | null {
  if (state.ending) return null;
  const times = waitsOf(definition, state).flatMap(({ until }) => until ?? []);
  // Where nothing is waited for, what comes next is owed now.
  return times.length > 0 ? Math.min(...times) : state.updatedAt;
}
