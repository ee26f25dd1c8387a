/**
 * Everything about a definition that orders in flight depend on, as plain data: its steps and their order, times, retries, conditions, names,
 * and every request that it makes, byte for byte, for sample orders. A function is known by its results for those, and no further.
 */

import type { CallStep, SagaDefinition, Step } from '../../saga/definition.ts';
import { callOperations, undoOperations, undoWays, type OperationId } from '../../saga/operation.ts';
import type { Order, Settings } from '../../saga/order.ts';
import { requestOf } from '../../saga/request.ts';
import { CASES, mayBeMissing, ORDERS, sampleOutput, SETTINGS, situation, type Knowledge } from './sample.ts';

export interface Shape {
  readonly saga: string;
  readonly version: number;
  readonly order: unknown;
  readonly steps: Readonly<Record<string, unknown>>;
  readonly requests: Readonly<Record<string, unknown>>;
}

export function shapeOf(definition: SagaDefinition): Shape {
  const { name, version, deadlineMs, pivot, statuses, events, reasons, timeNames, isFinalOnceCompleted, stages, steps } = definition;
  const words = { statuses, events, reasons, timeNames };
  return {
    saga: name,
    version,
    order: plain({ deadlineMs, pivot, isFinalOnceCompleted, ...words, stages: stages.map((stage) => stage.map((step) => step.name)) }),
    steps: Object.fromEntries(steps.map((step) => [step.name, stepShape(step)])),
    requests: Object.fromEntries(
      steps.flatMap((step) =>
        step.kind === 'call'
          ? [...callOperations(step), ...undoOperations(step)].map((id) => [id, requestShape(definition, step, id)] as const)
          : [],
      ),
    ),
  };
}

function stepShape(step: Step): unknown {
  const { kind } = step;
  const when = inEachCase(step.when);
  switch (kind) {
    case 'approval':
      return plain({ kind, when, withinMs: step.withinMs, whenLate: step.whenLate });
    case 'delay':
      return plain({ kind, when, durationMs: step.durationMs });
    case 'call':
      return plain({ kind, when, ...callShape(step) });
    default:
      return kind satisfies never;
  }
}

function callShape(step: CallStep): Readonly<Record<string, unknown>> {
  const { timeoutMs, withinMs, retry, via, undo, events } = step;
  const { channels, acceptedIsDone, read } = step.call;
  return {
    timeoutMs,
    withinMs,
    retry,
    via,
    channels,
    acceptedIsDone,
    gives: forEachOrder((order) => attempt(() => sampleOutput(read, order) ?? 'nothing, for any answer that was tried')),
    whenFailed: inEachCase((settings) => step.whenFailed(settings)),
    undo: undo && {
      channel: undo.channel,
      acceptedIsDone: undo.acceptedIsDone,
      retry: undo.retry,
      notifies: undo.notifies,
      otherwise: undo.otherwise,
    },
    outstanding: forEachOrder((order) => ({
      known: attempt(() => step.outstanding(order, sampleOutput(read, order))),
      unknown: attempt(() => step.outstanding(order, null)),
    })),
    events,
  };
}

function requestShape(definition: SagaDefinition, step: CallStep, id: OperationId): unknown {
  const way = undoWays(step).find(({ operation }) => operation === id);
  const situations: readonly Knowledge[] = [
    'all known',
    ...(way ? (['its outcome unknown'] as const) : []),
    ...(definition.steps.some((other) => other.name !== step.name && mayBeMissing(other))
      ? (['without what may be missing'] as const)
      : []),
  ];
  const about = { step: step.name, isLate: way?.isLate ?? false };
  const sent = (order: Order, knowledge: Knowledge) => {
    const { participant, path, idempotencyKey, acceptedIsDone, body } = requestOf(
      definition,
      situation(definition, order, { ...about, knowledge }),
      id,
    );
    return { to: `${participant} ${path}`, idempotencyKey, acceptedIsDone, body };
  };
  const inEachCurrency = (knowledge: Knowledge) =>
    Object.fromEntries(Object.entries(ORDERS).map(([name, order]) => [name, attempt(() => sent(order, knowledge))] as const));
  const requests = situations.map((knowledge) => [knowledge, inEachCurrency(knowledge)] as const);
  return plain(Object.fromEntries(requests.filter(isNews)));
}

/** Most requests are the same whatever else is known: they are recorded once. */
const isNews = ([, request]: readonly [Knowledge, unknown], index: number, all: readonly (readonly [Knowledge, unknown])[]): boolean =>
  index === 0 || JSON.stringify(request) !== JSON.stringify(all[0]?.[1]);

const inEachCase = (of: (settings: Settings, order: Order) => unknown): unknown =>
  agreed(
    Object.entries(SETTINGS).flatMap(([setting, settings]) =>
      Object.entries(CASES).map(([name, order]) => [`${name}, ${setting}`, attempt(() => of(settings, order))] as const),
    ),
  );

const forEachOrder = (of: (order: Order) => unknown): unknown => agreed(Object.entries(ORDERS).map(([name, order]) => [name, of(order)]));

/** One value where all cases agree. */
function agreed(results: readonly (readonly [string, unknown])[]): unknown {
  const different = new Set(results.map(([, result]) => JSON.stringify(result)));
  return different.size === 1 ? results[0]?.[1] : Object.fromEntries(results);
}

/** A function that can't stand a sample is recorded as one that can't. */
function attempt<Result>(work: () => Result): Result | string {
  try {
    return work();
  } catch (error) {
    return `throws ${String(error)}`;
  }
}

/** As it comes back from a file: what is undefined is not there, and JSON knows no endless number. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, part: unknown) => (part === Number.POSITIVE_INFINITY ? 'without end' : part)));
}
