/** The query parameters of lists, read strictly: one that is not known, or given twice, is refused and never passed over. */

import type { MiddlewareHandler } from 'hono';
import * as z from 'zod';
import type { OrderFilter } from '../read-model/listing.ts';
import type { PageRequest } from '../read-model/read-model.ts';
import { SAGA_STATUSES } from '../saga/status.ts';
import { ok, refuse, type Result } from '../saga/result.ts';
import { described } from './described.ts';
import { quote } from './field-error.ts';
import type { ProblemAnswer } from './problem-document.ts';
import { problemResponse } from './problem.ts';
import { invalidField, type InvalidRequest } from './refusal.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

const word = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be 1 to 64 of [a-z0-9_]');
const text = z.string().min(1, 'must not be empty').max(256, 'must be at most 256 characters');
const time = z.iso.datetime({ offset: true, error: 'must be an RFC 3339 time, such as 2026-11-21T08:00:00Z' });

const page = {
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(MAX_LIMIT))
    .default(DEFAULT_LIMIT)
    .meta({ description: 'How many at most' }),
  cursor: text.optional().meta({ description: 'The `next_cursor` of the page before' }),
};

const limitError = `must be an integer from 1 to ${MAX_LIMIT}`;

const pageQuery = z.strictObject(page);

const listQuery = z.strictObject({
  ...page,
  status: word.optional(),
  saga_status: z.enum(SAGA_STATUSES, `must be one of ${SAGA_STATUSES.join(', ')}`).optional(),
  saga: word.optional(),
  customer_id: text.optional(),
  tracking_number: text.optional(),
  created_after: time.optional().meta({ description: 'Placed then or later' }),
  created_before: time.optional().meta({ description: 'Placed before then' }),
});

type Query = Readonly<Record<string, readonly string[]>>;

type QueryInput<Schema extends z.ZodType<object>> = { in: { query?: z.input<Schema> }; out: { query: z.output<Schema> } };

/** Middleware that hands on what the schema gives as `c.req.valid('query')`. */
const queryBy = <Shape extends Readonly<Record<string, z.ZodType>>>(
  schema: z.ZodObject<Shape>,
): MiddlewareHandler<object, string, QueryInput<z.ZodObject<Shape>>, ProblemAnswer> =>
  described(
    {
      parameters: Object.entries(schema.shape).map(([name, schema]) => ({ in: 'query', name, schema })),
      refusals: ['invalid_request'],
    },
    async function readQuery(c, next) {
      const parsed = parse(schema, c.req.queries());
      if (!parsed.ok) return problemResponse(parsed.refusal);
      c.req.addValidatedData('query', parsed.value);
      return next();
    },
  );

export const pageParameters = queryBy(pageQuery);

export const listParameters = queryBy(listQuery);

/** What is asked for, and which page of it. */
export function listed(query: z.output<typeof listQuery>): { readonly filter: OrderFilter; readonly page: PageRequest } {
  const { limit, cursor, status, saga, saga_status: sagaStatus, customer_id: customerId, tracking_number: trackingNumber } = query;
  const [createdAfter, createdBefore] = [query.created_after, query.created_before].map((at) => (at === undefined ? at : Date.parse(at)));
  return {
    filter: { status, saga, sagaStatus, customerId, trackingNumber, createdAfter, createdBefore },
    page: { limit, cursor },
  };
}

/** `tenant` is read by those who check it. */
function parse<Output>(schema: z.ZodType<Output>, { tenant: _tenant, ...query }: Query): Result<Output, InvalidRequest> {
  const repeated = Object.keys(query).find((name) => (query[name]?.length ?? 0) > 1);
  if (repeated !== undefined) return refuse(invalidField(quoteless(repeated), 'must be given once'));
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(query).map(([name, [value]]) => [name, value])));
  return parsed.success ? ok(parsed.data) : refuse(refusalOf(parsed.error.issues[0], query));
}

function refusalOf(issue: z.core.$ZodIssue | undefined, query: Query): InvalidRequest {
  if (issue?.code === 'unrecognized_keys') return invalidField(quoteless(issue.keys[0] ?? ''), 'is not a parameter of this list');
  const name = String(issue?.path[0] ?? 'query');
  const detail = name === 'limit' ? limitError : (issue?.message ?? 'is invalid');
  return invalidField(name, `${detail}, got ${quote(query[name]?.[0])}`);
}

/** A name from the request, cut short like every value of it. */
const quoteless = (name: string): string => quote(name).slice(1, -1);
