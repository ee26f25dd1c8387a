/**
 * When to try again: exponential back-off with full jitter, `Retry-After` as a floor, all inside a time that ends.
 * Source: "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
 */

export interface RetryPolicy {
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** From the first attempt's start, where it is not the order's deadline that ends it. */
  readonly withinMs?: number;
}

export const seconds = (count: number): number => count * 1_000;
export const minutes = (count: number): number => count * 60_000;
export const hours = (count: number): number => count * 3_600_000;

/** Whole milliseconds, never less than was asked for. */
export const scaledMs = (durationMs: number, timeScale: number): number => Math.ceil(durationMs * timeScale);

/** Forward: five attempts, within the order's deadline. */
export const FORWARD_RETRY: RetryPolicy = { attempts: 5, firstDelayMs: seconds(1), maxDelayMs: seconds(30) };

/** Back: for an hour and a half, then a person is asked. */
export const UNDO_RETRY: RetryPolicy = {
  attempts: Number.POSITIVE_INFINITY,
  firstDelayMs: seconds(1),
  maxDelayMs: minutes(5),
  withinMs: minutes(90),
};

/** The upper bound of the pause after this many attempts, before jitter. */
function delayCapMs(policy: RetryPolicy, attemptsMade: number): number {
  return Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** Math.min(attemptsMade - 1, 40));
}

/**
 * The time of the next attempt, or null when there is none: the attempts are spent, or its time would lie outside `until`.
 * `random` is in [0, 1). `floorMs` is a participant's `Retry-After`, the one duration that `timeScale` does not touch; the jittered pause
 * comes on top of it, or all who were told the same time would come back at once.
 */
export function nextAttemptAt(input: {
  readonly policy: RetryPolicy;
  readonly attemptsMade: number;
  readonly now: number;
  readonly random: number;
  readonly timeScale: number;
  readonly floorMs: number;
  readonly until: number;
}): number | null {
  if (input.attemptsMade >= input.policy.attempts) return null;
  const pauseMs = scaledMs(input.random * delayCapMs(input.policy, input.attemptsMade), input.timeScale);
  const floorAt = input.now + input.floorMs;
  if (floorAt + pauseMs < input.until) return floorAt + pauseMs;
  return input.floorMs > 0 && floorAt < input.until ? floorAt : null;
}
