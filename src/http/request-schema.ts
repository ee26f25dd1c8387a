/**
 * How request bodies are described: zod schemas whose messages say what a field must be and what it is, without echoing more of the
 * request than 80 characters. A string is taken as it is, never trimmed or normalised.
 */

import * as z from 'zod';
import { ok, refuse, type Result } from '../saga/result.ts';
import { bodyError, quote, type FieldError } from './field-error.ts';
import type { InvalidRequest } from './refusal.ts';

/** So that a body full of mistakes does not get an answer many times its size. */
const MOST_ERRORS = 20;

/** The message of a schema that a value does not fit. */
export const mustBe =
  (what: string) =>
  ({ input }: { readonly input?: unknown }): string =>
    input === undefined ? 'is missing' : `must be ${what}, got ${quote(input)}`;

/** An object with these fields and no others. */
export const strictObject = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape, { error: mustBe('an object') });

/** Text for people and machines to keep: well-formed Unicode, no control characters, and not blank unless it may be empty. */
export function text(maxLength: number, { mayBeEmpty = false } = {}) {
  const what = mayBeEmpty ? `a string of at most ${maxLength} characters` : `a string of 1 to ${maxLength} characters`;
  // By code points, as a person counts: a letter beyond the basic plane is one, not two.
  const fits = new RegExp(`^.{${mayBeEmpty ? 0 : 1},${maxLength}}$`, 'su');
  return z
    .string({ error: mustBe(what) })
    .refine((value) => fits.test(value), { error: mustBe(what), abort: true })
    .refine((value) => mayBeEmpty || !BLANK.test(value), { error: 'must not be blank', abort: true })
    .refine((value) => !CONTROL.test(value), { error: 'must not hold control characters', abort: true })
    .refine((value) => value.isWellFormed(), { error: 'must be well-formed Unicode, and holds a lone surrogate' })
    .meta({ maxLength, ...(!mayBeEmpty && { minLength: 1 }) });
}

/** C0, DEL and C1. */
const CONTROL = /\p{Cc}/u;
/** Nothing that a person could see. */
const BLANK = /^[\s\p{Default_Ignorable_Code_Point}]*$/u;

/** The body as the schema has it, or what is wrong with it, one error for each field. */
export function parseBody<Output>(schema: z.ZodType<Output>, body: unknown): Result<Output, InvalidRequest> {
  const parsed = schema.safeParse(body);
  return parsed.success ? ok(parsed.data) : refuse(invalidBody(parsed.error.issues.flatMap(fieldErrors)));
}

/** Refuses fields of the body: the first error for each, and no more than twenty. */
export function invalidBody(errors: readonly FieldError[]): InvalidRequest {
  const firsts = errors.filter(({ pointer }, index) => errors.findIndex((other) => other.pointer === pointer) === index);
  const [first = bodyError([], 'must be a valid request'), ...others] = firsts;
  return { reason: 'invalid_request', errors: [first, ...others.slice(0, MOST_ERRORS - 1)] };
}

const fieldErrors = (issue: z.core.$ZodIssue): readonly FieldError[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.slice(0, MOST_ERRORS).map((key) => bodyError([...issue.path, key], 'is not a known field'))
    : [bodyError(issue.path, issue.message)];
