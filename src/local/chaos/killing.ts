/** One stage: its orders are placed, the coordinator is killed at the stage's moment, and started again. */

import type { Boundary } from './boundaries.ts';
import type { Services } from './client.ts';
import type { Clock } from './clock.ts';
import type { Customers } from './customers.ts';
import type { Fencing, Machines, Started } from './machines.ts';
import { PLACING_MS, type BoundaryOrder, type KillKind, type Stage } from './plan.ts';
import type { PlannedOrder } from './planned-order.ts';
import type { LoggedCall } from './wire.ts';

export const NOTHING_CALLED = 'accepted, nothing called yet';
export const RECOVERING = 'during the recovery itself';

/** An order that was at a boundary when the kill came. */
export interface Sighting {
  readonly orderId: string;
  readonly boundary: Pick<Boundary, 'name' | 'interrupts'>;
}

export interface Kill extends Started {
  readonly kind: KillKind | 'measurement';
  readonly killedAt: number;
  readonly sightings: readonly Sighting[];
}

export interface Scene {
  readonly machines: Machines;
  readonly services: Services;
  readonly customers: Customers;
  readonly clock: Clock;
}

/** The orders that the stage before this one had at their boundaries, and when the coordinator was up again. */
export interface Before {
  readonly held: readonly BoundaryOrder[];
  readonly readyAt: number;
}

/** Of the stages. Only the measurement has services that are declared all well. */
export const FENCING: Fencing = 'all_but_payment';

/** Several times what it takes. */
const PATIENCE_MS = 10_000;

/** Longer than the pauses between two calls of an order that is being taken up. */
const CALM_MS = 1_500;

/** What was on its way to the participants when the coordinator died has arrived by then. */
const SETTLING_MS = 200;

/** Mostly one kill: where it came too late for its boundary, another. */
export async function runStage(scene: Scene, stage: Stage, before: Before): Promise<readonly Kill[]> {
  await scene.customers.prepare([...stage.bursts.flat(), ...stage.waves.flat(), ...stage.mix]);
  if (stage.kind === 'accepted') return killAfterAccepting(scene, stage);
  await untilItsTime(scene, stage, stage.kind, before);
  const orders = stage.waves.flat();
  const recovering = stage.kind === 'recovery' ? before : { held: [], readyAt: 0 };
  return [
    await killAndStart(scene, stage.kind, async (killedAt) => [
      ...(await sightingsAt(scene, orders, killedAt)),
      ...(await recoveringOf(scene, recovering)),
    ]),
  ];
}

/** What is sighted is read off the participants' log, which stands still while the coordinator is down. */
async function killAndStart(
  { machines, clock }: Scene,
  kind: KillKind,
  sight: (killedAt: number) => Promise<readonly Sighting[]>,
): Promise<Kill> {
  const killedAt = await machines.killCoordinator();
  await clock.pause(SETTLING_MS);
  const sightings = await sight(killedAt);
  return { kind, killedAt, sightings, ...(await machines.startCoordinator(FENCING)) };
}

/** How far an order gets before the first answer of its burst is read is a matter of luck. */
async function killAfterAccepting(scene: Scene, { kind, bursts, mix, killAfterMs }: Stage): Promise<readonly Kill[]> {
  const { customers, clock } = scene;
  const kills: Kill[] = [];
  customers.placeOver(mix, PLACING_MS);
  await clock.pause(killAfterMs);
  for (const burst of bursts) {
    if (kills.some(({ sightings }) => sightings.length > 0)) customers.placeOver(burst, PLACING_MS);
    else {
      await Promise.race(burst.map((order) => customers.place(order)));
      kills.push(await killAndStart(scene, kind, () => untouchedOf(scene, [...mix, ...burst])));
    }
  }
  return kills;
}

async function untouchedOf({ services, customers }: Scene, orders: readonly PlannedOrder[]): Promise<readonly Sighting[]> {
  const accepted = orders.filter(({ orderId }) => customers.told.get(orderId)?.isAccepted);
  const logs = await logsOf(services, accepted);
  return logs
    .filter(({ calls }) => calls.length === 0)
    .map(({ order }) => ({ orderId: order.orderId, boundary: { name: NOTHING_CALLED, interrupts: null } }));
}

async function untilItsTime(
  scene: Scene,
  { waves, mix, killAfterMs }: Stage,
  kind: Exclude<KillKind, 'accepted'>,
  before: Before,
): Promise<void> {
  const { services, customers, clock } = scene;
  switch (kind) {
    case 'back asked':
    case 'back applied':
      await clock.until(async () => (await takenUp(services, before, CALM_MS)).length === before.held.length, PATIENCE_MS);
      return allAtTheirBoundaries(scene, waves);
    case 'forward':
      await clock.until(async () => (await takenUp(services, before, CALM_MS)).length === before.held.length, PATIENCE_MS);
      await allAtTheirBoundaries(scene, waves);
      customers.placeOver(mix, PLACING_MS);
      return clock.pause(killAfterMs);
    case 'recovery':
      customers.placeOver(mix, PLACING_MS);
      return void (await clock.until(async () => (await takenUp(services, before, 0)).length > 0, PATIENCE_MS));
    case 'random':
      customers.placeOver(mix, PLACING_MS);
      return clock.pause(killAfterMs);
    default:
      return kind satisfies never;
  }
}

/**
 * Each wave is waited for until all of it were there once, those that keep a queue busy before others. When the last is there the kill
 * comes at once: the ones before it stay that long, and whether they did is read off the log afterwards.
 */
async function allAtTheirBoundaries(scene: Scene, waves: Stage['waves']): Promise<void> {
  const whenThere = (orders: readonly BoundaryOrder[]) => {
    const seen = new Set<string>();
    const all = orders.reduce((sum, { situation }) => sum + situation.boundaries.length, 0);
    return scene.clock.until(async () => {
      for (const { orderId, boundary } of await sightingsAt(scene, orders)) seen.add(`${orderId} ${boundary.name}`);
      return seen.size === all;
    }, PATIENCE_MS);
  };
  const whenBusy = (orders: readonly BoundaryOrder[]) =>
    scene.clock.until(
      async () => (await logsOf(scene.services, orders)).every(({ order, calls }) => order.situation.isBusy?.(calls, Date.now())),
      PATIENCE_MS,
    );
  for (const wave of waves) {
    await Promise.all(wave.map((order) => scene.customers.place(order)));
    const busy = wave.filter(({ situation }) => situation.isBusy);
    await (busy.length > 0 ? whenBusy(busy) : whenThere(wave));
  }
}

interface Log<Order> {
  readonly order: Order;
  readonly calls: readonly LoggedCall[];
}

const logsOf = <Order extends { readonly orderId: string }>(services: Services, orders: readonly Order[]): Promise<readonly Log<Order>[]> =>
  Promise.all(orders.map(async (order) => ({ order, calls: await services.calls(order.orderId) })));

/** Without a time: when their log was read. */
async function sightingsAt({ services }: Scene, orders: readonly BoundaryOrder[], at?: number): Promise<readonly Sighting[]> {
  const logs = await logsOf(services, orders);
  return logs.flatMap(({ order, calls }) =>
    order.situation.boundaries
      .filter((boundary) => boundary.isThere(calls, at ?? Date.now()))
      .map((boundary) => ({ orderId: order.orderId, boundary })),
  );
}

/** The orders whose recovery has begun: a call was made for them since the coordinator was started again, and none for so long. */
async function takenUp(services: Services, { held, readyAt }: Before, calmMs: number): Promise<readonly BoundaryOrder[]> {
  const logs = await logsOf(services, held);
  const isTakenUp = (calls: readonly LoggedCall[]) =>
    calls.some(({ at }) => at > readyAt) && calls.every(({ at }) => at <= Date.now() - calmMs);
  return logs.filter(({ calls }) => isTakenUp(calls)).map(({ order }) => order);
}

const recoveringOf = async ({ services }: Scene, before: Before): Promise<readonly Sighting[]> =>
  (await takenUp(services, before, 0)).map(({ orderId }) => ({ orderId, boundary: { name: RECOVERING, interrupts: null } }));
