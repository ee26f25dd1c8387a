/** The random mix: what may go wrong with an order, and what people may do to it. Whatever it is, the order can come to rest by itself. */

import type { Item } from '../requests.ts';
import { on, type Act, type Fault, type PlannedFault, type PlannedOrder } from './planned-order.ts';
import type { Random } from './random.ts';
import { turnedAway, turnedAwayOnTheWayBack, UNFENCED_REFUND } from './turned-away.ts';
import {
  availability,
  charge,
  confirmation,
  FORWARD,
  PROBE_ROUTE,
  refund,
  release,
  reservation,
  shipment,
  shipmentCancel,
  shipmentReturn,
  type Call,
} from './routes.ts';

/** Of the calls that a forward attempt makes, more than the five that there are. */
const ALL_ATTEMPTS = 6;

const BACKWARD = [shipmentCancel, shipmentReturn, refund, release] as const;

type Goods = Omit<Item, 'quantity'>;

const GOODS: readonly [Goods, ...Goods[]] = [
  { sku: 'LAPTOP-X1', name: 'Laptop', unit_price: '1299.99' },
  { sku: 'MOUSE-M2', name: 'Mouse', unit_price: '29.90' },
  { sku: 'CABLE-K4', name: 'Cable', unit_price: '7.05' },
];

const SERVER: Item = { sku: 'SERVER-R9', name: 'Server', quantity: 2, unit_price: '6400.00' };

/** `mayWait`: there is time left for what only the order's deadline ends. */
export function randomOrder(random: Random, orderId: string, mayWait: boolean): PlannedOrder {
  if (mayWait && random.chance(0.03)) return { orderId, items: basket(random), faults: PROMISED_IN_VAIN, acts: [], isSentAgain: false };
  if (random.chance(0.06)) return chargedLate(random, orderId);
  const isLarge = random.chance(0.1);
  const goesBack = random.chance(0.4);
  const cancelAt = goesBack && random.chance(0.6) ? cancelTime(random) : null;
  const refused = goesBack && cancelAt === null ? [refusal(random, random.pick([reservation, charge, shipment, confirmation]))] : [];
  const forward = random.chance(0.55) ? forwardFaults(random) : [];
  const lates = cancelAt !== null && random.chance(0.2) ? [late(random)] : [];
  const back = goesBack && random.chance(0.6) ? backwardFaults(random) : [];
  return {
    orderId,
    items: isLarge ? [SERVER] : basket(random),
    faults: withoutEndlessWait([...lates, ...forward, ...refused, ...back]),
    acts: [...(isLarge ? decision(random, mayWait) : []), ...(cancelAt === null ? [] : cancelling(random, cancelAt))],
    isSentAgain: random.chance(0.7),
  };
}

/** Cancelled while its charge is on the way, and nothing keeps that away: it arrives before the refund is asked for again, or after. */
function chargedLate(random: Random, orderId: string): PlannedOrder {
  const delay_ms = random.chance(0.6) ? random.between(4_000, 15_000) : random.between(24_000, 30_000);
  return {
    orderId,
    items: basket(random),
    faults: [on(charge, ALL_ATTEMPTS, { kind: 'late', delay_ms }), UNFENCED_REFUND],
    acts: [{ type: 'cancel', once: charge.route, afterMs: random.between(0, 1_000) }],
    isSentAgain: random.chance(0.7),
  };
}

function basket(random: Random): readonly Item[] {
  const first = { ...random.pick(GOODS), quantity: random.between(1, 3) };
  return random.chance(0.3) ? [first, { ...random.pick(GOODS), quantity: 1 }] : [first];
}

/** While the first calls are made, while something hangs, or when the order is long completed. */
const cancelTime = (random: Random): number => random.pick([random.between(0, 80), random.between(50, 900), random.between(1_000, 4_000)]);

/** A parcel that was picked up can only be returned. */
const cancelling = (random: Random, afterMs: number): readonly Act[] => [
  ...(afterMs > 900 && random.chance(0.4) ? [{ type: 'dispatch' as const, afterMs: afterMs - 300 }] : []),
  { type: 'cancel', afterMs },
];

function decision(random: Random, mayWait: boolean): readonly Act[] {
  if (mayWait && random.chance(0.2)) return [];
  return [{ type: 'decide', decision: random.chance(0.7) ? 'approve' : 'reject', afterMs: random.between(500, 3_000) }];
}

/** For good; both messages, where it is the confirmation. */
const refusal = (random: Random, call: Call): PlannedFault =>
  on(call, call === confirmation ? 2 : null, {
    kind: 'refuse',
    status: random.pick([400, 402, 404, 409, 422]),
    code: 'not_today',
    message: 'We would rather not',
  });

/** Arrives when it is undone already, if the cancel came in time. */
const late = (random: Random): PlannedFault =>
  on(random.pick([reservation, charge, shipment]), ALL_ATTEMPTS, { kind: 'late', delay_ms: random.between(2_500, 6_000) });

function forwardFaults(random: Random): readonly PlannedFault[] {
  if (random.chance(0.2)) return turnedAway(random, random.pick(FORWARD));
  const call = random.pick(FORWARD);
  const fault = passing(random);
  const first = on(call, fault.kind === 'accept' ? null : random.pick([1, 1, 1, 2, 3, ALL_ATTEMPTS]), fault);
  const second = random.chance(0.3) ? [on(random.pick([availability, reservation, charge, shipment]), 1, passing(random))] : [];
  return [first, ...second, ...(random.chance(0.3) ? [probeFault(random)] : [])];
}

/** Trouble that an order may get over. */
const passing = (random: Random): Fault =>
  random.pick<() => Fault>([
    () => ({ kind: 'fail', status: random.pick([500, 502, 503, 408, 429]) }),
    () => ({ kind: 'fail', status: 503, retry_after: String(random.between(1, 2)) }),
    () => ({ kind: 'fail', status: 409, code: 'idempotency_key_in_use' }),
    () => ({ kind: 'fail_after', status: random.pick([500, 503, 504]) }),
    () => ({ kind: 'hang' }),
    () => ({ kind: 'lose_answer' }),
    () => ({ kind: 'drop', effect: random.chance(0.5) }),
    () => ({ kind: 'garbage' }),
    () => ({ kind: 'late', delay_ms: random.between(300, 4_000) }),
    () => ({ kind: 'slow', delay_ms: random.between(50, 1_200) }),
    () => ({ kind: 'accept', delay_ms: random.between(50, 2_500), outcome: random.chance(0.75) ? 'succeeded' : 'refused' }),
  ])();

function probeFault(random: Random): PlannedFault {
  const { service } = random.pick([reservation, charge, shipment]);
  if (random.chance(0.3)) return { service, route: PROBE_ROUTE, times: null, fault: { kind: 'no_probe' } };
  const fault = random.pick<Fault>([{ kind: 'hang' }, { kind: 'fail', status: 503 }, { kind: 'garbage' }, { kind: 'slow', delay_ms: 500 }]);
  return { service, route: PROBE_ROUTE, times: 2, fault };
}

/** A promised result that nobody can be asked about is waited for as long as there is time: forward until the deadline, back for longer. */
const withoutEndlessWait = (faults: readonly PlannedFault[]): readonly PlannedFault[] =>
  faults.some(({ fault }) => fault.kind === 'accept') ? faults.filter(({ fault }) => fault.kind !== 'no_probe') : faults;

/** The charge happens at last, and nobody tells. */
const PROMISED_IN_VAIN: readonly PlannedFault[] = [
  { service: charge.service, route: PROBE_ROUTE, times: null, fault: { kind: 'no_probe' } },
  on(charge, null, { kind: 'accept', delay_ms: 1_000, outcome: 'succeeded' }),
];

function backwardFaults(random: Random): readonly PlannedFault[] {
  if (random.chance(0.15)) return [parkedForGood(random)];
  if (random.chance(0.2)) return turnedAwayOnTheWayBack(random, random.pick(BACKWARD));
  const returned = random.chance(0.2) ? [on(shipmentCancel, 1, ALREADY_DISPATCHED)] : [];
  return [...returned, on(random.pick(BACKWARD), random.between(1, 2), passing(random))];
}

const ALREADY_DISPATCHED: Fault = { kind: 'refuse', status: 409, code: 'already_dispatched', message: 'It has been picked up' };

/** Only a person can settle that. */
const parkedForGood = (random: Random): PlannedFault =>
  on(random.pick([shipmentCancel, refund, release]), null, {
    kind: 'refuse',
    status: 422,
    code: 'not_possible',
    message: 'This can’t be undone',
  });
