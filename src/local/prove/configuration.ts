/** What a saga is explored with: settings, what its participants are like, what people may do, and times that are short enough to see all of. */

import type { Capabilities, Context, Place } from '../../saga/command.ts';
import type { CallStep, SagaDefinition } from '../../saga/definition.ts';
import type { Settings } from '../../saga/order.ts';
import {
  callOperations,
  carriedBy,
  operationParts,
  stepOf,
  undoOperations,
  type Direction,
  type OperationId,
} from '../../saga/operation.ts';
import { policyOf } from '../../saga/operation-time.ts';
import { ORDER, wordsOf, type Choices } from './settings.ts';
import { DEADLINE_MS, KEY_LIFETIME_MS, shortenedSaga } from './shortened.ts';

export interface Configuration {
  readonly name: string;
  /** With short policies. */
  readonly definition: SagaDefinition;
  readonly settings: Settings;
  readonly capabilities: Capabilities;
  /** Of a person, on what is parked: how often, and of which step; null for every step. */
  readonly actions: number;
  readonly reviewed: string | null;
  /** The operations whose participants call back about them, and refuse what goes through all the same. */
  readonly toldOf: ReadonlySet<OperationId>;
  /** Whether a carrier reports on parcels. */
  readonly carrier: boolean;
  /** Whether an order at rest may be erased, and be told of after that. */
  readonly erasing: boolean;
  /** What is gone through stops here. */
  readonly mostStates: number;
  /** The call steps, and all their operations in order. */
  readonly steps: readonly PlannedStep[];
  readonly operations: readonly { readonly id: OperationId }[];
  readonly undos: ReadonlySet<OperationId>;
  /** Those whose attempts are counted. */
  readonly counted: ReadonlySet<OperationId>;
  readonly byQueue: ReadonlyMap<OperationId, { readonly step: string; readonly direction: Direction }>;
}

/** A step with its operations. */
export interface PlannedStep {
  readonly step: CallStep;
  readonly calls: readonly OperationId[];
  readonly undos: readonly OperationId[];
  readonly all: readonly OperationId[];
  /** An undo names one call: the step's first channel. Nothing names the others, so whatever they did may stay. */
  readonly named: OperationId;
  /** Whether its effect is one that can be taken back, so that books are kept of it. A message can't be unsent. */
  readonly isKept: boolean;
  /** Whether its output names a parcel, on which a carrier can report. */
  readonly isParcel: boolean;
}

const planned = (step: CallStep): PlannedStep => {
  const calls = callOperations(step);
  const undos = undoOperations(step);
  const { kind } = step.outstanding(ORDER, null);
  return {
    step,
    calls,
    undos,
    all: [...calls, ...undos],
    named: calls[0] ?? '',
    isKept: step.undo !== undefined && !step.undo.notifies,
    isParcel: kind === 'shipment',
  };
};

function plan(definition: SagaDefinition): Pick<Configuration, 'definition' | 'steps' | 'operations' | 'undos' | 'counted' | 'byQueue'> {
  const steps = definition.steps.filter((step) => step.kind === 'call').map(planned);
  const ids = steps.flatMap(({ all }) => all);
  const parts = ids.map((id) => ({ id, step: stepOf(definition, id), ...directionOf(id) }));
  return {
    definition,
    steps,
    operations: ids.map((id) => ({ id })),
    undos: new Set(steps.flatMap(({ undos }) => undos)),
    counted: new Set(parts.filter(({ step, direction }) => Number.isFinite(policyOf(step, direction).attempts)).map(({ id }) => id)),
    byQueue: new Map(
      parts
        .filter(({ id }) => carriedBy(definition, id) === 'queue')
        .map(({ id, step, direction }) => [id, { step: step.name, direction }]),
    ),
  };
}

const directionOf = (id: OperationId): { readonly direction: Direction } => ({ direction: operationParts(id).direction });

/** The explored order begins at this time. */
export const START = Date.UTC(2026, 0, 1);

/** Half of a back-off's cap: two probes and a retry fit into the order's time, and not much more. */
const RANDOM = 0.5;

/** Whether a person may still act on the step. */
export const mayBeReviewed = ({ reviewed }: Configuration, actionsLeft: number, step: string): boolean =>
  actionsLeft > 0 && (reviewed === null || reviewed === step);

export interface Choice extends Choices {
  readonly fences: boolean;
  readonly keyLifetimeMs?: number;
  readonly actions?: number;
  readonly reviewed?: string | null;
  /** About each step, or about this one. */
  readonly callsBack?: boolean | string;
  readonly carrier?: boolean;
  readonly erasing?: boolean;
  readonly mostStates?: number;
}

export function configuration(saga: SagaDefinition, choice: Choice): Configuration {
  const { fences, confirmationFailure, needsApproval, keyLifetimeMs = KEY_LIFETIME_MS, actions = 0, reviewed = null } = choice;
  const { callsBack = false, carrier = false, erasing = false, mostStates = Number.POSITIVE_INFINITY } = choice;
  const planned = plan(shortenedSaga(saga));
  const toldOf = planned.steps.filter(({ step }) => callsBack === true || callsBack === step.name).flatMap(({ all }) => all);
  return {
    name: named(saga, choice),
    ...planned,
    settings: { deadlineMs: DEADLINE_MS, timeScale: 1, needsApproval, confirmationFailure },
    capabilities: { fences, keyLifetimeMs },
    actions,
    reviewed,
    toldOf: new Set(toldOf),
    carrier,
    erasing,
    mostStates,
  };
}

function named(
  saga: SagaDefinition,
  { fences, keyLifetimeMs, actions = 0, reviewed, callsBack, carrier, erasing, ...choices }: Choice,
): string {
  const words = [
    fences ? 'fencing' : 'no fencing',
    ...wordsOf(saga, choices),
    ...(keyLifetimeMs === undefined ? [] : ['keys are soon forgotten']),
    ...(callsBack ? [`participants call back${callsBack === true ? '' : ` about ${callsBack}`}`] : []),
    ...(carrier ? ['a carrier reports'] : []),
    ...(erasing ? ['its customer is erased'] : []),
    ...(actions > 0 ? [`a person acts on ${reviewed ?? 'whatever is parked'}${actions > 1 ? `, ${actions} times` : ''}`] : []),
  ];
  return words.join(', ');
}

export const contextAt = ({ capabilities }: Configuration, now: number): Context => ({
  now,
  random: () => RANDOM,
  capabilities: () => capabilities,
});

export const placing = ({ definition, settings }: Configuration): Place => ({
  type: 'place',
  saga: definition.name,
  order: ORDER,
  settings,
  idempotencyKey: null,
  traceId: '0af7651916cd43dd8448eb211c80319c',
});
