/** Figures of repeated rounds: the middle one, and how far apart they lie. Pure. */

import type { Round } from './round.ts';

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Figures {
  readonly perSecond: Spread;
  readonly p50: Spread;
  readonly p95: Spread;
  readonly p99: Spread;
  readonly cpuMsPerOrder: Spread;
  readonly memoryKibPerOrder: Spread;
}

/** The smallest value that at least this share of all does not exceed. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

const spreadOf = (values: readonly number[]): Spread => ({
  median:
    (quantile(values, 0.5) +
      -quantile(
        values.map((value) => -value),
        0.5,
      )) /
    2,
  min: Math.min(...values),
  max: Math.max(...values),
});

export function figuresOf(rounds: readonly Round[]): Figures {
  const latency = (share: number) => spreadOf(rounds.map(({ latenciesMs }) => quantile(latenciesMs, share)));
  return {
    perSecond: spreadOf(rounds.map(({ perSecond }) => perSecond)),
    p50: latency(0.5),
    p95: latency(0.95),
    p99: latency(0.99),
    cpuMsPerOrder: spreadOf(rounds.map(({ cpuMsPerOrder }) => cpuMsPerOrder)),
    memoryKibPerOrder: spreadOf(rounds.map(({ memoryKibPerOrder }) => memoryKibPerOrder)),
  };
}
