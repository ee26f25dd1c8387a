/**
 * What came back from a participant, in the words of the saga: the client reduces HTTP to these, `decide` draws the conclusions.
 * There are three outcomes, not two: what was neither confirmed nor refused is unknown, and stays so until it is resolved.
 */

import type { Output, Refused } from './definition.ts';

export type Answer =
  /** It happened. For an undo: it is undone. */
  | { readonly type: 'succeeded'; readonly output: Output }
  /**
   * It did not happen and never will under this key. `isVague`: whoever answered named no reason, so it may not have been the participant
   * itself (but what stands before it, while it is away); then it says nothing of the attempts before it.
   */
  | ({ readonly type: 'refused'; readonly isVague?: true } & Refused)
  /**
   * This attempt was turned away for a reason that is not the customer's: our credentials, our key, or its time was over.
   * It says nothing of the attempts before it.
   */
  | { readonly type: 'turned_away'; readonly code: string; readonly message: string }
  /** Under way; the result comes by callback, or the probe finds it. */
  | { readonly type: 'accepted' }
  /** Undo only: the participant knows nothing that could be undone. */
  | { readonly type: 'nothing_to_undo' }
  /** No usable answer. `mayHaveHappened` is false only where the participant said that it did not take the call up. */
  | {
      readonly type: 'unanswered';
      readonly code: string;
      readonly message: string;
      readonly mayHaveHappened: boolean;
      /** The participant's own `Retry-After`: a floor, never scaled. */
      readonly retryAfterMs?: number;
    };

/** A key that was used wrongly is our own doing, whatever status or callback tells of it. */
export const isAboutKey = (code: string): boolean => code.startsWith('idempotency_');

/** What `GET /operations/{key}` says of an operation. */
export type ProbeAnswer =
  | { readonly type: 'succeeded'; readonly output: Output }
  | ({ readonly type: 'refused' } & Refused)
  | { readonly type: 'running' }
  /** Undo only: it came to its end and found nothing. */
  | { readonly type: 'nothing_to_undo' }
  /** The participant never saw the operation. It may still arrive late. */
  | { readonly type: 'never_seen' }
  /** The participant has no probe. */
  | { readonly type: 'no_probe' }
  | { readonly type: 'unanswered' };
