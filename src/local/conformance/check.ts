/** What a check is, and what it can find. */

import type { Answer } from '../../saga/answer.ts';
import type { Service } from './service.ts';

/** Sentences: what came, and where it is not as it should be, what that means for a real order. */
export type Finding =
  | { readonly kind: 'good'; readonly came: string }
  | { readonly kind: 'fault'; readonly came: string; readonly means: string }
  /** A service may do without, and has to say so where `PARTICIPANTS` can. */
  | { readonly kind: 'lacking'; readonly came: string; readonly means: string; readonly without?: 'fences' | 'probe' }
  /** The answers don't tell. */
  | { readonly kind: 'unseen'; readonly came: string };

export interface Check {
  readonly name: string;
  readonly did: string;
  readonly expected: string;
  readonly needs: 'do' | 'undo' | 'secret';
  readonly find: (service: Service) => Promise<Finding>;
}

export const good = (came: string): Finding => ({ kind: 'good', came });

export const fault = (came: string, means: string): Finding => ({ kind: 'fault', came, means });

export const unseen = (came: string): Finding => ({ kind: 'unseen', came });

/** What the answer says it did, to be compared with others. Null where it did nothing, or does not tell. */
export const effectOf = (answer: Answer): string | null => (answer.type === 'succeeded' ? JSON.stringify(answer.output) : null);

/** A service that answers without any identifier can't be seen to do a thing twice. */
export const isNameless = (answer: Answer): boolean => effectOf(answer) === '{}';

export const NAMELESS =
  'the same answer, but it names nothing (no id), so a second effect can’t be seen from here: look at what the service did itself';

/** It says no, for whatever reason. */
export const isNo = ({ type }: Answer): boolean => type === 'refused' || type === 'turned_away';

export const TURNED_BACK = 'The coordinator believes a refusal: the order fails';

export const A_PERSON = 'the order ends in review, and a person has to find out what became of it';
