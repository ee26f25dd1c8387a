/**
 * What becomes of a request: it is answered from what is known of its key, or performed. Whoever is told to perform it has the claim, and
 * nobody else has: not for the same key, and not for undoing the same operation.
 */

import {
  ACCEPTED,
  inUse,
  isRecord,
  isRefusal,
  NOTHING_UNDONE,
  outcomeOf,
  refusal,
  reused,
  UNDONE,
  type Answer,
  type Json,
} from './answer.ts';
import {
  claiming,
  ending,
  fencing,
  reading,
  releasing,
  rowsOf,
  type Claim,
  type Known,
  type Lease,
  type Transaction,
} from './key-table.ts';

export interface Asked {
  readonly key: string;
  readonly path: string;
  /** Byte for byte: that is what makes two requests the same. */
  readonly body: string;
  readonly undoes: string | null;
  /** What it is told where it is new: it is not to be performed. */
  readonly turnedAway: Answer | null;
}

/** The operation that an undo undoes. */
export interface Undoing {
  readonly key: string;
  /** `begun`: an attempt at it failed or broke off, and nobody knows what it did outside of this storage; inside it, nothing. */
  readonly state: 'done' | 'accepted' | 'begun';
  /** The body that it came with. */
  readonly request: string;
  /** What it was answered, field by field. Null where it has no answer. */
  readonly output: Readonly<Record<string, Json>> | null;
}

export type Admission =
  | {
      readonly kind: 'answer';
      readonly answer: Answer;
      /** The kept answer, given again. */
      readonly isReplay: boolean;
      readonly retryAfterSeconds: number | null;
      /** To be run before it is answered. */
      readonly closing: Transaction<void> | null;
    }
  | { readonly kind: 'perform'; readonly claim: Claim; readonly undoing: Undoing | null };

/** Takes the claim where there is one to take. */
export function begin(asked: Asked, lease: Lease): Transaction<Admission> {
  const { key, undoes, turnedAway } = asked;
  const claim: Claim = { key, id: crypto.randomUUID(), undoes };
  const taking = turnedAway ? [] : [claiming(claim, asked, lease), ...fencing(claim, lease)];
  const statements = [...taking, reading(undoes === null ? [key] : [key, undoes])];
  return {
    statements,
    read: (rows) => {
      const known = rowsOf(rows[taking.length]);
      const own = known.find((row) => row.key === key);
      return ofOwn(asked, own, claim, lease.now) ?? ofUndone(known, claim, lease.now);
    },
  };
}

export const say = (answer: Answer, more: Partial<Extract<Admission, { kind: 'answer' }>> = {}): Admission => ({
  kind: 'answer',
  answer,
  isReplay: false,
  retryAfterSeconds: null,
  closing: null,
  ...more,
});

/** Null where the claim is ours. */
function ofOwn({ key, path, body, turnedAway }: Asked, own: Known | undefined, claim: Claim, now: number): Admission | null {
  if (own?.request && (own.request.path !== path || own.request.body !== body)) return say(reused(key));
  if (own?.answer) return say(own.answer, { isReplay: true });
  if (own?.isAccepted) return say(ACCEPTED, { isReplay: true });
  if (own?.isFenced) return say(UNDONE);
  if (own && own.claim !== claim.id && own.leaseUntil > now) return wait(key, own.leaseUntil - now);
  return turnedAway && say(turnedAway);
}

function ofUndone(known: readonly Known[], claim: Claim, now: number): Admission {
  const { undoes } = claim;
  const target = known.find(({ key }) => key === undoes);
  if (!target) return { kind: 'perform', claim, undoing: null };
  if (target.undoneBy === null && target.claim !== claim.id) return wait(target.key, target.leaseUntil - now, releasing(claim));
  const undoing = target.undoneBy === null ? undoingOf(target) : null;
  return undoing ? { kind: 'perform', claim, undoing } : say(NOTHING_UNDONE, { closing: endingUndone(claim, target) });
}

/** What somebody else has undone is not in our hands. */
const endingUndone = (claim: Claim, { undoneBy }: Known): Transaction<void> =>
  ending(undoneBy === null ? claim : { ...claim, undoes: null }, NOTHING_UNDONE, false);

/** Null: it never came, or was refused. */
function undoingOf({ key, request, answer, isAccepted }: Known): Undoing | null {
  if (!request || (answer && isRefusal(answer))) return null;
  const output = answer && isRecord(answer.body) ? answer.body : null;
  return { key, state: answer ? 'done' : isAccepted ? 'accepted' : 'begun', request: request.body, output };
}

/** Longer would keep an order waiting that could go on; where somebody crashed, attempts have to outlast the lease. */
const MOST_SECONDS = 10;

const wait = (key: string, forMs: number, closing: Transaction<void> | null = null): Admission =>
  say(inUse(key), { closing, retryAfterSeconds: Math.max(1, Math.min(MOST_SECONDS, Math.ceil(forMs / 1_000))) });

/** What `GET /operations/{key}` says. */
export const probing = (key: string, now: number): Transaction<Answer> => ({
  statements: [reading([key])],
  read: (rows) => {
    const [known] = rowsOf(rows[0]);
    if (!known) return refusal(404, 'unknown_operation', `${key} was never seen`);
    if (known.answer) return known.answer.status >= 500 ? known.answer : { status: 200, body: outcomeOf(known.answer) };
    if (known.isAccepted || (known.request && known.leaseUntil > now && !known.isFenced)) return ACCEPTED;
    if (known.isFenced && (!known.request || known.undoneBy !== null)) return { status: 200, body: outcomeOf(UNDONE) };
    return refusal(503, 'outcome_unknown', `${key} has begun, and nobody knows how it ended`);
  },
});

/** Null where it comes in time, or has no time to keep. */
export function lateness(notAfter: string | null, now: number): Answer | null {
  if (notAfter === null) return null;
  const until = Date.parse(notAfter);
  if (Number.isNaN(until)) return refusal(400, 'invalid_request', `Saga-Not-After is not a time: ${notAfter}`);
  return now > until ? refusal(410, 'too_late', `It was to be done by ${notAfter}`) : null;
}

/** The operation that the body says it undoes. Null where it says nothing of the kind. */
export function undoesOf(body: unknown): string | null {
  const undoes: unknown = typeof body === 'object' && body !== null && 'undoes' in body ? body.undoes : null;
  return typeof undoes === 'string' && undoes !== '' ? undoes : null;
}

/** A key that is not percent-encoded as it should be is taken as it stands: no operation has it. */
export function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch (error) {
    if (error instanceof URIError) return key;
    throw error;
  }
}
