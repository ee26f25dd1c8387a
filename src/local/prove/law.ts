/** What a law is, and what it is held against: an event as it is written, a command as it is answered, a situation as it is reached. */

import type { OperationId } from '../../saga/operation.ts';
import type { SagaEvent } from '../../saga/event.ts';
import type { Next } from '../../saga/next.ts';
import type { SagaState } from '../../saga/state.ts';
import type { Configuration } from './configuration.ts';
import type { Move } from './moves.ts';
import type { Node } from './node.ts';
import type { Sent } from './world.ts';

export interface Law<Moment> {
  readonly name: string;
  readonly statement: string;
  /** What is wrong, or null where nothing is. */
  readonly breaks: (moment: Moment) => string | null;
}

/** An event that the core wrote. */
export interface Written {
  readonly configuration: Configuration;
  readonly move: Move;
  readonly event: SagaEvent;
  readonly before: SagaState;
  readonly after: SagaState;
  readonly now: number;
  /** Where an attempt begins: as it goes out now, and what went out before. */
  readonly sending: Sent | null;
  readonly sent: Readonly<Record<OperationId, Sent>>;
}

export interface Reached {
  readonly configuration: Configuration;
  readonly node: Node;
  readonly next: Next;
}

/** A command that the core answered: with events, or with the reason why not. */
export interface Answered {
  readonly configuration: Configuration;
  readonly move: Move;
  readonly before: SagaState;
  readonly events: readonly SagaEvent[];
  readonly refusal: string | null;
}

export function firstOf<Item>(items: readonly Item[], breaks: (item: Item) => string | null): string | null {
  for (const item of items) {
    const wrong = breaks(item);
    if (wrong !== null) return wrong;
  }
  return null;
}
