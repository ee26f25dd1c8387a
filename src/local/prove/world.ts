/**
 * The participants' books: what stands under each idempotency key, and which requests are still on their way. A participant
 * remembers its first answer under a key; money and stock move once for each key, however the keys came about.
 */

import type { OperationId } from '../../saga/operation.ts';

/** A request as it left for its participant. */
export interface Sent {
  readonly operation: OperationId;
  readonly key: string;
  readonly body: string;
  /** An undo's: the key of the call that it names. */
  readonly undoes: string | null;
  /** `other`: the second way to undo, where the first was refused. */
  readonly way: 'call' | 'undo' | 'other';
  /** Whether books are kept of its effect: without, a participant may answer anything. */
  readonly isKept: boolean;
  /** Whether its output names a parcel. */
  readonly isParcel: boolean;
  /** Whether its participant tells by itself what became of it. */
  readonly isToldOf: boolean;
  readonly at: number;
}

/**
 * `running`: accepted, and still to have its effect. `elsewhere`: it stands, but the first way to undo it is closed.
 * A key without an entry was never seen.
 */
export type Effect = 'running' | 'standing' | 'elsewhere' | 'refused' | 'reversed';

interface CallEntry {
  readonly operation: OperationId;
  readonly effect: Effect;
}

interface UndoEntry {
  readonly undoes: string | null;
  readonly state: 'running' | 'done';
}

export interface World {
  readonly fences: boolean;
  readonly calls: Readonly<Record<string, CallEntry>>;
  readonly undos: Readonly<Record<string, UndoEntry>>;
  readonly onTheWay: readonly Sent[];
  /** Keys of calls that were refused, and go through all the same: of these it is told when they do. */
  readonly denied: readonly string[];
}

export const emptyWorld = (fences: boolean): World => ({ fences, calls: {}, undos: {}, onTheWay: [], denied: [] });

export const effectUnder = (world: World, key: string | null): Effect | undefined => (key === null ? undefined : world.calls[key]?.effect);

export const stands = (effect: Effect | undefined): boolean => effect === 'standing' || effect === 'elsewhere';

export const withEffect = (world: World, key: string, operation: OperationId, effect: Effect): World => ({
  ...world,
  calls: { ...world.calls, [key]: { operation, effect } },
});

/** What the undo does to the effect that it names. */
export function withUndo(world: World, sent: Sent, state: UndoEntry['state']): World {
  const next = { ...world, undos: { ...world.undos, [sent.key]: { undoes: sent.undoes, state } } };
  return state === 'done' ? withNamedEffect(next, sent, 'reversed') : next;
}

/** It was accepted, came to its end, and changed nothing. */
export function withoutUndo(world: World, { key }: Sent): World {
  const { [key]: _, ...undos } = world.undos;
  return { ...world, undos };
}

export function withNamedEffect(world: World, { undoes, operation }: Sent, effect: Effect): World {
  if (undoes === null) return world;
  return withEffect(world, undoes, world.calls[undoes]?.operation ?? operation, effect);
}

/** An undo that finds nothing: who fences will refuse the call from now on, who does not has learnt nothing. */
export const foundNothing = (world: World, sent: Sent): World =>
  world.fences && !effectSettled(effectUnder(world, sent.undoes)) ? withNamedEffect(world, sent, 'refused') : world;

const effectSettled = (effect: Effect | undefined): boolean => effect !== undefined && effect !== 'running';

/** Sent, and not answered: it may still arrive, now or never. */
export const sentOff = (world: World, sent: Sent): World =>
  world.onTheWay.some(({ key }) => key === sent.key) ? world : tidied({ ...world, onTheWay: [...world.onTheWay, sent] });

/** Sent, refused by somebody on the way, and still to arrive. */
export const denied = (world: World, sent: Sent): World =>
  sentOff(world.denied.includes(sent.key) ? world : { ...world, denied: [...world.denied, sent.key] }, sent);

export const arrived = (world: World, sent: Sent): World => ({ ...world, onTheWay: world.onTheWay.filter(({ key }) => key !== sent.key) });

/** Lets go of requests that can't change anything any more, whenever they arrive. */
export function tidied(world: World): World {
  const onTheWay = world.onTheWay.filter((sent) => mayChange(world, sent));
  return onTheWay.length === world.onTheWay.length ? world : { ...world, onTheWay };
}

function mayChange(world: World, sent: Sent): boolean {
  if (!sent.isKept) return false;
  if (sent.way === 'call') return effectUnder(world, sent.key) === undefined;
  if (world.undos[sent.key]?.state === 'done') return false;
  switch (effectUnder(world, sent.undoes)) {
    case 'refused':
      return false;
    case 'elsewhere':
      return sent.way === 'other';
    case undefined:
      return world.onTheWay.some(({ key }) => key === sent.undoes);
    default:
      return true;
  }
}

/** How often the operation had its effect: more than once where it went out under more than one key. */
export const timesDone = (world: World, operation: OperationId): number =>
  Object.values(world.calls).filter((call) => call.operation === operation && call.effect !== 'refused' && call.effect !== 'running')
    .length;

/** How often the effect under this key was taken back. */
export const timesUndone = (world: World, key: string): number =>
  Object.values(world.undos).filter(({ undoes, state }) => undoes === key && state === 'done').length;
