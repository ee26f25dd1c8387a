/** The last round: services that are well and declared to fence, healthy orders, one kill while all are in flight, forward and back, and silence. */

import type { Kill, Scene } from './killing.ts';
import type { PlannedOrder } from './planned-order.ts';
import { cancellation, FORWARD, refund, release, shipmentCancel } from './routes.ts';

/** What each call takes, as of a service that is well: without it, orders would be at rest before the kill comes. */
const ANSWER_MS = 100;

/** Time enough for some of them to turn back. */
const KILL_AFTER_MS = 350;

/** A little more than the promise allows. */
const SILENCE_MS = 17_000;

export async function measureRecovery({ machines, services, customers, clock }: Scene, orders: readonly PlannedOrder[]): Promise<Kill> {
  await machines.killCoordinator();
  await machines.startCoordinator('all');
  const calls = new Set([...FORWARD, shipmentCancel, refund, release, cancellation].map(({ service, route }) => ({ service, route })));
  for (const call of calls) await services.addFault(null, { ...call, times: null, fault: { kind: 'slow', delay_ms: ANSWER_MS } });
  await Promise.all(orders.map((order) => customers.place(order)));
  await clock.pause(KILL_AFTER_MS);
  const killedAt = await machines.killCoordinator();
  const started = await machines.startCoordinator('all');
  await customers.quiet();
  await clock.pause(SILENCE_MS);
  return { kind: 'measurement', killedAt, sightings: [], ...started };
}
