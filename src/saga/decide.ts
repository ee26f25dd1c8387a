/**
 * Decides what a command means for an order as it stands now. Pure: no I/O, no clock, no randomness of its own.
 *
 * A command's own events come first; then the state is asked, again and again, what follows from it (consequences.ts), so that the end
 * of one step and the start of the next stand in one transaction. No events means: nothing new, and that is fine.
 */

import { answered } from './answered.ts';
import { gaveUp, interrupted, startDue } from './attempts.ts';
import { calledBack } from './called-back.ts';
import type { Approve, Command, Context, Place, Refusal } from './command.ts';
import { consequence } from './consequences.ts';
import type { SagaDefinition } from './definition.ts';
import type { SagaEvent } from './event.ts';
import { evolve } from './evolve.ts';
import { carriedBy, isOf } from './operation.ts';
import { isCommitted, isDelivered } from './progress.ts';
import { probed } from './probed.ts';
import { ok, refuse, type Result } from './result.ts';
import { review } from './review.ts';
import { scaledMs } from './retry.ts';
import { sameOrder } from './same-order.ts';
import { withoutSensitiveWords } from './sensitive-words.ts';
import { reportShipment } from './shipment.ts';
import type { SagaState } from './state.ts';
import { orderStatus } from './status.ts';

export type Decision = Result<readonly SagaEvent[], Refusal>;

export function decide(definition: SagaDefinition, state: SagaState | null, command: Command, context: Context): Decision {
  const decision = decideCommand(definition, state, command, context);
  if (!decision.ok || (decision.value.length === 0 && command.type === 'place')) return decision;
  const events = state ? withoutSensitiveWords(definition, state, decision.value) : decision.value;
  return ok(withConsequences(definition, state, events, context));
}

function withConsequences(
  definition: SagaDefinition,
  state: SagaState | null,
  events: readonly SagaEvent[],
  context: Context,
): readonly SagaEvent[] {
  const all = [...events];
  let next = all.reduce<SagaState | null>((folded, event) => evolve(folded, event, context.now), state);
  for (;;) {
    const event = next && consequence(definition, next, context.now);
    if (!event) return all;
    all.push(event);
    next = evolve(next, event, context.now);
  }
}

function decideCommand(definition: SagaDefinition, state: SagaState | null, command: Command, context: Context): Decision {
  if (command.type === 'place') return place(definition, state, command, context);
  if (!state) throw new Error(`${command.type} was asked of an order that does not exist`);
  switch (command.type) {
    case 'cancel':
      return cancel(definition, state, command.reason);
    case 'erase':
      return erase(state);
    case 'approve':
      return approve(definition, state, command, context.now);
    case 'retry':
    case 'resolve':
      return review(definition, state, command, context.now);
    case 'answered':
      return ok(answered(definition, state, command, context));
    case 'probed':
      return ok(probed(definition, state, command, context));
    case 'called_back':
      return ok(calledBack(definition, state, command, context));
    case 'report_shipment':
      return reportShipment(definition, state, command);
    case 'interrupted':
      return ok(interrupted(definition, state, command.operation, context));
    case 'tick':
      return ok(startDue(definition, state, (id) => carriedBy(definition, id) === 'object', context));
    case 'deliver':
      return ok(
        startDue(definition, state, (id) => isOf(id, command.step, command.direction) && carriedBy(definition, id) === 'queue', context),
      );
    case 'give_up':
      return ok(gaveUp(definition, state, command.step, command.direction));
    default:
      return command satisfies never;
  }
}

function place(definition: SagaDefinition, state: SagaState | null, command: Place, { now }: Context): Decision {
  if (state) return placeAgain(state, command);
  const { order, settings, idempotencyKey, traceId } = command;
  return ok([
    {
      type: 'OrderPlaced',
      saga: definition.name,
      version: definition.version,
      order,
      settings,
      deadlineAt: now + scaledMs(settings.deadlineMs, settings.timeScale),
      idempotencyKey,
      traceId,
    },
  ]);
}

/** The same request again is the same order; a key or an id is never used for another. */
function placeAgain(state: SagaState, command: Place): Decision {
  if (state.erasure) return refuse({ reason: 'erased' });
  if (state.saga === command.saga && sameOrder(state.order, command.order)) return ok([]);
  const sameKey = command.idempotencyKey !== null && command.idempotencyKey === state.idempotencyKey;
  return refuse({ reason: sameKey ? 'idempotency_key_reused' : 'order_exists' });
}

function cancel(definition: SagaDefinition, state: SagaState, reason: string | null): Decision {
  const status = orderStatus(definition, state);
  if (state.ending === 'needs_review' || (state.ending === 'compensated' && state.cause?.status === 'failed'))
    return refuse({ reason: 'cannot_cancel', status });
  if (state.cause) return ok([]);
  if (state.erasure) return refuse({ reason: 'erased' });
  if (state.formerEnding === 'completed' && definition.isFinalOnceCompleted) return refuse({ reason: 'cannot_cancel', status });
  if (isDelivered(state)) return refuse({ reason: 'cannot_cancel', status: 'delivered' });
  if (!state.formerEnding && isCommitted(definition, state)) return refuse({ reason: 'cannot_cancel', status });
  const message = reason ?? 'Cancelled on request';
  return ok([{ type: 'RollbackStarted', cause: { status: 'cancelled', step: null, code: 'cancelled', message } }]);
}

/** Once: what is written after it, while a late success is undone, is erased at the next rest by itself. */
function erase({ ending, erasure }: SagaState): Decision {
  if (ending !== 'completed' && ending !== 'compensated') return refuse({ reason: 'not_at_rest' });
  return ok(erasure === 'done' ? [] : [{ type: 'OrderErased' }]);
}

function approve(definition: SagaDefinition, state: SagaState, { decision, by, note }: Approve, now: number): Decision {
  const approval = state.approvals.at(-1);
  if (!approval) return refuse({ reason: 'not_waiting' });
  if (approval.decision === decision) return ok([]);
  if (approval.decision) return refuse({ reason: 'already_decided', decision: approval.decision });
  // Behind the pivot the order's time does not end the wait.
  if (state.cause || (now >= state.deadlineAt && !isCommitted(definition, state))) return refuse({ reason: 'not_waiting' });
  return ok([{ type: 'ApprovalDecided', step: approval.step, decision, by, note }]);
}
