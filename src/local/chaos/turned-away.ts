/**
 * Refusals that are not the service's own word on the operation: the key stores nothing of them, and what was asked before may have
 * happened. And the service that lets an operation in after its undo.
 */

import { on, type Fault, type PlannedFault } from './planned-order.ts';
import type { Random } from './random.ts';
import { PROBE_ROUTE, refund, type Call } from './routes.ts';

/** Our credentials are refused. */
const UNAUTHORIZED: Fault = { kind: 'fail', status: 401 };

/** Mostly after an answer that was lost: then it says nothing of what happened. */
const lost = (random: Random, call: Call): readonly PlannedFault[] =>
  random.chance(0.7) ? [on(call, random.pick([1, 1, 2]), { kind: 'lose_answer' })] : [];

export const turnedAway = (random: Random, call: Call): readonly PlannedFault[] => [
  ...lost(random, call),
  on(call, random.between(1, 4), random.pick<Fault>([{ kind: 'gateway', status: 404 }, UNAUTHORIZED])),
  ...(random.chance(0.4) ? [silentProbe(random, call)] : []),
];

/** There is none, or it does not answer as often as it is asked: nobody contradicts the refusal. */
const silentProbe = (random: Random, { service }: Call): PlannedFault =>
  random.chance(0.5)
    ? { service, route: PROBE_ROUTE, times: null, fault: { kind: 'no_probe' } }
    : { service, route: PROBE_ROUTE, times: 4, fault: { kind: 'fail', status: 503 } };

/** An undo that is answered 404 has nothing to undo, whoever says so: no such answer is among them. */
export const turnedAwayOnTheWayBack = (random: Random, call: Call): readonly PlannedFault[] => [
  ...lost(random, call),
  on(call, random.between(1, 2), random.pick<Fault>([{ kind: 'gateway', status: 405 }, UNAUTHORIZED])),
];

/** The refund that finds no charge keeps none away. */
export const UNFENCED_REFUND: PlannedFault = on(refund, null, { kind: 'no_fence' });
