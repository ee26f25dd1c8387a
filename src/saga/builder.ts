/** How a saga is written. Each step is typed by the steps before it: it sees their outputs, and nothing else compiles. */

import type {
  ApprovalStep,
  CallContext,
  CallStep,
  DelayStep,
  DomainEventNames,
  Json,
  Output,
  Outputs,
  Outstanding,
  Participant,
  ReadAnswer,
  SagaDefinition,
  Stage,
  Step,
  Undo,
  UndoContext,
  WhenFailed,
} from './definition.ts';
import { LATE } from './operation.ts';
import type { Order, Settings } from './order.ts';
import { FORWARD_RETRY, seconds, UNDO_RETRY, type RetryPolicy } from './retry.ts';

interface UndoSpec<Before extends Outputs, Out extends Output> {
  readonly path: string;
  body(context: Omit<UndoContext, 'outputs' | 'output'> & { readonly outputs: Before; readonly output: Out | null }): Json;
  /** Without: made once, in the channel of the call. */
  readonly channel?: string;
  readonly acceptedIsDone?: boolean;
  readonly retry?: RetryPolicy;
  readonly notifies?: boolean;
  readonly otherwise?: NonNullable<Undo['otherwise']>;
}

export interface StepSpec<Before extends Outputs, Out extends Output> {
  readonly when?: CallStep['when'];
  /** For one attempt. Without: half a minute. */
  readonly timeoutMs?: number;
  readonly withinMs?: number;
  readonly retry?: RetryPolicy;
  readonly via?: CallStep['via'];
  readonly call: {
    readonly participant: Participant;
    readonly path: string;
    body(context: Omit<CallContext, 'outputs'> & { readonly outputs: Before }): Json;
    readonly read: ReadAnswer<Out>;
    readonly sensitive?: readonly (keyof Out & string)[];
    readonly channels?: readonly string[];
    readonly acceptedIsDone?: boolean;
  };
  readonly undo?: UndoSpec<Before, Out>;
  /** Without: the order turns back; behind the pivot a person is asked. */
  readonly whenFailed?: WhenFailed | ((settings: Settings) => WhenFailed);
  outstanding?(this: void, order: Order, output: Out | null): Outstanding;
  readonly events?: DomainEventNames;
}

/** A step that is always taken, and that the order does not go on without: the steps after it can rely on its output. */
type Sure<Before extends Outputs, Out extends Output> = StepSpec<Before, Out> & {
  readonly when?: never;
  readonly whenFailed?: Exclude<WhenFailed, 'go_on'>;
};

type Adds<Before extends Outputs, Name extends string, Out extends Output | undefined> = Before & Readonly<Record<Name, Out>>;

/** Steps that begin together: none sees the output of another. */
export interface SideBySide<Before extends Outputs, After extends Outputs> {
  step<Name extends string, Out extends Output>(name: Name, spec: Sure<Before, Out>): SideBySide<Before, Adds<After, Name, Out>>;
  step<Name extends string, Out extends Output>(
    name: Name,
    spec: StepSpec<Before, Out>,
  ): SideBySide<Before, Adds<After, Name, Out | undefined>>;
}

export interface SagaBuilder<Before extends Outputs> {
  step<Name extends string, Out extends Output>(name: Name, spec: Sure<Before, Out>): SagaBuilder<Adds<Before, Name, Out>>;
  /** Its output may be missing: the step may be skipped, or the order goes on without it. */
  step<Name extends string, Out extends Output>(name: Name, spec: StepSpec<Before, Out>): SagaBuilder<Adds<Before, Name, Out | undefined>>;
  sideBySide<After extends Outputs>(steps: (none: SideBySide<Before, Before>) => SideBySide<Before, After>): SagaBuilder<After>;
  approval(name: string, when: ApprovalStep['when'], late?: Pick<ApprovalStep, 'withinMs' | 'whenLate'>): SagaBuilder<Before>;
  delay(name: string, durationMs: number, when?: DelayStep['when']): SagaBuilder<Before>;
  /** The step before this is the last at which the order can be turned back, and that only by its own failure. */
  pivot(): SagaBuilder<Before>;
  done(): SagaDefinition;
}

type Head = Omit<SagaDefinition, 'stages' | 'steps' | 'pivot'>;

const always = (): boolean => true;

/** Begins a definition. Step names hold no dot: they are part of an operation's identity. */
export function defineSaga(head: Head): SagaBuilder<Readonly<Record<never, Output>>> {
  return withStages(head, [], null);
}

function withStages<Before extends Outputs>(head: Head, stages: readonly Stage[], pivot: string | null): SagaBuilder<Before> {
  const add = <After extends Outputs>(stage: Stage) => withStages<After>(head, [...stages, checked(head, stages, stage, pivot)], pivot);
  const isBehindPivot = pivot !== null;
  return {
    step: (name, spec) => add([callStep(name, spec, isBehindPivot)]),
    sideBySide: (steps) => {
      const stage: CallStep[] = [];
      steps(collecting(stage, isBehindPivot));
      return add(stage);
    },
    approval: (name, when, late = { whenLate: 'reject' }) => add([{ kind: 'approval', name, when, ...late }]),
    delay: (name, durationMs, when = always) => add([{ kind: 'delay', name, when, durationMs }]),
    pivot: () => withStages<Before>(head, stages, pivotOf(head, stages, pivot)),
    done: () => ({ ...head, stages, steps: stages.flat(), pivot }),
  };
}

function collecting<Before extends Outputs, After extends Outputs>(stage: CallStep[], isBehindPivot: boolean): SideBySide<Before, After> {
  return {
    step: (name, spec) => {
      stage.push(callStep(name, spec, isBehindPivot));
      return collecting(stage, isBehindPivot);
    },
  };
}

function checked(head: Head, stages: readonly Stage[], stage: Stage, pivot: string | null): Stage {
  const names = [...stages.flat(), ...stage].map(({ name }) => name);
  for (const step of stage) {
    const { name } = step;
    if (pivot !== null && mayTurnBack(step))
      throw new Error(`Saga ${head.name}: ${name} is behind the pivot ${pivot}, and would turn the order back, or hold it up for ever`);
    if (!/^[a-z][a-z_]*$/.test(name)) throw new Error(`Saga ${head.name}: step name "${name}" is not of the form a_step_name`);
    if (names.filter((other) => other === name).length > 1) throw new Error(`Saga ${head.name} has two steps named ${name}`);
  }
  return stage;
}

/** By itself: a person who rejects may. */
function mayTurnBack(step: Step): boolean {
  switch (step.kind) {
    case 'call':
      return EVERY_SETTING.some((settings) => step.whenFailed(settings) === 'roll_back');
    case 'approval':
      return step.whenLate === 'reject' || step.withinMs === undefined;
    case 'delay':
      return false;
    default:
      return step satisfies never;
  }
}

const EVERY_SETTING: readonly Settings[] = [true, false].flatMap((needsApproval) =>
  (['compensate', 'complete'] as const).map((confirmationFailure) => ({ deadlineMs: 1, timeScale: 1, needsApproval, confirmationFailure })),
);

function pivotOf(head: Head, stages: readonly Stage[], pivot: string | null): string {
  const [step, another] = stages.at(-1) ?? [];
  if (pivot !== null) throw new Error(`Saga ${head.name} has a second pivot after ${pivot}`);
  if (step?.kind !== 'call' || another) throw new Error(`Saga ${head.name}: a pivot has to come right after a single call step`);
  if (!step.undo) throw new Error(`Saga ${head.name}: the pivot ${step.name} needs an undo, for when nobody knows whether it happened`);
  if (EVERY_SETTING.some((settings) => step.whenFailed(settings) === 'go_on'))
    throw new Error(`Saga ${head.name}: the order can't go on without its pivot ${step.name}`);
  return step.name;
}

function callStep<Before extends Outputs, Out extends Output>(name: string, spec: StepSpec<Before, Out>, isBehindPivot: boolean): CallStep {
  const { undo, withinMs, whenFailed = isBehindPivot ? 'ask' : 'roll_back' } = spec;
  for (const channel of [...(spec.call.channels ?? []), undo?.channel ?? '', undo?.otherwise?.channel ?? ''])
    if (channel === LATE || channel.endsWith(`_${LATE}`)) throw new Error(`Step ${name} can't have a channel named ${channel}`);
  if (undo && !undo.notifies && (spec.call.channels?.length ?? 1) > 1)
    throw new Error(`Step ${name} has several channels, and an undo names one of them: it can only notify`);
  const { participant } = spec.call;
  if (!/^[a-z][a-z_]*$/.test(participant)) throw new Error(`Step ${name} calls "${participant}", which is not of the form a_participant`);
  return {
    kind: 'call',
    name,
    when: spec.when ?? always,
    timeoutMs: spec.timeoutMs ?? seconds(30),
    ...(withinMs !== undefined && { withinMs }),
    retry: spec.retry ?? FORWARD_RETRY,
    via: spec.via ?? 'object',
    call: {
      ...spec.call,
      sensitive: spec.call.sensitive ?? [],
      channels: spec.call.channels ?? [''],
      acceptedIsDone: spec.call.acceptedIsDone ?? false,
    },
    ...(undo && {
      undo: {
        ...undo,
        channel: undo.channel ?? '',
        acceptedIsDone: undo.acceptedIsDone ?? false,
        retry: undo.retry ?? UNDO_RETRY,
        notifies: undo.notifies ?? false,
      },
    }),
    whenFailed: typeof whenFailed === 'function' ? whenFailed : () => whenFailed,
    outstanding: spec.outstanding ?? (() => ({ kind: 'none' })),
    events: spec.events ?? {},
  };
}
