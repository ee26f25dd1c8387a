/**
 * The `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header), and the order id that follows from it: the same tenant and key
 * lead to the same order, with no second store to ask.
 */

import * as z from 'zod';
import { ok, refuse, type Result } from '../saga/result.ts';
import { quote } from './field-error.ts';
import { invalidField, type InvalidRequest } from './refusal.ts';

export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/)
  .meta({ description: 'One for each order that is meant: a request that is sent again with it is answered with the same order' });

/** The key as it stands in the header; the draft's quotation marks, where there are any, are part of it. Null: there is no header. */
export function readIdempotencyKey(headers: Headers): Result<string | null, InvalidRequest> {
  const key = headers.get('Idempotency-Key');
  if (key === null || IdempotencyKey.safeParse(key).success) return ok(key);
  return refuse(invalidField('Idempotency-Key', `must be 1 to 255 visible ASCII characters, got ${quote(key)}`));
}

/** The id of an order with neither a name nor a key. */
export const randomOrderId = (): string => `o_${crypto.randomUUID().replaceAll('-', '')}`;

/** The order id that a key leads to: a function of tenant and key alone, for ever, since stored orders are found by it. */
export async function orderIdOfKey(tenant: string, key: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${tenant}\n${key}`));
  return `k_${base64Url(new Uint8Array(digest)).slice(0, 32)}`;
}

const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
