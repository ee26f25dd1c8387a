/** Broken twins that don't hear, or hear wrongly, what is told late; and such as keep what the order went on without. */

import type { SagaDefinition } from '../../saga/definition.ts';
import { operationParts } from '../../saga/operation.ts';
import { ok } from '../../saga/result.ts';
import type { SagaState } from '../../saga/state.ts';
import { paymentFirst } from '../../sagas/payment-first.ts';
import { CORE, type Core } from './core.ts';
import { fallback, goneOnWithout } from './shapes.ts';
import { rewriting, twinOf, type Twin } from './twin.ts';
import { failed } from './undo-mistakes.ts';

const LATE: readonly Twin[] = [
  twinOf(
    'a late success of an order that was rolled back is ignored',
    'conserved',
    {
      ...CORE,
      decide: (definition, state, command, context) =>
        command.type === 'called_back' && state?.ending === 'compensated' ? ok([]) : CORE.decide(definition, state, command, context),
    },
    { saga: fallback, callsBack: true },
  ),
  twinOf(
    'a late success lets the order go forward again',
    'no turning forward',
    {
      ...CORE,
      evolve: (state, event, at) => {
        const next = CORE.evolve(state, event, at);
        return event.type === 'OperationSucceededLate' ? { ...next, cause: null } : next;
      },
    },
    { saga: fallback, callsBack: true },
  ),
  twinOf(
    'an order that was rolled back is shown as under way again, for a late success',
    'statuses',
    {
      ...CORE,
      evolve: (state, event, at) => {
        const next = CORE.evolve(state, event, at);
        return event.type === 'OperationSucceededLate' ? { ...next, formerEnding: null } : next;
      },
    },
    { saga: paymentFirst, callsBack: true },
  ),
  twinOf(
    'an older failure takes a success back',
    'settled',
    {
      ...CORE,
      decide: (definition, state, command, context) =>
        command.type === 'called_back' && command.answer.type === 'refused' && state?.operations[command.operation]?.phase === 'succeeded'
          ? ok([failed(command.operation)])
          : CORE.decide(definition, state, command, context),
    },
    { saga: fallback, callsBack: true },
  ),
  twinOf(
    'an answer is not heard, since another word was faster and said no',
    'conserved',
    {
      ...CORE,
      decide: (definition, state, command, context) =>
        command.type === 'answered' && state?.operations[command.operation]?.phase === 'refused'
          ? ok([])
          : CORE.decide(definition, state, command, context),
    },
    { saga: fallback, callsBack: true },
  ),
  twinOf(
    'called back that its key was used wrongly, an operation is taken for refused',
    'conserved',
    rewriting((event) =>
      event.type === 'OperationDoubted' && event.code === 'idempotency_key_reused' && operationParts(event.operation).direction === 'do'
        ? failed(event.operation)
        : event,
    ),
    { saga: fallback, callsBack: true },
  ),
];

/** Takes every undo for a message, that nothing is lost without. */
const asMessages = (definition: SagaDefinition): SagaDefinition => {
  const stages = definition.stages.map((stage) =>
    stage.map((step) => (step.kind === 'call' && step.undo ? { ...step, undo: { ...step.undo, notifies: true } } : step)),
  );
  return { ...definition, stages, steps: stages.flat() };
};

/** Undoes nothing forward while this is so. */
const keeping = (when: (state: SagaState) => boolean): Core => ({
  ...CORE,
  decide: (definition, state, command, context) => {
    const isKept = state !== null && !state.cause && when(state);
    const decision = CORE.decide(isKept ? asMessages(definition) : definition, state, command, context);
    const turnsBack = decision.ok && decision.value.some(({ type }) => type === 'RollbackStarted');
    return turnsBack ? CORE.decide(definition, state, command, context) : decision;
  },
});

const WITHOUT: readonly Twin[] = [
  twinOf(
    'an order that goes on without a step keeps what it may have taken',
    'conserved',
    keeping(() => true),
    { saga: goneOnWithout },
  ),
  twinOf(
    'what a completed order went on without, and got after all, is kept',
    'conserved',
    keeping(({ ending }) => ending === 'completed'),
    { saga: goneOnWithout, callsBack: true },
  ),
];

export const LATE_TWINS: readonly Twin[] = [...LATE, ...WITHOUT];
