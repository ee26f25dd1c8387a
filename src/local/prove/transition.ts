/** Makes a move: the command goes to the core, its events are folded, and each of them is held against the laws. */

import type { SagaEvent } from '../../saga/event.ts';
import type { SagaState } from '../../saga/state.ts';
import { contextAt, placing, START, type Configuration } from './configuration.ts';
import type { Core } from './core.ts';
import { EVENT_LAWS } from './event-laws.ts';
import type { Law, Written } from './law.ts';
import { COMMAND_LAWS, NO_EXCEPTION } from './laws.ts';
import type { Move } from './moves.ts';
import { sending, type Node } from './node.ts';
import { ERASED_ORDER } from './settings.ts';
import { STATE_LAWS } from './state-laws.ts';
import { emptyWorld, tidied, type Sent } from './world.ts';

export interface Breach {
  readonly law: string;
  readonly statement: string;
  readonly wrong: string;
}

export interface Transition {
  readonly node: Node;
  readonly events: readonly SagaEvent[];
  readonly refusal: string | null;
  readonly breach: Breach | null;
}

export class Rules {
  readonly #core: Core;
  readonly #configuration: Configuration;
  readonly #ignored: ReadonlySet<string>;

  constructor(core: Core, configuration: Configuration, ignored: ReadonlySet<string>) {
    this.#core = core;
    this.#configuration = configuration;
    this.#ignored = ignored;
  }

  /** The order is placed. */
  start(): Transition {
    const context = contextAt(this.#configuration, START);
    const decision = this.#core.decide(this.#configuration.definition, null, placing(this.#configuration), context);
    if (!decision.ok) throw new Error(`The order is not even placed: ${decision.refusal.reason}`);
    const [placed, ...rest] = decision.value;
    if (!placed) throw new Error('Placing the order wrote nothing');
    const state = this.#core.evolve(null, placed, START);
    const node = {
      state,
      now: START,
      world: emptyWorld(this.#configuration.capabilities.fences),
      sent: {},
      actionsLeft: this.#configuration.actions,
    };
    const after = this.#fold(node, { by: 'person' }, rest);
    return { ...after, events: decision.value, refusal: null };
  }

  make(node: Node, move: Move): Transition {
    const now = move.now ?? node.now;
    const moved = { ...node, now, world: move.world ? tidied(move.world) : node.world };
    if (!move.command) return { node: moved, events: [], refusal: null, breach: null };
    try {
      const decision = this.#core.decide(this.#configuration.definition, node.state, move.command, contextAt(this.#configuration, now));
      const events = decision.ok ? decision.value : [];
      const refusal = decision.ok ? null : decision.refusal.reason;
      const isAction = move.by === 'reviewer' && events.length > 0;
      const acted = isAction ? { ...moved, actionsLeft: node.actionsLeft - 1 } : moved;
      const after = this.#fold(acted, move, events);
      const answered = { configuration: this.#configuration, move, before: node.state, events, refusal };
      return { node: after.node, events, refusal, breach: this.#broken(COMMAND_LAWS, answered) ?? after.breach };
    } catch (error) {
      return { node: moved, events: [], refusal: null, breach: { ...naming(NO_EXCEPTION), wrong: String(error) } };
    }
  }

  #fold(node: Node, move: Move, events: readonly SagaEvent[]): Pick<Transition, 'node' | 'breach'> {
    const { now } = node;
    if (events.length === 0) return { node, breach: null };
    const sent = { ...node.sent };
    let { state } = node;
    for (const event of events) {
      const before: SagaState = state;
      state = erased(this.#core.evolve(state, event, now), event);
      const going = this.#going(event, { sent, now }, state);
      const written = { configuration: this.#configuration, move, event, before, after: state, now, sending: going, sent };
      const breach = this.#broken<Written>(EVENT_LAWS, written);
      if (going) sent[going.operation] = going;
      if (breach) return { node: { ...node, state, sent }, breach };
    }
    return { node: { ...node, state, sent, world: tidied(node.world) }, breach: null };
  }

  #going(event: SagaEvent, node: Pick<Node, 'sent' | 'now'>, state: SagaState): Sent | null {
    if (event.type !== 'OperationStarted' && event.type !== 'AttemptStarted') return null;
    return sending(this.#core, this.#configuration, node, state, event.operation);
  }

  /** Of a situation that is new: whether it may be. */
  reached(node: Node): Breach | null {
    const next = this.#core.next(this.#configuration.definition, node.state, node.now);
    return this.#broken(STATE_LAWS, { configuration: this.#configuration, node, next });
  }

  #broken<Moment>(laws: readonly Law<Moment>[], moment: Moment): Breach | null {
    for (const law of laws) {
      const wrong = this.#ignored.has(law.name) ? null : law.breaks(moment);
      if (wrong !== null) return { ...naming(law), wrong };
    }
    return null;
  }
}

/** What is called from then on is called without it, as the order's object does. */
const erased = (state: SagaState, event: SagaEvent): SagaState =>
  event.type === 'OrderErased' ? { ...state, order: ERASED_ORDER } : state;

const naming = ({ name, statement }: { readonly name: string; readonly statement: string }) => ({ law: name, statement });
