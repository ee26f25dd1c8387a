/** The whole run before it begins: which orders are placed before which kill. Pure: all chance comes from the seed. */

import type { Item } from '../requests.ts';
import { BUSY_COMPENSATIONS, CONFIRMATIONS, LASTING, returning, undoing, type Side, type Situation } from './boundaries.ts';
import { randomOrder } from './mix.ts';
import type { Act, PlannedOrder } from './planned-order.ts';
import { randomOf, type Random } from './random.ts';

export interface Options {
  readonly orders: number;
  readonly kills: number;
  /** The same seed is the same orders, faults and kills. */
  readonly seed: number;
}

/**
 * What the kills are aimed at, in turn: those first that need many orders in step. `back asked`, `back applied`: an order at each undo, on
 * that side of its effect. `forward`: an order at every other boundary. `recovery`: those, while they are taken up again. `accepted`: the
 * first answer of a burst.
 */
export const KILL_CYCLE = [
  'back asked',
  'back applied',
  'forward',
  'recovery',
  'accepted',
  'random',
  'random',
  'random',
  'random',
  'random',
] as const;

export type KillKind = (typeof KILL_CYCLE)[number];

/** Fewer would not meet every boundary. */
export const MIN_KILLS = KILL_CYCLE.indexOf('accepted') + 1;

export type BoundaryOrder = PlannedOrder & { readonly situation: Situation };

export interface Stage {
  readonly kind: KillKind;
  /** Each is placed when all orders of the one before are there. */
  readonly waves: readonly (readonly BoundaryOrder[])[];
  /** Each is placed all at once, for the kill that follows on the first answer. The next is for when that came too late. */
  readonly bursts: readonly (readonly PlannedOrder[])[];
  readonly mix: readonly PlannedOrder[];
  /** From when the stage's time has come to the kill. */
  readonly killAfterMs: number;
}

/** Over how long the mix of a stage is placed: some of it while the coordinator is down. */
export const PLACING_MS = 1_500;

export interface Plan {
  readonly stages: readonly Stage[];
  /** For the measurement: healthy, and all in flight when the kill comes. */
  readonly recovery: readonly PlannedOrder[];
}

const BURST = 6;
const BURSTS = 3;

const RECOVERY_SHARE = 0.12;
const MIN_RECOVERY = 6;
const MAX_RECOVERY = 60;

function wavesOf(kind: KillKind): readonly (readonly Situation[])[] {
  switch (kind) {
    case 'back asked':
      return backwardWaves('asked');
    case 'back applied':
      return backwardWaves('applied');
    case 'forward':
      return [LASTING, CONFIRMATIONS];
    case 'accepted':
    case 'recovery':
    case 'random':
      return [];
    default:
      return kind satisfies never;
  }
}

/** The return is held once by itself. Its message waits then, behind the one that keeps the queue busy, and is brought with the others. */
const backwardWaves = (side: Side): readonly (readonly Situation[])[] => [[returning(side)], [BUSY_COMPENSATIONS], undoing(side)];

const kindsOf = (kills: number): readonly KillKind[] =>
  Array.from({ length: kills }, (_, index) => KILL_CYCLE[index % KILL_CYCLE.length] ?? 'random');

/** Where many orders have to be in step, none of the mix is between them. */
const isMixed = (kind: KillKind): boolean => !kind.startsWith('back');

/** What the boundaries of so many kills need. */
export const leastOrders = (kills: number): number =>
  kindsOf(kills).reduce((sum, kind) => sum + wavesOf(kind).flat().length + (kind === 'accepted' ? BURST * BURSTS : 0), MIN_RECOVERY);

export function planOf({ orders, kills, seed }: Options): Plan {
  const spare = orders - leastOrders(kills) + MIN_RECOVERY;
  const recoveryCount = Math.min(MAX_RECOVERY, Math.max(MIN_RECOVERY, Math.floor(orders * RECOVERY_SHARE)), spare);
  const kinds = kindsOf(kills);
  const mixes = sharesOf(spare - recoveryCount, kinds.map(isMixed));
  const nameOf = namesOf(seed);
  const random = randomOf(seed, 'stages');
  return {
    stages: kinds.map((kind, index) => stageOf(kind, seed, nameOf, mixes[index] ?? 0, random, index < mayWaitUntil(kills))),
    recovery: recoveryOrders(recoveryCount, nameOf, randomOf(seed, 'recovery')),
  };
}

/** Only orders of so many stages may wait for nothing but their deadline, so that nobody has to wait for it at the end. */
export const mayWaitUntil = (kills: number): number => (kills > MIN_KILLS ? Math.ceil(kills / 2) : 0);

/** As equal as whole numbers can be. */
function sharesOf(count: number, isShared: readonly boolean[]): readonly number[] {
  const sharers = isShared.filter(Boolean).length;
  let before = 0;
  return isShared.map((shares) => {
    if (!shares) return 0;
    before += 1;
    return Math.floor((count * before) / sharers) - Math.floor((count * (before - 1)) / sharers);
  });
}

/** Each order has a number of its own, and the mix of an order depends on nothing but it and the seed. */
function namesOf(seed: number): () => string {
  let number = 0;
  return () => `chaos-${seed}-${String((number += 1)).padStart(4, '0')}`;
}

function stageOf(kind: KillKind, seed: number, nameOf: () => string, count: number, random: Random, mayWait: boolean): Stage {
  const waves = wavesOf(kind).map((wave) => wave.map((situation) => boundaryOrder(situation, nameOf())));
  const burst = () => Array.from({ length: BURST }, () => healthy(nameOf(), random, []));
  const bursts = Array.from({ length: kind === 'accepted' ? BURSTS : 0 }, burst);
  const mix = Array.from({ length: count }, () => {
    const orderId = nameOf();
    return randomOrder(randomOf(seed, orderId), orderId, mayWait);
  });
  const killAfterMs = kind === 'random' ? random.between(100, 3_000) : random.between(0, 100);
  return { kind, waves, bursts, mix, killAfterMs };
}

/** Long after the kill and the start that follows it. */
const APPROVED: Act = { type: 'decide', decision: 'approve', afterMs: 8_000 };

const boundaryOrder = (situation: Situation, orderId: string): BoundaryOrder => ({
  orderId,
  items: situation.items,
  faults: situation.faults,
  acts: situation.boundaries.some(({ name }) => name === 'waiting for approval') ? [APPROVED] : [],
  isSentAgain: false,
  situation,
});

const healthy = (orderId: string, random: Random, acts: readonly Act[]): PlannedOrder => {
  const items: readonly Item[] = [{ sku: 'LAPTOP-X1', name: 'Laptop', quantity: random.between(1, 2), unit_price: '1299.99' }];
  return { orderId, items, faults: [], acts, isSentAgain: false };
};

/** A third of them is cancelled on the way. */
const recoveryOrders = (count: number, nameOf: () => string, random: Random): readonly PlannedOrder[] =>
  Array.from({ length: count }, (_, index) =>
    healthy(nameOf(), random, index % 3 === 0 ? [{ type: 'cancel', afterMs: random.between(50, 350) }] : []),
  );
