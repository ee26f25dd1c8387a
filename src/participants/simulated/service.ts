/**
 * What a simulated service is made of: routes, each a parsed body and a handler over the books. A handler is synchronous and runs
 * in one transaction with the storing of its answer, so it can't be half done. It never sees idempotency, faults or HTTP.
 */

import type * as z from 'zod';
import type { Json } from '../../saga/definition.ts';
import { ok, refuse, type Result } from '../../saga/result.ts';
import { NOTHING_UNDONE, refusal, type Answer } from '../kit/answer.ts';
import type { EntryFacts } from './entry.ts';

export { NOTHING_UNDONE, refusal, type Answer };

/** The books as one operation sees them. */
export interface Books {
  /** Appends what the operation did; with `undoes`, what it reversed. */
  record(facts: EntryFacts, undoes?: string): void;
  /** What the operation under this key did; empty where it did nothing, or was never seen. */
  doneUnder(key: string): readonly EntryFacts[];
  isReversed(key: string): boolean;
  isDispatched(shipmentId: string): boolean;
  stockOf(sku: string): number;
  setStock(sku: string, level: number): void;
}

type Run = (books: Books) => Answer;

export interface Route {
  readonly path: string;
  /** The work that the body asks for, or why the body can't be read. */
  read(body: unknown): Result<Run, string>;
}

/** One route. The handler only ever sees a body that the schema has parsed. */
export function route<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  handle: (input: z.output<Schema>, books: Books) => Answer,
): Route {
  return {
    path,
    read: (body) => {
      const parsed = schema.safeParse(body);
      return parsed.success ? ok((books: Books) => handle(parsed.data, books)) : refuse(fieldErrors(parsed.error).join('; '));
    },
  };
}

/** Each issue as `field: what is wrong with it`. */
export const fieldErrors = (error: z.ZodError): readonly string[] =>
  error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'body'}: ${message}`);

/**
 * The rules that every undo shares: what was never done, or is reversed already, is not reversed again; and a reference, where one is
 * given, must be that of the operation named by `undoes`.
 */
export function undo(
  books: Books,
  asked: { readonly undoes: string; readonly reference: string | null },
  reverse: (done: readonly EntryFacts[]) => Answer,
): Answer {
  const done = books.doneUnder(asked.undoes);
  if (done.length === 0 || books.isReversed(asked.undoes)) return NOTHING_UNDONE;
  const isOther = (facts: EntryFacts) => facts.kind !== 'notified' && facts.reference !== asked.reference;
  if (asked.reference !== null && done.some(isOther)) {
    return refusal(409, 'reference_mismatch', `${asked.reference} is not what ${asked.undoes} made`);
  }
  return reverse(done);
}

export const undone = (more: Readonly<Record<string, Json>>): Answer => ({ status: 200, body: { undone: true, ...more } });
