/**
 * What a saga is made of, as the core sees it: steps in order, each with its call and its undo. Sagas are written with
 * `defineSaga` (builder.ts), which adds the types that let a step see the outputs of the steps before it and nothing else.
 * Functions that the builder types more narrowly are declared as methods, whose parameters TypeScript compares both ways.
 */

import type { Order, Settings } from './order.ts';
import type { RetryPolicy } from './retry.ts';

/** The services of the participant API, of which there are simulated ones. */
export type ParticipantName = 'inventory' | 'payment' | 'shipping' | 'notification';

/** Whom a saga calls: one of those, or a service of one's own, by the name that it is configured under. */
export type Participant = ParticipantName | (string & Readonly<Record<never, never>>);

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What a step gives to the steps after it. Participants' identifiers and the like: strings all. */
export type Output = Readonly<Record<string, string>>;

/** By step. A step that was skipped, or gone on without, gave nothing. */
export type Outputs = Readonly<Record<string, Output | undefined>>;

/** What can't be had of an item; the numbers where the participant told them. */
export interface UnavailableItem {
  readonly sku: string;
  readonly requested?: number;
  readonly available?: number;
}

/** Why a participant refused. */
export interface Refused {
  readonly code: string;
  readonly message: string;
  /** Where it is for want of stock, and the participant said of what. */
  readonly unavailableItems?: readonly UnavailableItem[];
}

/** What a 2xx answer's body says. `null`: it can't be read, so the outcome is unknown. */
export type Reading<Out extends Output = Output> =
  | { readonly type: 'succeeded'; readonly output: Out }
  | ({ readonly type: 'refused' } & Refused)
  | null;

export type ReadAnswer<Out extends Output = Output> = (body: unknown, order: Order) => Reading<Out>;

export interface CallContext {
  readonly order: Order;
  readonly outputs: Outputs;
  /** Set where the call is made once for each of several channels, else the empty string. */
  readonly channel: string;
}

export interface UndoContext extends CallContext {
  /** What the step gave, or null where its outcome is unknown. */
  readonly output: Output | null;
  /** The code of what turned the order back, or of why the order goes on without the step. */
  readonly reason: string;
  /** The idempotency key of the operation being undone. */
  readonly undoes: string;
}

export interface Call {
  readonly participant: Participant;
  readonly path: string;
  /** Made anew for each attempt from what never changes, so it is the same, byte for byte, every time. */
  body(context: CallContext): Json;
  readonly read: ReadAnswer;
  /** Fields of the output that later calls may need, and that nobody is told. */
  readonly sensitive: readonly string[];
  /** The call is made once for each channel, side by side. Without: once. */
  readonly channels: readonly string[];
  /** `202` is the end of it, not a promise of a later result. */
  readonly acceptedIsDone: boolean;
}

export interface Undo {
  readonly path: string;
  body(context: UndoContext): Json;
  readonly channel: string;
  readonly acceptedIsDone: boolean;
  readonly retry: RetryPolicy;
  /** It takes nothing back, but tells somebody that the order turned back: what the steps before this one did is undone without waiting for it. */
  readonly notifies: boolean;
  /** Another way to undo, tried when the first is refused with this code. */
  readonly otherwise?: { readonly whenRefused: string; readonly channel: string; readonly path: string };
}

/** What is left over while a step can't be undone: told to the person who has to settle it. */
export interface Outstanding {
  readonly kind: 'money' | 'stock' | 'shipment' | 'message' | 'none';
  readonly amount?: string;
  readonly currency?: string;
  readonly items?: readonly { readonly sku: string; readonly quantity: number }[];
  readonly reference?: string;
}

/** Domain events by their published names. One fact may have several names. */
export interface DomainEventNames {
  readonly started?: readonly string[];
  readonly succeeded?: readonly string[];
  readonly refused?: readonly string[];
  readonly undone?: readonly string[];
}

/** Domain events of the order itself. */
export interface OrderEventNames {
  readonly placed: readonly string[];
  readonly completed: readonly string[];
  readonly rolledBack: readonly string[];
  /** A step has failed without having been refused, or a person is needed. */
  readonly troubled?: readonly string[];
  /** What a carrier reports of an order that has not turned back. */
  readonly shipped?: readonly string[];
  readonly delivered?: readonly string[];
  readonly returned?: readonly string[];
}

interface NamedStep {
  readonly name: string;
  /** Skipped where this is false. */
  readonly when: (settings: Settings, order: Order) => boolean;
}

/**
 * What the order does when a call has failed for good: turns back; goes on without it, and undoes meanwhile what it may have done, unless
 * that was a message; or stays where it is until a person has had it tried again or has settled it.
 */
export type WhenFailed = 'roll_back' | 'go_on' | 'ask';

export interface CallStep extends NamedStep {
  readonly kind: 'call';
  /** For one attempt. */
  readonly timeoutMs: number;
  /** For all attempts together, from the first one's start. Without: the order's deadline alone. */
  readonly withinMs?: number;
  readonly retry: RetryPolicy;
  /** `queue`: tried at once, and what has to be tried again is brought by the notifications queue. */
  readonly via: 'object' | 'queue';
  readonly call: Call;
  readonly undo?: Undo;
  readonly whenFailed: (settings: Settings) => WhenFailed;
  outstanding(this: void, order: Order, output: Output | null): Outstanding;
  readonly events: DomainEventNames;
}

/** Waits for a person, until the order's deadline at the latest. */
export interface ApprovalStep extends NamedStep {
  readonly kind: 'approval';
  /** From the request on. Without: the order's deadline alone. */
  readonly withinMs?: number;
  /** What it counts as where nobody decided within that time. */
  readonly whenLate: 'approve' | 'reject';
}

/** Waits for a time. */
export interface DelayStep extends NamedStep {
  readonly kind: 'delay';
  readonly durationMs: number;
}

export type Step = CallStep | ApprovalStep | DelayStep;

/** Steps that are taken side by side: mostly just one. They are undone side by side, too. */
export type Stage = readonly Step[];

/** A saga's own words for what its customer is told. Where it has none, the general ones stand. */
export interface StatusNames {
  /** By step, while it is under way and once it is done, until a later step has a word of its own. */
  readonly steps: Readonly<Record<string, { readonly running?: string; readonly done?: string }>>;
  readonly completed?: string;
  readonly rolledBack?: string;
  readonly transitions: Transitions;
}

/** By status, those that may come after it. */
export type Transitions = Readonly<Record<string, readonly string[]>>;

export interface SagaDefinition {
  readonly name: string;
  /** A published version is never edited: orders in flight end on the version that they began with. */
  readonly version: number;
  readonly deadlineMs: number;
  readonly stages: readonly Stage[];
  /** All steps of all stages, in order. */
  readonly steps: readonly Step[];
  /** The step at which the order can be turned back no more, from its start on: only its own failure does. Null: it always can. */
  readonly pivot: string | null;
  /** Once completed it is cancelled no more. */
  readonly isFinalOnceCompleted?: true;
  readonly statuses?: StatusNames;
  readonly events: OrderEventNames;
  /** Why an order was cancelled, in the saga's own words: by the step that failed, else by the code. Without: as it was told. */
  readonly reasons?: Readonly<Record<string, string>>;
  /** By domain event: what its time is called, beside the name that it has everywhere. */
  readonly timeNames?: Readonly<Record<string, TimeName>>;
}

export type TimeName = `${string}_at`;
