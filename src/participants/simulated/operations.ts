/**
 * Idempotency and fencing: at most one effect for each key, whatever arrives and how often. Every method is synchronous and is
 * called inside a transaction, so the effect and the stored answer stand together or not at all. Keys are kept for ever.
 */

import { z } from 'zod';
import type { Json, ParticipantName } from '../../saga/definition.ts';
import type { LedgerBooks } from './books.ts';
import { jsonOf, type Call } from './calls.ts';
import { NOTHING_UNDONE, refusal, type Answer, type Books } from './service.ts';
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

const ACCEPTED: Answer = { status: 202, body: {} };
const UNDONE = refusal(409, 'undone', 'The operation was undone before it arrived');

const rowSchema = z
  .object({
    route: z.string(),
    body: z.string(),
    tenant: z.string(),
    order_id: z.string(),
    status: z.int().nullable(),
    answer: z.string().nullable(),
  })
  .transform(({ status, answer, ...asked }) => ({
    ...asked,
    answer: status === null || answer === null ? null : { status, body: z.json().parse(JSON.parse(answer)) },
  }));

type StoredOperation = z.output<typeof rowSchema>;

const answerOnly = (answer: Answer): Performed => ({ answer, isDuplicate: false, isAccepted: false });

export class Operations {
  readonly #service: ParticipantName;
  readonly #sql: SqlStorage;
  readonly #books: LedgerBooks;
  /** Keys whose first request is still being processed, in this life of the object. */
  readonly #inUse = new Set<string>();

  constructor(service: ParticipantName, sql: SqlStorage, books: LedgerBooks) {
    this.#service = service;
    this.#sql = sql;
    this.#books = books;
    sql.exec(`create table if not exists operations (idempotency_key text primary key, route text not null, body text not null,
      tenant text not null, order_id text not null, status integer, answer text) without rowid`);
  }

  /** Until the returned function is called, other requests with the key are told that it is in use. */
  hold(key: string): () => void {
    if (this.#inUse.has(key)) return () => undefined;
    this.#inUse.add(key);
    return () => void this.#inUse.delete(key);
  }

  perform(call: Call, treatment: Treatment, now: number): Performed {
    const known = this.#find(call.key);
    if (known && (known.route !== call.route || known.body !== call.text)) {
      return answerOnly(refusal(422, 'idempotency_key_reused', `${call.key} came before with another request`));
    }
    if (this.#inUse.has(call.key)) return answerOnly(refusal(409, 'idempotency_key_in_use', `${call.key} is being processed`));
    if (known) return { answer: known.answer ?? ACCEPTED, isDuplicate: true, isAccepted: false };
    return this.#performNew(call, treatment, now);
  }

  #performNew(call: Call, treatment: Treatment, now: number): Performed {
    if (this.#books.isFenced(call.key)) return this.#store(call, UNDONE);
    const refused = lateness(call, now);
    if (refused) return answerOnly(refused);
    const run = routeOf(this.#service, call.route)?.read(jsonOf(call.text));
    if (!run?.ok) return answerOnly(refusal(422, 'invalid_request', run?.refusal ?? `There is no route ${call.route}`));
    switch (treatment.kind) {
      case 'serve':
        return this.#store(call, run.value(this.#books.openFor(call, now)));
      case 'serve_unfenced':
        return this.#serveUnfenced(call, run.value, now);
      case 'refuse':
        return this.#store(call, treatment.answer);
      case 'break':
        if (treatment.effect) run.value(this.#books.openFor(call, now));
        return this.#store(call, treatment.answer);
      case 'accept':
        return this.#store(call, null);
      default:
        return treatment satisfies never;
    }
  }

  /** What found nothing leaves nothing behind, so it may find something the next time. */
  #serveUnfenced(call: Call, run: (books: Books) => Answer, now: number): Performed {
    const answer = run({ ...this.#books.openFor(call, now), fence: () => undefined });
    return answer === NOTHING_UNDONE ? answerOnly(answer) : this.#store(call, answer);
  }

  /** Does what was accepted, or refuses it where `refusal` says so or a fence stands by now. Null: it is not owed. */
  settle(key: string, refused: Answer | null, now: number): Answer | null {
    const accepted = this.#find(key);
    if (!accepted || accepted.answer) return null;
    const answer = this.#books.isFenced(key) ? UNDONE : (refused ?? this.#run(key, accepted, now));
    this.#sql.exec(
      'update operations set status = ?, answer = ? where idempotency_key = ?',
      answer.status,
      JSON.stringify(answer.body),
      key,
    );
    return answer;
  }

  /** What the probe says: `GET /operations/{idempotency_key}`. */
  probe(key: string): Answer {
    const known = this.#find(key);
    if (this.#inUse.has(key) || (known && !known.answer)) return ACCEPTED;
    if (known?.answer && known.answer.status >= 500) return known.answer;
    if (known?.answer) return { status: 200, body: outcomeOf(known.answer) };
    if (this.#books.isFenced(key)) return { status: 200, body: outcomeOf(UNDONE) };
    return refusal(404, 'unknown_operation', `${key} was never seen`);
  }

  #run(key: string, { route, body, tenant, order_id }: StoredOperation, now: number): Answer {
    const run = routeOf(this.#service, route)?.read(jsonOf(body));
    if (!run?.ok) throw new Error(`The accepted operation ${key} can't be read any more`);
    return run.value(this.#books.openFor({ key, tenant, orderId: order_id }, now));
  }

  #store({ key, route, text, tenant, orderId }: Call, answer: Answer | null): Performed {
    const values = [key, route, text, tenant, orderId, answer?.status ?? null, answer && JSON.stringify(answer.body)];
    const columns = 'idempotency_key, route, body, tenant, order_id, status, answer';
    this.#sql.exec(`insert into operations (${columns}) values (?, ?, ?, ?, ?, ?, ?)`, ...values);
    return { answer: answer ?? ACCEPTED, isDuplicate: false, isAccepted: answer === null };
  }

  #find(key: string): StoredOperation | null {
    const [row] = this.#sql.exec('select * from operations where idempotency_key = ?', key).toArray();
    return row ? rowSchema.parse(row) : null;
  }
}

function lateness({ notAfter }: Call, now: number): Answer | null {
  if (notAfter === null) return null;
  const until = Date.parse(notAfter);
  if (Number.isNaN(until)) return refusal(400, 'invalid_request', `Saga-Not-After is not a time: ${notAfter}`);
  return now > until ? refusal(410, 'too_late', `It was to be done by ${notAfter}`) : null;
}

const errorSchema = z.object({ code: z.string(), message: z.string() });

/** A stored answer in the words of the probe and of callbacks. */
function outcomeOf({ status, body }: Answer): Json {
  return status < 400 ? { state: 'succeeded', output: body } : { state: 'refused', error: errorSchema.parse(body) };
}

/** The body of the callback that tells how an accepted operation ended. */
export function callbackBody(key: string, { status, body }: Answer): Json {
  return status < 400
    ? { idempotency_key: key, outcome: 'succeeded', output: body }
    : { idempotency_key: key, outcome: 'refused', error: errorSchema.parse(body) };
}
