/** Folds an event into the state. It never refuses: what stands in the journal has happened. */

import type { SagaEvent } from './event.ts';
import { operationParts, type OperationId } from './operation.ts';
import { minutes, scaledMs } from './retry.ts';
import type { Ending, OperationState, SagaState } from './state.ts';

type OrderEvent = Extract<
  SagaEvent,
  {
    type:
      | 'StepSkipped'
      | 'DelayStarted'
      | 'DelayEnded'
      | 'ApprovalRequested'
      | 'ApprovalTimedOut'
      | 'ApprovalDecided'
      | 'ShipmentReported'
      | 'RollbackStarted'
      | 'OrderCompleted'
      | 'OrderCompensated'
      | 'ReviewRequested'
      | 'OrderErased';
  }
>;
type OperationEvent = Exclude<SagaEvent, OrderEvent | { type: 'OrderPlaced' }>;

/** `state` is null only before the first event, which is always `OrderPlaced`. */
export function evolve(state: SagaState | null, event: SagaEvent, at: number): SagaState {
  if (event.type === 'OrderPlaced') {
    const { type: _, ...placed } = event;
    return {
      ...placed,
      placedAt: at,
      updatedAt: at,
      cause: null,
      operations: {},
      skipped: [],
      approvals: [],
      delays: [],
      shipment: null,
      ending: null,
      endedAt: null,
      formerEnding: null,
      erasure: null,
    };
  }
  if (!state) throw new Error(`The journal begins with ${event.type}, not with OrderPlaced`);
  const next =
    'operation' in event
      ? withOperation(reopened(state, event, at), event, evolveOperation(state, event, at))
      : evolveOrder(state, event, at);
  return { ...next, updatedAt: at };
}

/** What takes an order out of its rest: a person's action, the success that a person was waited for, something to undo that nobody knew of. */
function reopened(state: SagaState, event: OperationEvent, at: number): SagaState {
  const open = { ...state, ending: null, endedAt: null };
  switch (event.type) {
    case 'OperationRetried':
    case 'OperationResolved':
      return { ...open, deadlineAt: event.deadlineAt };
    case 'OperationSucceeded':
      return state.ending || waitedForPerson(state, event.operation) ? { ...open, deadlineAt: deadlineAnew(state, at) } : state;
    case 'OperationSucceededLate':
      return state.cause ? open : state;
    case 'OperationStarted':
    case 'OperationParked':
      return open;
    default:
      return state;
  }
}

/** Forward. The order itself may be under way beside it: something else is undone meanwhile. */
const waitedForPerson = ({ operations }: SagaState, operation: OperationId): boolean =>
  operations[operation]?.phase === 'parked' && operationParts(operation).direction === 'do';

/** An order that goes forward and waited for a person has its time anew. */
export const deadlineAnew = ({ cause, deadlineAt, settings }: SagaState, at: number): number =>
  cause ? deadlineAt : at + scaledMs(settings.deadlineMs, settings.timeScale);

const withOperation = (state: SagaState, event: OperationEvent, operation: OperationState): SagaState => ({
  ...state,
  operations: { ...state.operations, [event.operation]: operation },
});

const ended = (state: SagaState, ending: Ending, at: number): SagaState => ({ ...state, ending, endedAt: at });

function evolveOrder(state: SagaState, event: OrderEvent, at: number): SagaState {
  switch (event.type) {
    case 'StepSkipped':
      return { ...state, skipped: [...state.skipped, event.step] };
    case 'DelayStarted':
      return { ...state, delays: [...state.delays, { step: event.step, until: event.until, isOver: false }] };
    case 'DelayEnded':
      return { ...state, delays: state.delays.map((delay) => (delay.step === event.step ? { ...delay, isOver: true } : delay)) };
    case 'ApprovalRequested':
      return { ...state, approvals: [...state.approvals, { step: event.step, until: event.until, decision: null, isLate: false }] };
    case 'ApprovalDecided':
      return { ...state, approvals: decided(state, event.step, event.decision, false) };
    case 'ApprovalTimedOut':
      return { ...state, approvals: decided(state, event.step, event.decision, true) };
    case 'ShipmentReported':
      return {
        ...state,
        shipment: {
          stage: event.report,
          told: event.movesStatus ? event.report : (state.shipment?.told ?? null),
          trackingNumber: event.trackingNumber ?? state.shipment?.trackingNumber ?? null,
        },
      };
    case 'RollbackStarted':
      return { ...state, cause: event.cause, ending: null, endedAt: null };
    case 'OrderCompleted':
      return { ...ended(state, 'completed', at), formerEnding: 'completed', erasure: state.erasure && 'due' };
    case 'OrderCompensated':
      return { ...ended(state, 'compensated', at), formerEnding: 'compensated', erasure: state.erasure && 'due' };
    case 'ReviewRequested':
      return ended(state, 'needs_review', at);
    case 'OrderErased':
      return { ...state, erasure: 'done' };
    default:
      return event satisfies never;
  }
}

const decided = ({ approvals }: SagaState, step: string, decision: 'approve' | 'reject', isLate: boolean): SagaState['approvals'] =>
  approvals.map((approval) => (approval.step === step ? { ...approval, decision, isLate } : approval));

function evolveOperation(state: SagaState, event: OperationEvent, at: number): OperationState {
  if (event.type === 'OperationStarted') return { ...newlyBegun(at), phase: 'calling', calledAt: at };
  const before = state.operations[event.operation];
  if (!before) throw new Error(`The journal has ${event.type} of ${event.operation}, which was never started`);
  const { startedAt, attempt, foundNothing, budget, late } = before;
  // What was accepted may have happened, whatever else comes of it.
  const inDoubt = before.inDoubt || before.phase === 'asking';
  const begun = { startedAt, attempt, inDoubt, foundNothing, budget, ...(late && { late }) };
  switch (event.type) {
    case 'AttemptFailed':
      return { ...begun, ...failureOf(event), inDoubt: inDoubt || event.mayHaveHappened, phase: 'waiting', at: event.retryAt };
    case 'NothingToUndoYet':
      return { ...begun, ...NOTHING_TO_UNDO, foundNothing: true, phase: 'waiting', at: event.retryAt };
    case 'AttemptInterrupted':
      return { ...begun, ...INTERRUPTED, inDoubt: true, budget: movedOn(state, before, at), phase: 'waiting', at };
    case 'AttemptStarted':
      return { ...begun, attempt: event.attempt, budget: movedOn(state, before, at), phase: 'calling', calledAt: at };
    case 'OperationAccepted':
      return { ...begun, ...NO_RESULT, phase: 'asking', at: event.askAt, probes: 0, because: 'accepted' };
    case 'OperationDoubted':
      return {
        ...begun,
        ...failureOf(event),
        inDoubt: true,
        phase: 'asking',
        at: event.askAt,
        probes: 0,
        because: event.refused ? 'refused' : 'doubted',
        ...(event.notBefore !== undefined && { notBefore: event.notBefore }),
      };
    case 'ProbeUnanswered':
      if (before.phase !== 'asking') throw new Error(`The journal has a probe of ${event.operation}, which is ${before.phase}`);
      return { ...before, at: event.askAt, probes: before.probes + 1 };
    case 'OperationSucceeded':
      return { ...begun, foundNothing: event.nothingToUndo ?? false, phase: 'succeeded', output: event.output };
    case 'OperationSucceededLate':
      return { ...before, late: event.output };
    case 'OperationRefused':
    case 'OperationTurnedAway':
      return { ...begun, ...failureOf(event), phase: 'refused' };
    case 'OperationUnresolved':
      return { ...begun, ...failureOf(event), phase: 'unresolved' };
    case 'OperationParked':
      return { ...begun, ...failureOf(event), phase: 'parked', since: at };
    case 'OperationRetried':
      return { ...begun, ...retriedFrom(before), budget: { from: at, attemptsBefore: attempt }, phase: 'waiting', at };
    case 'OperationResolved':
      return { ...begun, phase: 'resolved' };
    default:
      return event satisfies never;
  }
}

const newlyBegun = (at: number) => ({
  startedAt: at,
  attempt: 1,
  inDoubt: false,
  foundNothing: false,
  budget: { from: at, attemptsBefore: 0 },
});

/** What is shorter is a late message or a slow call, and part of trying. */
const OUTAGE_MS = minutes(1);

/** Time in which nobody was there to try does not count: a pause that was outslept, a call that nobody was left to hear. */
function movedOn({ settings }: SagaState, { budget, ...before }: OperationState, now: number): OperationState['budget'] {
  const since = before.phase === 'waiting' ? before.at : before.phase === 'calling' ? before.calledAt : now;
  const goneMs = now - since;
  return goneMs > scaledMs(OUTAGE_MS, settings.timeScale) ? { ...budget, from: budget.from + goneMs } : budget;
}

const retriedFrom = (before: OperationState): Failure => ('code' in before ? failureOf(before) : INTERRUPTED);

const failureOf = ({ code, message }: Failure): Failure => ({ code, message });

interface Failure {
  readonly code: string;
  readonly message: string;
}

export const INTERRUPTED: Failure = { code: 'interrupted', message: 'The coordinator was interrupted during the call' };
const NOTHING_TO_UNDO: Failure = { code: 'outcome_unknown', message: 'There was nothing to undo, and the operation may yet arrive' };
const NO_RESULT: Failure = { code: 'no_result', message: 'The operation was accepted, but no result came in time' };
