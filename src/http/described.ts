/**
 * What the API's document says of a route is kept by the handlers that make it so: who asks for a role says which, who parses a body says
 * by which schema. The document is read off the routes themselves.
 */

import type { MiddlewareHandler } from 'hono';
import type * as z from 'zod';
import type { Reason } from './problem-kinds.ts';
import type { Role } from './tokens.ts';

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  /** Of its value as JSON would have it, which is what the schema gives. */
  readonly schema: z.ZodType;
}

export interface AnswerContent {
  readonly description: string;
  /** By media type. */
  readonly content?: Readonly<Record<string, z.ZodType>>;
  /** What each header says. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** By status: those that are no problem documents. */
  readonly answers: Readonly<Record<number, AnswerContent>>;
}

/** What one handler adds to its route. */
export interface Description {
  readonly operation?: Operation;
  readonly roles?: readonly Role[];
  readonly isSigned?: true;
  readonly parameters?: readonly Parameter[];
  readonly body?: { readonly schema: z.ZodType; readonly required: boolean };
  /** Why it turns a request away. */
  readonly refusals?: readonly Reason[];
}

const descriptions = new WeakMap<object, Description>();

/** The same handler, which from now on is known to do this. */
export function described<Handler extends object>(description: Description, handler: Handler): Handler {
  descriptions.set(handler, description);
  return handler;
}

export const descriptionOf = (handler: object): Description => descriptions.get(handler) ?? {};

/** Stands first in a route and says what it is for; it does nothing. The refusals are those of the last handler. */
export const operation = ({ refusals = [], ...operation }: Operation & { readonly refusals?: readonly Reason[] }): MiddlewareHandler =>
  described({ operation, refusals }, (_c, next) => next());

/** One answer in JSON. */
export const json = (schema: z.ZodType, description: string, headers?: Readonly<Record<string, string>>): AnswerContent => ({
  description,
  content: { 'application/json': schema },
  ...(headers && { headers }),
});
