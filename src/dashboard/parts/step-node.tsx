/** Where a step stands, as one sign: a filled stitch forward, an outlined one that was taken back. */

import type { Backward, Forward } from '../../saga/progress.ts';

interface StepNodeProps {
  /** `waiting`: under way, but nobody is being called. */
  readonly forward: Forward | 'waiting';
  readonly backward: Backward;
}

/** Drawn in a square of 24. */
const SIGNS = {
  pending: '',
  running: 'M9.5 8v8l7-4z',
  waiting: 'M9.7 8.5v7M14.3 8.5v7',
  succeeded: 'M7.5 12.4l3.2 3.1 6-7',
  failed: 'M8.5 8.5l7 7M15.5 8.5l-7 7',
  skipped: 'M8 12h8',
  parked: 'M12 7v6M12 16v.6',
  undone: 'M10.5 8L7 11.5l3.5 3.5M7.5 11.5h6a3 3 0 010 5.5',
} as const;

export const StepNode = ({ forward, backward }: StepNodeProps) => {
  const sign = signOf(forward, backward);
  return (
    <svg class={`node is-${toneOf(forward, backward)}`} viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <circle cx="12" cy="12" r="10.5" />
      {SIGNS[sign] !== '' && <path class={sign === 'running' ? 'full' : undefined} d={SIGNS[sign]} />}
    </svg>
  );
};

function signOf(forward: StepNodeProps['forward'], backward: Backward): keyof typeof SIGNS {
  if (backward === 'undone' || backward === 'running' || backward === 'owed') return 'undone';
  return backward === 'parked' ? 'parked' : forward;
}

function toneOf(forward: StepNodeProps['forward'], backward: Backward): string {
  if (backward === 'parked' || forward === 'parked') return 'needs_review';
  if (backward === 'undone') return 'compensated';
  if (backward === 'owed' || backward === 'running') return 'compensating';
  const tones = {
    pending: 'pending',
    running: 'running',
    waiting: 'waiting',
    succeeded: 'completed',
    failed: 'failed',
    skipped: 'pending',
  } as const;
  return tones[forward];
}
