/** The ways in which a broken twin differs from the core. Whatever it gets wrong, it goes on from there as the core would. */

import type { Capabilities, Command, Context } from '../../saga/command.ts';
import type { SagaDefinition } from '../../saga/definition.ts';
import type { SagaEvent } from '../../saga/event.ts';
import { ok } from '../../saga/result.ts';
import type { SagaState } from '../../saga/state.ts';
import type { Choice } from './configuration.ts';
import { CORE, type Core } from './core.ts';
import { PLAIN } from './settings.ts';

export interface Twin {
  readonly mistake: string;
  /** The law that it breaks. */
  readonly breaks: string;
  readonly core: Core;
  /** With which saga the mistake shows; null: with any. */
  readonly saga: SagaDefinition | null;
  /** Where it does harm. */
  readonly choice: Choice;
}

export const twinOf = (
  mistake: string,
  breaks: string,
  core: Core,
  { saga, ...choice }: Partial<Choice> & { readonly saga?: SagaDefinition } = {},
): Twin => ({ mistake, breaks, core, saga: saga ?? null, choice: { fences: true, ...PLAIN, ...choice } });

type Rewrite = (event: SagaEvent, definition: SagaDefinition, state: SagaState, now: number) => SagaEvent;

/** Writes another event instead. What the core wrote after it is dropped, and decided anew. */
export function rewriting(rewrite: Rewrite): Core {
  const decide: Core['decide'] = (definition, state, command, context) => {
    const decision = CORE.decide(definition, state, command, context);
    if (!decision.ok) return decision;
    const events: SagaEvent[] = [];
    let folded = state;
    for (const event of decision.value) {
      const instead = folded ? rewrite(event, definition, folded, context.now) : event;
      events.push(instead);
      folded = CORE.evolve(folded, instead, context.now);
      if (instead !== event) return goingOn(definition, folded, events, context);
    }
    return ok(events);
  };
  const goingOn = (definition: SagaDefinition, state: SagaState, events: readonly SagaEvent[], context: Context) => {
    const rest = decide(definition, state, { type: 'tick' }, context);
    return rest.ok ? ok([...events, ...rest.value]) : rest;
  };
  return { ...CORE, decide };
}

/** Writes something more after whatever the core writes. */
export const adding = (more: (definition: SagaDefinition, state: SagaState) => readonly SagaEvent[]): Core => ({
  ...CORE,
  decide: (definition: SagaDefinition, state: SagaState | null, command: Command, context: Context) => {
    const decision = CORE.decide(definition, state, command, context);
    if (!decision.ok) return decision;
    const folded = decision.value.reduce<SagaState | null>((before, event) => CORE.evolve(before, event, context.now), state);
    return ok([...decision.value, ...(folded ? more(definition, folded) : [])]);
  },
});

/** Believes something else of the participants. */
export const withCapabilities = (believed: Partial<Capabilities>): Core => ({
  ...CORE,
  decide: (definition, state, command, context) =>
    CORE.decide(definition, state, command, {
      ...context,
      capabilities: (participant) => ({ ...context.capabilities(participant), ...believed }),
    }),
});
