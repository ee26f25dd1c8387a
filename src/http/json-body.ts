/** Middleware that reads a JSON body by a schema, hands on what it gives as `c.req.valid('json')`, and turns away what does not fit. */

import type { MiddlewareHandler } from 'hono';
import type * as z from 'zod';
import { described } from './described.ts';
import type { ProblemAnswer } from './problem-document.ts';
import type { Reason } from './problem-kinds.ts';
import { problemResponse } from './problem.ts';
import { parseJsonBody, readJsonBody } from './request-body.ts';
import { parseBody } from './request-schema.ts';

interface BodyEnv {
  Variables: {
    /** The body, where somebody had to read it before: a signature covers it. */
    readonly bytes?: Uint8Array;
  };
}

type Body<Schema extends z.ZodType<object>> = { in: { json: z.input<Schema> }; out: { json: z.output<Schema> } };
type MaybeBody<Schema extends z.ZodType<object>> = { in: { json?: z.input<Schema> }; out: { json: z.output<Schema> } };

const REFUSALS: readonly Reason[] = [
  'invalid_request',
  'invalid_json',
  'body_too_large',
  'unsupported_media_type',
  'unsupported_content_coding',
];

/** A request without a body is refused like any other bad body. */
export const jsonBody = <Schema extends z.ZodType<object>>(
  schema: Schema,
): MiddlewareHandler<BodyEnv, string, Body<Schema>, ProblemAnswer> =>
  described({ body: { schema, required: true }, refusals: REFUSALS }, reading(schema));

/** A request without a body means `{}`. */
export const optionalJsonBody = <Schema extends z.ZodType<object>>(
  schema: Schema,
): MiddlewareHandler<BodyEnv, string, MaybeBody<Schema>, ProblemAnswer> =>
  described({ body: { schema, required: false }, refusals: REFUSALS }, reading(schema, { whenEmpty: {} }));

const reading = (
  schema: z.ZodType<object>,
  options: Parameters<typeof readJsonBody>[1] = {},
): MiddlewareHandler<BodyEnv, string, {}, ProblemAnswer> =>
  async function readBody(c, next) {
    const bytes = c.get('bytes');
    const body = bytes ? parseJsonBody(c.req.raw.headers, bytes) : await readJsonBody(c.req.raw, options);
    const parsed = body.ok ? parseBody(schema, body.value) : body;
    if (!parsed.ok) return problemResponse(parsed.refusal);
    c.req.addValidatedData('json', parsed.value);
    return next();
  };
