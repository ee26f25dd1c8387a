/** Every reason for which the HTTP edge turns a request away, with the values that caused it. problem.ts says how each is told. */

import type { OrderView, Refusal as OrderRefusal, StartRefusal } from '../order/orders-port.ts';
import type { FieldError } from './field-error.ts';
import type { Role } from './tokens.ts';

export interface InvalidRequest {
  readonly reason: 'invalid_request';
  readonly errors: readonly [FieldError, ...FieldError[]];
}

export type AccessRefusal =
  | { readonly reason: 'not_configured'; readonly setting: string; readonly detail: string }
  | { readonly reason: 'unauthenticated'; readonly presented: boolean }
  | { readonly reason: 'too_many_requests' }
  | { readonly reason: 'wrong_role'; readonly role: Role; readonly needed: readonly Role[] };

/** Told apart to help those who sign, never those who can't. */
export interface InvalidSignature {
  readonly reason: 'invalid_signature';
  readonly problem: 'missing' | 'wrong' | 'outside_window';
}

export type TenantRefusal =
  | InvalidRequest
  | { readonly reason: 'tenant_required' }
  | { readonly reason: 'other_tenant'; readonly own: string };

export type BodyRefusal =
  | InvalidRequest
  | { readonly reason: 'body_too_large'; readonly limitBytes: number }
  | { readonly reason: 'unsupported_media_type'; readonly contentType: string | null }
  | { readonly reason: 'unsupported_content_coding'; readonly coding: string }
  | { readonly reason: 'invalid_json'; readonly detail: string };

export type RouteRefusal =
  | { readonly reason: 'order_not_found'; readonly orderId: string }
  /** There is one, but this deployment can't read anything of it. */
  | { readonly reason: 'order_unreadable'; readonly orderId: string }
  | { readonly reason: 'order_failed'; readonly view: OrderView }
  | { readonly reason: 'not_found' }
  | { readonly reason: 'method_not_allowed'; readonly allowed: readonly string[] }
  | { readonly reason: 'unavailable'; readonly retryAfterSeconds: number }
  | { readonly reason: 'internal_error' };

export type Refusal = AccessRefusal | InvalidSignature | TenantRefusal | BodyRefusal | RouteRefusal | StartRefusal | OrderRefusal;

/** Refuses one field that is not in the body: a header, a query parameter. */
export const invalidField = (field: string, detail: string): InvalidRequest => ({
  reason: 'invalid_request',
  errors: [{ field, detail }],
});
