/** Reads what a participant calls back with: which operation it is about, and what became of it. Nothing is taken that can't be read. */

import { isAboutKey } from './answer.ts';
import type { CallbackAnswer, Refusal, Report } from './command.ts';
import type { Json, SagaDefinition } from './definition.ts';
import { idempotencyKey, operationParts, stepOf, type OperationId } from './operation.ts';
import { anything, isRecord } from './read-answer.ts';
import { ok, refuse, type Result } from './result.ts';
import type { SagaState } from './state.ts';

export interface Callback {
  /** As the route has it. */
  readonly step: string;
  readonly idempotencyKey: string;
  readonly outcome:
    | { readonly type: 'succeeded'; readonly output: Json }
    | { readonly type: 'refused'; readonly code: string; readonly message: string };
}

/** A key that was never sent is nobody's: refused like one of another order or step. */
export function readCallback(
  definition: SagaDefinition,
  state: SagaState,
  { step, idempotencyKey: key, outcome }: Callback,
): Result<Extract<Report, { type: 'called_back' }>, Refusal> {
  const operation = Object.keys(state.operations).find((id) => idempotencyKey(state.order, id) === key);
  if (operation === undefined || operationParts(operation).step !== step) return refuse({ reason: 'wrong_key', step });
  const answer = outcome.type === 'refused' ? readRefusal(outcome) : readOutput(definition, state, operation, outcome.output);
  return answer ? ok({ type: 'called_back', operation, answer }) : refuse({ reason: 'unreadable_output', step });
}

const readRefusal = ({ code, message }: Extract<Callback['outcome'], { type: 'refused' }>): CallbackAnswer => ({
  type: isAboutKey(code) ? 'turned_away' : 'refused',
  code,
  message,
});

/** As of a probe: the step's own reader has the word. */
function readOutput(definition: SagaDefinition, state: SagaState, id: OperationId, output: Json): CallbackAnswer | null {
  if (operationParts(id).direction === 'do') return stepOf(definition, id).call.read(output, state.order);
  return isRecord(output) && output['undone'] === false ? { type: 'nothing_to_undo' } : anything();
}
