/** Where a value lies on an axis, and the values that are worth a line across the chart. */

export interface Scale {
  /** From 0 at the bottom to 1 at the top. */
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
}

/** From zero to a round number that is not below the greatest. What is counted in whole numbers has no line between them: `leastStep` is 1. */
export function linearScale(values: readonly number[], leastStep = 0): Scale {
  const top = Math.max(0, ...values) || 1;
  const step = Math.max(leastStep, roundStep(top / 4));
  const steps = Math.max(1, Math.ceil(top / step - 1e-9));
  return {
    place: (value) => value / (steps * step),
    ticks: Array.from({ length: steps + 1 }, (_, index) => index * step),
  };
}

function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= least - 1e-12) ?? 10;
  return factor * power;
}

const DURATIONS_MS = [100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000];

/** Each step is about ten times the one before: orders take a second or an hour. */
export function durationScale(valuesMs: readonly number[]): Scale {
  const top = Math.max(1_000, ...valuesMs);
  const last = DURATIONS_MS.findIndex((tick) => tick >= top);
  const ticks = DURATIONS_MS.slice(0, last === -1 ? undefined : last + 1);
  const [bottom = 1, ceiling = bottom] = [ticks[0], ticks.at(-1)];
  const span = Math.log(ceiling / bottom);
  return { place: (value) => Math.min(1, Math.max(0, Math.log(Math.max(value, bottom) / bottom) / span)), ticks };
}
