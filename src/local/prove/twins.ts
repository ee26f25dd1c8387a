/**
 * Broken twins of the core: each with one classic mistake in it, so that the checker can be seen to find it. Each says which law it
 * breaks. They wrap the core and change what it is told, or what it writes.
 */

import type { SagaDefinition } from '../../saga/definition.ts';
import { operationParts } from '../../saga/operation.ts';
import { parkedOf } from '../../saga/progress.ts';
import { ok } from '../../saga/result.ts';
import { orderFulfillment } from '../../sagas/order-fulfillment.ts';
import { configuration } from './configuration.ts';
import { CORE } from './core.ts';
import { explore, type Exploration } from './explore.ts';
import { LATE_TWINS } from './late-twins.ts';
import { SHAPE_TWINS } from './shape-twins.ts';
import { fallback } from './shapes.ts';
import { adding, rewriting, twinOf, withCapabilities, type Twin } from './twin.ts';
import { failed, firstUndo, hastyUndo, isUndoStart, needless } from './undo-mistakes.ts';

const ANY_SAGA: readonly Twin[] = [
  twinOf(
    'an undo is registered only once its step has succeeded',
    'conserved',
    rewriting((event) => (event.type === 'OperationUnresolved' ? failed(event.operation) : event)),
  ),
  twinOf(
    'a time-out is taken for a failure',
    'conserved',
    rewriting((event) =>
      event.type === 'AttemptFailed' && event.mayHaveHappened && operationParts(event.operation).direction === 'do'
        ? failed(event.operation)
        : event,
    ),
  ),
  twinOf('the number of the attempt stands in the key', 'one key, one body', {
    ...CORE,
    requestOf: (definition, state, id) => {
      const request = CORE.requestOf(definition, state, id);
      return { ...request, idempotencyKey: `${request.idempotencyKey}.${state.operations[id]?.attempt ?? 1}` };
    },
  }),
  twinOf('"not found", said by a proxy while the service is away, is taken for the service’s own refusal', 'conserved', {
    ...CORE,
    decide: (definition, state, command, context) => {
      if (command.type !== 'answered' || command.answer.type !== 'refused') return CORE.decide(definition, state, command, context);
      const { code, message } = command.answer;
      return CORE.decide(definition, state, { ...command, answer: { type: 'refused', code, message } }, context);
    },
  }),
  twinOf('a call and its undo share a key', 'one key, one body', {
    ...CORE,
    requestOf: (definition, state, id) => {
      const request = CORE.requestOf(definition, state, id);
      return { ...request, idempotencyKey: request.idempotencyKey.replace('.undo', '.do') };
    },
  }),
  twinOf('after a crash the call is made again, though the order has turned back', 'no turning forward', {
    ...CORE,
    decide: (definition, state, command, context) => {
      const operation = command.type === 'interrupted' ? state?.operations[command.operation] : undefined;
      if (command.type !== 'interrupted' || operation?.phase !== 'calling') return CORE.decide(definition, state, command, context);
      const { attempt } = operation;
      return ok([
        { type: 'AttemptInterrupted', operation: command.operation, attempt },
        { type: 'AttemptStarted', operation: command.operation, attempt: attempt + 1 },
      ]);
    },
  }),
  twinOf("the deadline's alarm stands on after the order is completed", 'at rest', {
    ...CORE,
    decide: (definition, state, command, context) =>
      command.type === 'tick' && state?.ending === 'completed' && context.now >= state.deadlineAt
        ? CORE.decide(definition, state, { type: 'cancel', reason: 'Out of time' }, context)
        : CORE.decide(definition, state, command, context),
  }),
  twinOf(
    'a callback is believed though its operation is settled',
    'settled',
    {
      ...CORE,
      decide: (definition, state, command, context) => {
        const isLate = command.type === 'probed' && state?.operations[command.operation]?.phase === 'unresolved';
        return isLate && command.answer.type === 'succeeded'
          ? ok([{ type: 'OperationSucceeded', operation: command.operation, output: command.answer.output }])
          : CORE.decide(definition, state, command, context);
      },
    },
    { saga: fallback, callsBack: true },
  ),
  twinOf(
    'the way back stops at the first undo that fails',
    'conserved',
    rewriting((event, definition, state) =>
      isUndoStart(event) && parkedOf(definition, state).length > 0 ? { type: 'ReviewRequested' } : event,
    ),
  ),
  twinOf(
    'what is parked is forgotten',
    'conserved',
    rewriting((event, _definition, state) => (event.type === 'ReviewRequested' && state.cause ? { type: 'OrderCompensated' } : event)),
  ),
  twinOf('the order turns back without waiting for the call under way', 'order of undoing', adding(hastyUndo)),
  twinOf('"nothing to undo" is believed of a participant that does not fence', 'conserved', withCapabilities({ fences: true }), {
    fences: false,
  }),
  twinOf('nothing wakes the order when a pause is over', 'awake', {
    ...CORE,
    next: (definition, state, now) => {
      const isPausing = Object.values(state.operations).some((operation) => operation.phase === 'waiting' && operation.at > now);
      const next = CORE.next(definition, state, now);
      return isPausing && !state.cause ? { ...next, wakeAt: state.deadlineAt } : next;
    },
  }),
  twinOf(
    'the steps are undone in the order in which they were done',
    'order of undoing',
    rewriting((event, definition, state) => (isUndoStart(event) ? (firstUndo(definition, state) ?? event) : event)),
  ),
  twinOf(
    'a key is sent again when its participant may have forgotten it',
    'key lifetime',
    withCapabilities({ keyLifetimeMs: Number.POSITIVE_INFINITY }),
  ),
  twinOf(
    'what never began is undone as well',
    'begun',
    rewriting((event, definition, state) => (event.type === 'OrderCompensated' ? (needless(definition, state) ?? event) : event)),
  ),
  twinOf(
    'an undo that nobody answers is tried for ever',
    'every run ends',
    rewriting((event, _definition, state, now) =>
      event.type === 'OperationParked' && event.code === 'timed_out' && state.operations[event.operation]?.phase === 'asking'
        ? {
            type: 'AttemptFailed',
            operation: event.operation,
            attempt: 1,
            code: event.code,
            message: '',
            mayHaveHappened: true,
            retryAt: now + 500,
          }
        : event,
    ),
    { saga: orderFulfillment },
  ),
  twinOf(
    "a person's retry is taken twice",
    'review',
    {
      ...CORE,
      decide: (definition, state, command, context) => {
        const decision = CORE.decide(definition, state, command, context);
        const again = Object.entries(state?.operations ?? {}).find(
          ([id, { phase, budget }]) =>
            command.type === 'retry' && operationParts(id).step === command.step && phase === 'calling' && budget.attemptsBefore > 0,
        );
        if (decision.ok || command.type !== 'retry' || !again) return decision;
        const { by, note } = command;
        return ok([{ type: 'OperationRetried', operation: again[0], by, note, deadlineAt: state?.deadlineAt ?? 0 }]);
      },
    },
    { actions: 1 },
  ),
];

export const TWINS: readonly Twin[] = [...ANY_SAGA, ...SHAPE_TWINS, ...LATE_TWINS];

/** Goes through what can happen with a broken twin of the core, until it is caught. */
export const catchTwin = ({ core, saga, choice }: Twin, anySaga: SagaDefinition, maxStates: number): Exploration =>
  explore(core, configuration(saga ?? anySaga, choice), { maxStates });
