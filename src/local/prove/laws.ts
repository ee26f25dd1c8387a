/** What must hold, whatever happens: each law is a name, a sentence, and what breaks it. */

import { callOperations, isOf, operationParts, stepOf, type OperationId } from '../../saga/operation.ts';
import type { CallStep } from '../../saga/definition.ts';
import type { SagaEvent } from '../../saga/event.ts';
import type { Next } from '../../saga/next.ts';
import { isSettled, parkedOf } from '../../saga/progress.ts';
import type { SagaState } from '../../saga/state.ts';
import type { Configuration, PlannedStep } from './configuration.ts';
import type { Move } from './moves.ts';
import type { Node } from './node.ts';
import { effectUnder, stands, timesDone, timesUndone, type Sent } from './world.ts';

interface Law<Moment> {
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

const isReview = ({ type }: SagaEvent, { by }: Move): boolean =>
  by === 'reviewer' && (type === 'OperationRetried' || type === 'OperationResolved');

const isTerminal = ({ type }: SagaEvent): boolean => type === 'OrderCompleted' || type === 'OrderCompensated' || type === 'ReviewRequested';

const isStart = (event: SagaEvent): event is Extract<SagaEvent, { type: 'OperationStarted' | 'AttemptStarted' }> =>
  event.type === 'OperationStarted' || event.type === 'AttemptStarted';

function undoStarted({ event, configuration }: Written): CallStep | null {
  if (event.type !== 'OperationStarted' || operationParts(event.operation).direction === 'do') return null;
  return stepOf(configuration.definition, event.operation);
}

export const EVENT_LAWS: readonly Law<Written>[] = [
  {
    name: 'begun',
    statement: 'Nothing is undone that never began.',
    breaks(written) {
      const step = undoStarted(written);
      const begun = !step || callOperations(step).some((id) => written.before.operations[id]);
      return begun ? null : `${step.name} is undone, but it never began`;
    },
  },
  {
    name: 'order of undoing',
    statement: 'When an undo starts, every call has come to its end, and the undos of all later steps that block are settled.',
    breaks(written) {
      const step = undoStarted(written);
      return step && outOfOrder(written.configuration, written.before, step);
    },
  },
  {
    name: 'no turning forward',
    statement: 'Once the order has turned back, no attempt of a call begins.',
    breaks({ event, before }) {
      const isForward = isStart(event) && operationParts(event.operation).direction === 'do';
      return isForward && before.cause ? `an attempt of ${event.operation} begins, though the order has turned back` : null;
    },
  },
  {
    name: 'settled',
    statement: 'What is settled never changes again, and what is parked only by a person.',
    breaks({ event, before, move }) {
      if (!('operation' in event)) return null;
      const phase = before.operations[event.operation]?.phase;
      if (!isSettled(before.operations[event.operation])) return null;
      if (phase === 'parked' && isReview(event, move)) return null;
      return `${event.type} is written of ${event.operation}, which was ${phase} already`;
    },
  },
  {
    name: 'at rest',
    statement: 'At rest exactly one end stands in the history, and only a person who cancels or reviews takes an order out of it.',
    breaks({ event, before, move }) {
      if (before.ending === null) return null;
      if (isTerminal(event)) return `${event.type} is written, but the order has ended already`;
      const byPerson =
        event.type === 'RollbackStarted' ? move.command?.type === 'cancel' && before.ending === 'completed' : isReview(event, move);
      return byPerson ? null : `${event.type} is written of an order that is at rest, and nobody asked for it`;
    },
  },
  {
    name: 'one key, one body',
    statement: 'Every attempt of an operation has the same key and the same bytes, and no two operations share a key.',
    breaks({ sending, sent }) {
      if (!sending) return null;
      const first = sent[sending.operation];
      if (first && first.key !== sending.key) return `${sending.operation} goes out as ${first.key}, and again as ${sending.key}`;
      if (first && first.body !== sending.body) return `${sending.operation} goes out with ${first.body}, and again with ${sending.body}`;
      const other = Object.values(sent).find(({ key, operation }) => key === sending.key && operation !== sending.operation);
      return other ? `${other.operation} and ${sending.operation} share the key ${sending.key}` : null;
    },
  },
  {
    name: 'key lifetime',
    statement: 'No key is sent again once its participant may have forgotten it.',
    breaks({ sending, sent, now, configuration }) {
      const first = sending && sent[sending.operation];
      const isOver = first && now >= first.at + configuration.capabilities.keyLifetimeMs;
      return isOver ? `${first.operation} is sent again, ${minutes(now - first.at)} after its key was first used` : null;
    },
  },
];

const minutes = (ms: number): string => `${Math.round(ms / 60_000)} min`;

function outOfOrder(configuration: Configuration, { operations }: SagaState, step: CallStep): string | null {
  const { steps } = configuration;
  const open = steps.flatMap(({ calls }) => calls).find((id) => operations[id] && !isSettled(operations[id]));
  if (open !== undefined) return `${step.name} is undone while ${open} is still under way`;
  for (const { step: later, calls, undos: ids } of steps.slice(steps.findIndex((planned) => planned.step === step) + 1)) {
    const mayStand = calls.some((id) => operations[id] && operations[id].phase !== 'refused');
    if (!later.undo?.blocks || !mayStand) continue;
    const undos = ids.flatMap((id) => operations[id] ?? []);
    if (undos.length === 0 || !undos.every(isSettled)) return `${step.name} is undone before ${later.name} is`;
  }
  return null;
}

export const STATE_LAWS: readonly Law<Reached>[] = [
  {
    name: 'conserved',
    statement: 'At rest everything stands or nothing does, but for what a person is told of; also when all that is under way has arrived.',
    breaks: ({ configuration, node }) =>
      node.state.ending ? firstOf(configuration.steps, (planned) => notConserved(configuration, node, planned)) : null,
  },
  {
    name: 'once',
    statement: 'An operation has its effect at most once, and it is taken back at most once.',
    breaks({ node: { world, sent } }) {
      return firstOf(Object.values(sent), ({ operation, key, way }) => {
        if (way !== 'call') return null;
        const done = timesDone(world, operation);
        if (done > 1) return `${operation} had its effect ${done} times`;
        const undone = timesUndone(world, key);
        return undone > 1 ? `${operation} was taken back ${undone} times` : null;
      });
    },
  },
  {
    name: 'awake',
    statement: 'What is not at rest is owed or has a time at which it is; at rest nothing is owed.',
    breaks: ({ configuration, node, next }) => {
      if (node.state.ending) return next.owed.length > 0 || next.wakeAt !== null ? 'the order is at rest, but something is owed' : null;
      if (next.owed.length === 0 && next.wakeAt === null) return 'nothing is owed and nothing falls due: the order sleeps for ever';
      return firstOf(Object.keys(node.state.operations), (id) => asleep(configuration, node, next, id));
    },
  },
];

function firstOf<Item>(items: readonly Item[], breaks: (item: Item) => string | null): string | null {
  for (const item of items) {
    const wrong = breaks(item);
    if (wrong !== null) return wrong;
  }
  return null;
}

function notConserved(
  { definition }: Configuration,
  { state, world, sent }: Node,
  { step, named: id, isKept }: PlannedStep,
): string | null {
  if (!isKept) return null;
  const isThere = stands(effectUnder(world, sent[id]?.key ?? null));
  switch (state.ending) {
    case 'completed':
      return isThere || step.mayFail(state.settings) ? null : `the order is completed, but ${id} had no effect`;
    case 'compensated':
      return isThere ? `the order is compensated, but what ${id} did still stands` : null;
    case 'needs_review': {
      if (parkedOf(definition, state).some((parked) => parked.step.name === step.name)) return null;
      const isMeant = state.cause === null && state.operations[id]?.phase === 'succeeded';
      const mayDiffer = state.cause === null && step.mayFail(state.settings);
      return isThere === isMeant || mayDiffer
        ? null
        : `a person is asked, but not told that what ${id} did ${isThere ? 'still stands' : 'is missing'}`;
    }
    case null:
      return null;
    default:
      return state.ending satisfies never;
  }
}

/** Each operation that is open is brought back in time, by a call, a message or the clock. */
function asleep({ byQueue }: Configuration, { state, now }: Node, { owed, wakeAt }: Next, id: OperationId): string | null {
  const operation = state.operations[id];
  if (!operation || isSettled(operation)) return null;
  const isOwed = owed.some((item) =>
    item.type === 'hand' ? isOf(id, item.step, item.direction) && byQueue.has(id) : item.operation === id,
  );
  if (isOwed) return null;
  if (operation.phase === 'calling') return `${id} is being called, but nobody is to call it`;
  const at = 'at' in operation ? Math.max(operation.at, now) : now;
  return wakeAt !== null && wakeAt <= at ? null : `${id} waits, but nothing wakes the order when its time has come`;
}

/** A command that the core took. */
export interface Taken {
  readonly configuration: Configuration;
  readonly move: Move;
  readonly before: SagaState;
}

export const COMMAND_LAWS: readonly Law<Taken>[] = [
  {
    name: 'review',
    statement: 'A person’s action on what is not in review is refused.',
    breaks({ configuration, move: { command }, before }) {
      if (command?.type !== 'retry' && command?.type !== 'resolve') return null;
      const isParked = parkedOf(configuration.definition, before).some(({ step }) => step.name === command.step);
      return isParked ? null : `a person's ${command.type} of ${command.step} is taken, but nothing of it is in review`;
    },
  },
];

/** The laws that are about all of the ways together (ends.ts), and about the core itself. */
export const RUN_ENDS = {
  name: 'every run ends',
  statement: 'No run goes round in a circle, and from everywhere the order comes to rest without anybody’s help.',
};
export const NO_EXCEPTION = { name: 'no exception', statement: 'The core has an answer to everything: it never throws.' };

export const ALL_LAWS = [...EVENT_LAWS, ...STATE_LAWS, ...COMMAND_LAWS, RUN_ENDS, NO_EXCEPTION].map(({ name, statement }) => ({
  name,
  statement,
}));
