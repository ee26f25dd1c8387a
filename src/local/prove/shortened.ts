/**
 * Times that are short enough to see all of. Policies are cut to a first attempt and a last one, since the core treats those between
 * alike, and whatever could go on for hours ends within seconds.
 */

import type { ApprovalStep, CallStep, DelayStep, SagaDefinition, Stage, Step } from '../../saga/definition.ts';
import type { RetryPolicy } from '../../saga/retry.ts';

export const DEADLINE_MS = 3_000;

/** An approval, a delay, a step with a time of its own, an undo. */
const WITHIN_MS = 1_000;

const PAUSE = { firstDelayMs: 1_000, maxDelayMs: 1_000 };

/** Time in which nobody was there to try; what is longer does not count against an undo's time. */
export const OUTAGE_MS = 60_000;

export const KEY_LIFETIME_MS = 3_600_000;

/** Shorter than an order may take. */
export const SHORT_KEY_LIFETIME_MS = 1_200;

export function shortenedSaga(saga: SagaDefinition): SagaDefinition {
  const stages = saga.stages.map((stage) => shortenedStage(stage, isBehindPivot(saga, stage)));
  return { ...saga, stages, steps: stages.flat() };
}

/** Where the order's deadline ends nothing any more. */
const isBehindPivot = ({ steps, pivot }: SagaDefinition, [step]: Stage): boolean =>
  pivot !== null && steps.findIndex(({ name }) => name === pivot) < steps.findIndex(({ name }) => name === step?.name);

const shortenedStage = (stage: Stage, isBehind: boolean): Stage =>
  stage.map((step): Step => {
    switch (step.kind) {
      case 'approval':
        return shortApproval(step);
      case 'delay':
        return shortDelay(step);
      case 'call':
        return shortCall(step, isBehind);
      default:
        return step satisfies never;
    }
  });

const shortApproval = ({ withinMs, ...rest }: ApprovalStep): ApprovalStep => ({
  ...rest,
  ...(withinMs !== undefined && { withinMs: Math.min(withinMs, WITHIN_MS) }),
});

const shortDelay = (step: DelayStep): DelayStep => ({ ...step, durationMs: Math.min(step.durationMs, WITHIN_MS) });

function shortCall({ undo, withinMs, ...rest }: CallStep, isBehind: boolean): CallStep {
  const ownMs = withinMs === undefined ? Number.POSITIVE_INFINITY : Math.min(withinMs, WITHIN_MS);
  const endsMs = isBehind ? Math.min(ownMs, DEADLINE_MS) : ownMs;
  return {
    ...rest,
    ...(Number.isFinite(endsMs) && { withinMs: endsMs }),
    retry: { ...rest.retry, ...PAUSE, attempts: Math.min(rest.retry.attempts, 2) },
    ...(undo && { undo: { ...undo, retry: shortUndo(undo.retry) } }),
  };
}

/** Also where only the attempts are counted: what was accepted would be waited for as long as its key is known. */
const shortUndo = (policy: RetryPolicy): RetryPolicy => ({
  ...policy,
  ...PAUSE,
  attempts: Number.isFinite(policy.attempts) ? Math.min(policy.attempts, 2) : policy.attempts,
  withinMs: Math.min(policy.withinMs ?? Number.POSITIVE_INFINITY, WITHIN_MS),
});
