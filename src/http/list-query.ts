/** The query parameters of lists, read strictly: one that is not known, or given twice, is refused and never passed over. */

import { z } from 'zod';
import type { OrderFilter } from '../read-model/listing.ts';
import type { PageRequest } from '../read-model/read-model.ts';
import { SAGA_STATUSES } from '../saga/status.ts';
import { ok, refuse, type Result } from '../saga/result.ts';
import { quote } from './field-error.ts';
import { invalidField, type InvalidRequest } from './refusal.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

const word = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be 1 to 64 of [a-z0-9_]');
const text = z.string().min(1, 'must not be empty').max(256, 'must be at most 256 characters');
const time = z.iso
  .datetime({ offset: true, error: 'must be an RFC 3339 time, such as 2026-11-21T08:00:00Z' })
  .transform((value) => Date.parse(value));

const page = {
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/)
    .transform(Number)
    .refine((limit) => limit <= MAX_LIMIT)
    .default(DEFAULT_LIMIT),
  cursor: text.optional(),
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
  created_after: time.optional(),
  created_before: time.optional(),
});

type Query = Readonly<Record<string, readonly string[]>>;

export const parsePageQuery = (query: Query): Result<PageRequest, InvalidRequest> => parse(pageQuery, query);

export function parseListQuery(query: Query): Result<{ readonly filter: OrderFilter; readonly page: PageRequest }, InvalidRequest> {
  const parsed = parse(listQuery, query);
  if (!parsed.ok) return parsed;
  const { limit, cursor, status, saga } = parsed.value;
  const { saga_status: sagaStatus, customer_id: customerId, tracking_number: trackingNumber } = parsed.value;
  const { created_after: createdAfter, created_before: createdBefore } = parsed.value;
  return ok({
    filter: { status, saga, sagaStatus, customerId, trackingNumber, createdAfter, createdBefore },
    page: { limit, cursor },
  });
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
