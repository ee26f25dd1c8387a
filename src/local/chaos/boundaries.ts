/**
 * The moments at which a crash may come, by name: for each an order that gets there by itself and stays for a while, and how the
 * participants' own log tells that it is there. Nobody has to ask the coordinator, which would wake the order.
 */

import type { Item } from '../requests.ts';
import { on, type Fault, type PlannedFault } from './planned-order.ts';
import {
  availability,
  cancellation,
  charge,
  confirmation,
  PROBE_ROUTE,
  refund,
  release,
  reservation,
  shipment,
  shipmentCancel,
  shipmentReturn,
  type Call,
} from './routes.ts';
import type { LoggedCall } from './wire.ts';

export interface Boundary {
  readonly name: string;
  /** Whether the order is there at this time, by the participants' log. */
  readonly isThere: (calls: readonly LoggedCall[], at: number) => boolean;
  /** The call that the crash interrupts, if it is one: the order's history has to say so. */
  readonly interrupts: Call | null;
}

/** An order that gets to one boundary, or to several at once. */
export interface Situation {
  readonly items: readonly Item[];
  readonly faults: readonly PlannedFault[];
  readonly boundaries: readonly Boundary[];
  /** None of the boundaries: the order only keeps a queue busy, so that the messages behind it are brought together. */
  readonly isBusy: Boundary['isThere'] | null;
}

/** Of a minute it makes 1.8 seconds: short for who waits, long for a call between two processes of a busy machine. */
export const TIME_SCALE = 0.03;

/** How long a boundary lasts that is a pause, in seconds: a `Retry-After` is never scaled. */
const PAUSE_SECONDS = 4;

/** An order that does nothing is at rest, or waits, if it has done nothing for this long. */
const STILL_MS = 150;

/** Attempts that are held on the way forward: all but the last that there is. */
const HELD_FORWARD = 4;

const MOUSE: Item = { sku: 'MOUSE-M2', name: 'Mouse', quantity: 2, unit_price: '29.90' };
const SERVER: Item = { sku: 'SERVER-R9', name: 'Server', quantity: 1, unit_price: '12800.00' };

const REFUSED: Fault = { kind: 'refuse', status: 422, code: 'not_today', message: 'We would rather not' };
const DISPATCHED: Fault = { kind: 'refuse', status: 409, code: 'already_dispatched', message: 'It has been picked up' };
const PASSED: Fault = { kind: 'slow', delay_ms: 0 };
const PAUSED: Fault = { kind: 'fail', status: 503, retry_after: String(PAUSE_SECONDS) };

/** The two sides of the moment at which a call takes effect. */
export const SIDES = {
  asked: { what: 'asked, not yet applied', fault: { kind: 'hang' } },
  applied: { what: 'applied, not yet recorded', fault: { kind: 'lose_answer' } },
} as const satisfies Record<string, { readonly what: string; readonly fault: Fault }>;

export type Side = keyof typeof SIDES;

const open = (side: Side, call: Call): Boundary => ({
  name: `${call.name}: ${SIDES[side].what}`,
  isThere: (calls, at) => isOpen(lastOf(calls, call), SIDES[side].fault, at, call.timeoutSeconds),
  interrupts: call,
});

/** The calls are held so many times. `before` is what leads an order to them. */
const held = (side: Side, held: readonly Call[], times: number, before: readonly PlannedFault[] = []): Situation => ({
  items: [MOUSE],
  faults: [...before, ...held.map((call) => on(call, times, SIDES[side].fault))],
  boundaries: held.map((call) => open(side, call)),
  isBusy: null,
});

const quiet = (name: string, faults: readonly PlannedFault[], isThere: Boundary['isThere'], items = [MOUSE]): Situation => ({
  items,
  faults,
  boundaries: [{ name, isThere, interrupts: null }],
  isBusy: null,
});

const BOTH_SIDES = ['asked', 'applied'] as const satisfies readonly Side[];

/** Those that last long enough to be reached one after the other. */
export const LASTING: readonly Situation[] = [
  // Two of each: one may be between two attempts when the kill comes.
  ...[availability, reservation, charge, shipment].flatMap((call) =>
    [...BOTH_SIDES, ...BOTH_SIDES].map((side) => held(side, [call], HELD_FORWARD)),
  ),
  quiet('a retry’s pause, only the alarm pending', [on(charge, 1, PAUSED)], (calls, at) => isPausing(lastOf(calls, charge), at)),
  quiet('only a queue message pending', [on(shipment, null, REFUSED), on(refund, 1, PAUSED)], (calls, at) =>
    isPausing(lastOf(calls, refund), at),
  ),
  quiet('waiting for approval', [], (calls, at) => calls.length === 1 && isAnswered(calls[0], at), [SERVER]),
  // A refusal after a lost call is not believed until the service was asked.
  quiet(
    'asking the probe',
    [
      on(charge, 1, { kind: 'drop', effect: false }),
      on(charge, null, REFUSED),
      { service: charge.service, route: PROBE_ROUTE, times: 2, fault: { kind: 'hang' } },
    ],
    (calls, at) => isOpen(lastTo(calls, PROBE_ROUTE), { kind: 'hang' }, at, charge.timeoutSeconds),
  ),
  quiet('at rest', [], (calls, at) => {
    const messages = calls.filter(({ route }) => route === confirmation.route);
    return messages.length === 2 && messages.every((call) => isAnswered(call, at));
  }),
];

export const CONFIRMATIONS: readonly Situation[] = BOTH_SIDES.map((side) => held(side, [confirmation], 2));

/** The second way to call a shipment back needs the queue's message a second time. */
export const returning = (side: Side): Situation =>
  held(side, [shipmentReturn], 2, [on(confirmation, 2, REFUSED), on(shipmentCancel, null, DISPATCHED)]);

/** Four messages: no more may there be to be brought together with that of the return. */
export const undoing = (side: Side): readonly Situation[] => [
  held(side, [release], 1, [on(charge, null, REFUSED)]),
  held(side, [refund], 1, [on(shipment, null, REFUSED)]),
  // One of the two messages is sent, so that there is something to take back, beside the shipment.
  held(side, [cancellation, shipmentCancel], 1, [on(confirmation, 1, REFUSED), on(confirmation, 1, PASSED)]),
];

/** Keeps the queue of this call busy for so long, which has to be less than the call's time-out. */
const busy = (call: Call, delayMs: number, before: readonly PlannedFault[]): Situation => ({
  items: [MOUSE],
  faults: [...before, on(call, 2, { kind: 'slow', delay_ms: delayMs })],
  boundaries: [],
  isBusy: (calls) => lastOf(calls, call)?.fault === 'slow',
});

/** Locally a queue brings up to five messages at a time, and waits for all of them before it brings more. */
export const BUSY_COMPENSATIONS = busy(refund, 1_400, [on(shipment, null, REFUSED)]);

const lastOf = (calls: readonly LoggedCall[], { route, operation }: Call): LoggedCall | undefined =>
  calls.findLast((call) => call.route === route && call.direction === operation);

const lastTo = (calls: readonly LoggedCall[], route: string): LoggedCall | undefined => calls.findLast((call) => call.route === route);

const isOpen = (call: LoggedCall | undefined, { kind }: Fault, at: number, timeoutSeconds: number): boolean =>
  call !== undefined && call.fault === kind && call.status === null && at < call.at + timeoutSeconds * 1_000 * TIME_SCALE;

const isPausing = (call: LoggedCall | undefined, at: number): boolean =>
  call?.status === 503 && at > call.at + STILL_MS && at < call.at + PAUSE_SECONDS * 1_000;

const isAnswered = (call: LoggedCall | undefined, at: number): boolean =>
  call !== undefined && call.status !== null && at > call.at + STILL_MS;
