/** How a saga is written. Each step is typed by the steps before it: it sees their outputs, and nothing else compiles. */

import type {
  ApprovalStep,
  CallContext,
  CallStep,
  DomainEventNames,
  Json,
  Output,
  Outputs,
  Outstanding,
  ParticipantName,
  ReadAnswer,
  SagaDefinition,
  Step,
  Undo,
  UndoContext,
} from './definition.ts';
import type { Order, Settings } from './order.ts';
import { FORWARD_RETRY, UNDO_RETRY, type RetryPolicy } from './retry.ts';

interface UndoSpec<Before extends Outputs, Out extends Output> {
  readonly path: string;
  body(context: Omit<UndoContext, 'outputs' | 'output'> & { readonly outputs: Before; readonly output: Out | null }): Json;
  /** Without: made once, in the channel of the call. */
  readonly channel?: string;
  readonly acceptedIsDone?: boolean;
  readonly retry?: RetryPolicy;
  readonly blocks?: boolean;
  readonly otherwise?: NonNullable<Undo['otherwise']>;
}

export interface StepSpec<Before extends Outputs, Out extends Output> {
  readonly timeoutMs: number;
  readonly withinMs?: number;
  readonly retry?: RetryPolicy;
  readonly via?: CallStep['via'];
  readonly call: {
    readonly participant: ParticipantName;
    readonly path: string;
    body(context: Omit<CallContext, 'outputs'> & { readonly outputs: Before }): Json;
    readonly read: ReadAnswer<Out>;
    readonly channels?: readonly string[];
    readonly acceptedIsDone?: boolean;
  };
  readonly undo?: UndoSpec<Before, Out>;
  readonly mayFail?: (settings: Settings) => boolean;
  outstanding?(this: void, order: Order, output: Out | null): Outstanding;
  readonly events?: DomainEventNames;
}

export interface SagaBuilder<Before extends Outputs> {
  step<Name extends string, Out extends Output>(name: Name, spec: StepSpec<Before, Out>): SagaBuilder<Before & Readonly<Record<Name, Out>>>;
  approval(name: string, when: ApprovalStep['when']): SagaBuilder<Before>;
  done(): SagaDefinition;
}

/** Begins a definition. Step names hold no dot: they are part of an operation's identity. */
export function defineSaga(head: Omit<SagaDefinition, 'steps'>): SagaBuilder<Readonly<Record<never, Output>>> {
  return withSteps(head, []);
}

function withSteps<Before extends Outputs>(head: Omit<SagaDefinition, 'steps'>, steps: readonly Step[]): SagaBuilder<Before> {
  const add = <After extends Outputs>(step: Step): SagaBuilder<After> => {
    if (!/^[a-z][a-z_]*$/.test(step.name)) throw new Error(`Saga ${head.name}: step name "${step.name}" is not of the form a_step_name`);
    if (steps.some(({ name }) => name === step.name)) throw new Error(`Saga ${head.name} has two steps named ${step.name}`);
    return withSteps<After>(head, [...steps, step]);
  };
  return {
    step: (name, spec) => add(callStep(name, spec)),
    approval: (name, when) => add({ kind: 'approval', name, when }),
    done: () => ({ ...head, steps }),
  };
}

function callStep<Before extends Outputs, Out extends Output>(name: string, spec: StepSpec<Before, Out>): CallStep {
  const { undo, withinMs } = spec;
  return {
    kind: 'call',
    name,
    timeoutMs: spec.timeoutMs,
    ...(withinMs !== undefined && { withinMs }),
    retry: spec.retry ?? FORWARD_RETRY,
    via: spec.via ?? 'object',
    call: { ...spec.call, channels: spec.call.channels ?? [''], acceptedIsDone: spec.call.acceptedIsDone ?? false },
    ...(undo && {
      undo: {
        ...undo,
        channel: undo.channel ?? '',
        acceptedIsDone: undo.acceptedIsDone ?? false,
        retry: undo.retry ?? UNDO_RETRY,
        blocks: undo.blocks ?? true,
      },
    }),
    mayFail: spec.mayFail ?? (() => false),
    outstanding: spec.outstanding ?? (() => ({ kind: 'none' })),
    events: spec.events ?? {},
  };
}
