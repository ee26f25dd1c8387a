/**
 * What a service does with a request: its keys, fences and probe are the participant kit's, beside the books in one storage. Every method
 * is synchronous and is called inside a transaction, so the effect and the stored answer stand together or not at all. Keys are kept for ever.
 */

import { createHash } from 'node:crypto';
import type { Json, ParticipantName } from '../../saga/definition.ts';
import { begin, lateness, probing, undoesOf, type Admission } from '../kit/admission.ts';
import { ACCEPTED, errorOf, hasUndone, inUse, refusal, reused, UNDONE, type Answer } from '../kit/answer.ts';
import { accepting, ending, fence, looking, settling, withdrawing, type Claim } from '../kit/key-table.ts';
import { DurableStore } from '../kit/store.ts';
import type { LedgerBooks } from './books.ts';
import { jsonOf, type Call } from './calls.ts';
import { NOTHING_UNDONE, type Books } from './service.ts';
import { routeOf } from './services.ts';

/** How a new operation is to be taken: done, done without a fence, refused before any effect, failed for good, or done later. */
export type Treatment =
  | { readonly kind: 'serve' }
  | { readonly kind: 'serve_unfenced' }
  | { readonly kind: 'refuse'; readonly answer: Answer }
  | { readonly kind: 'break'; readonly answer: Answer; readonly effect: boolean }
  | { readonly kind: 'accept' };

export interface Performed {
  readonly answer: Answer;
  /** The stored answer, given again. */
  readonly isDuplicate: boolean;
  /** It is owed now: `settle` has to be called. */
  readonly isAccepted: boolean;
}

/** A body may hold a customer's address: of what is only compared, nothing more is kept. */
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const answerOnly = (answer: Answer, isDuplicate = false): Performed => ({ answer, isDuplicate, isAccepted: false });

export class Operations {
  readonly #service: ParticipantName;
  readonly #keys: DurableStore;
  readonly #books: LedgerBooks;
  /** Keys whose first request is still being processed, in this life of the object. */
  readonly #inUse = new Set<string>();

  constructor(service: ParticipantName, storage: DurableObjectStorage, books: LedgerBooks) {
    this.#service = service;
    this.#keys = new DurableStore(storage);
    this.#books = books;
  }

  /** Until the returned function is called, other requests with the key are told that it is in use. */
  hold(key: string): () => void {
    if (this.#inUse.has(key)) return () => undefined;
    this.#inUse.add(key);
    return () => void this.#inUse.delete(key);
  }

  perform(call: Call, treatment: Treatment, now: number): Performed {
    if (this.#inUse.has(call.key)) return answerOnly(this.#isReused(call) ? reused(call.key) : inUse(call.key));
    const run = this.#read(call);
    const admission = this.#admit(call, treatment, 'status' in run ? run : null, now);
    if (admission.kind === 'answer') {
      if (admission.closing) this.#keys.run(admission.closing);
      return answerOnly(admission.answer, admission.isReplay);
    }
    if ('status' in run) throw new Error(`${call.key} was admitted though it can't be read`);
    return this.#performNew(call, treatment, admission.claim, () => run(this.#books.openFor(call, now)), now);
  }

  /** Only what is simply served is left to the kit, undo and all: the others are about what goes wrong with it. */
  #admit(call: Call, { kind }: Treatment, unreadable: Answer | null, now: number): Admission {
    const undoes = kind === 'serve' ? undoesOf(jsonOf(call.text)) : null;
    const turnedAway = lateness(call.notAfter, now) ?? unreadable;
    return this.#keys.run(begin({ key: call.key, path: call.route, body: digestOf(call.text), undoes, turnedAway }, { now, until: now }));
  }

  #performNew(call: Call, treatment: Treatment, claim: Claim, run: () => Answer, now: number): Performed {
    switch (treatment.kind) {
      case 'serve':
        return this.#store(claim, run());
      case 'serve_unfenced':
        return this.#serveUnfenced(claim, run());
      case 'refuse':
        return this.#store(claim, treatment.answer);
      case 'break':
        if (treatment.effect) this.#runFencing(call, run, now);
        return this.#store(claim, treatment.answer);
      case 'accept':
        this.#keys.run(accepting(claim));
        return { answer: ACCEPTED, isDuplicate: false, isAccepted: true };
      default:
        return treatment satisfies never;
    }
  }

  /** What found nothing leaves nothing behind, so it may find something the next time. */
  #serveUnfenced(claim: Claim, answer: Answer): Performed {
    if (answer !== NOTHING_UNDONE) return this.#store(claim, answer);
    this.#keys.run(withdrawing(claim));
    return answerOnly(answer);
  }

  #runFencing(call: Call, run: () => Answer, now: number): Answer {
    const undoes = undoesOf(jsonOf(call.text));
    if (undoes !== null) this.#keys.run(fence(undoes, now));
    return run();
  }

  /** Does what was accepted, or refuses it where `refusal` says so or a fence stands by now. Null: it is not owed. */
  settle(call: Call, refused: Answer | null, now: number): Answer | null {
    const known = this.#keys.run(looking(call.key));
    if (!known?.isAccepted || known.answer) return null;
    const answer = known.isFenced ? UNDONE : (refused ?? this.#runAccepted(call, now));
    this.#keys.run(settling(call.key, answer, { hasUndone: hasUndone(answer), mayBeFenced: true }));
    return answer;
  }

  /** What the probe says: `GET /operations/{idempotency_key}`. */
  probe(key: string): Answer {
    return this.#inUse.has(key) ? ACCEPTED : this.#keys.run(probing(key, Date.now()));
  }

  #runAccepted(call: Call, now: number): Answer {
    const run = this.#read(call);
    if ('status' in run) throw new Error(`The accepted operation ${call.key} can't be read any more`);
    return this.#runFencing(call, () => run(this.#books.openFor(call, now)), now);
  }

  /** The work that it asks for, or what is said to what can't be read. */
  #read({ route, text }: Call): ((books: Books) => Answer) | Answer {
    const run = routeOf(this.#service, route)?.read(jsonOf(text));
    return run?.ok ? run.value : refusal(422, 'invalid_request', run?.refusal ?? `There is no route ${route}`);
  }

  #store(claim: Claim, answer: Answer): Performed {
    this.#keys.run(ending(claim, answer, claim.undoes !== null && hasUndone(answer)));
    return answerOnly(answer);
  }

  #isReused({ key, route, text }: Call): boolean {
    const request = this.#keys.run(looking(key))?.request;
    return request ? request.path !== route || request.body !== digestOf(text) : false;
  }
}

/** The body of the callback that tells how an accepted operation ended. */
export function callbackBody(key: string, answer: Answer): Json {
  return answer.status < 400
    ? { idempotency_key: key, outcome: 'succeeded', output: answer.body }
    : { idempotency_key: key, outcome: 'refused', error: errorOf(answer) };
}
