/** The laws that are held against each situation: what stands in the books, and whether somebody looks again. */

import { isOf, type OperationId } from '../../saga/operation.ts';
import type { Next } from '../../saga/next.ts';
import { isSettled, parkedOf } from '../../saga/progress.ts';
import type { Configuration, PlannedStep } from './configuration.ts';
import { firstOf, type Law, type Reached } from './law.ts';
import type { Node } from './node.ts';
import { effectUnder, stands, timesDone, timesUndone } from './world.ts';

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
      return (
        firstOf(Object.keys(node.state.operations), (id) => asleep(configuration, node, next, id)) ??
        firstOf(waitsOf(configuration, node), ({ what, until }) =>
          next.wakeAt !== null && next.wakeAt <= Math.max(until, node.now) ? null : `${what} ends, but nothing wakes the order then`,
        )
      );
    },
  },
];

function notConserved(
  { definition }: Configuration,
  { state, world, sent }: Node,
  { step, named: id, isKept }: PlannedStep,
): string | null {
  if (!isKept) return null;
  const isThere = stands(effectUnder(world, sent[id]?.key ?? null));
  const phase = state.operations[id]?.phase;
  switch (state.ending) {
    case 'completed': {
      const isWithout = (phase === 'refused' || phase === 'unresolved') && step.whenFailed(state.settings) === 'go_on';
      if (isWithout) return isThere ? `the order went on without it, but what ${id} did still stands` : null;
      return isThere || state.skipped.includes(step.name) ? null : `the order is completed, but ${id} had no effect`;
    }
    case 'compensated':
      return isThere ? `the order is compensated, but what ${id} did still stands` : null;
    case 'needs_review': {
      if (parkedOf(definition, state).some((parked) => parked.step.name === step.name)) return null;
      const isMeant = state.cause === null && (phase === 'succeeded' || phase === 'resolved');
      return isThere === isMeant ? null : `a person is asked, but not told that what ${id} did ${isThere ? 'still stands' : 'is missing'}`;
    }
    case null:
      return null;
    default:
      return state.ending satisfies never;
  }
}

interface Wait {
  readonly what: string;
  readonly until: number;
}

/** What the order itself waits for, going forward. */
function waitsOf({ definition }: Configuration, { state, now }: Node): readonly Wait[] {
  if (state.cause) return [];
  const delays = state.delays.flatMap(({ step, until, isOver }) => (isOver ? [] : [{ what: `the delay ${step}`, until }]));
  const approvals = state.approvals.flatMap(({ step, until, decision }) =>
    until === null || decision !== null ? [] : [{ what: `the time for ${step}`, until }],
  );
  const deadline = { what: "the order's time", until: state.deadlineAt };
  const hasDeadline = definition.pivot === null && state.shipment?.stage !== 'delivered' && state.deadlineAt > now;
  return [...delays, ...approvals, ...(hasDeadline ? [deadline] : [])];
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
