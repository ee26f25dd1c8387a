/** The one place where reasons become status codes and the words that programs compare. */

import type { Refusal } from './refusal.ts';

interface ProblemKind {
  readonly status: number;
  readonly code: string;
  readonly title: string;
}

export type Reason = Refusal['reason'];

export const PROBLEM_KINDS = {
  unauthenticated: { status: 401, code: 'unauthenticated', title: 'Not signed in' },
  invalid_signature: { status: 401, code: 'invalid_signature', title: 'Invalid signature' },
  wrong_role: { status: 403, code: 'forbidden', title: 'Not allowed' },
  too_many_requests: { status: 429, code: 'too_many_requests', title: 'Too many requests' },
  other_tenant: { status: 403, code: 'forbidden', title: 'Not allowed' },
  not_configured: { status: 503, code: 'not_configured', title: 'Not configured' },
  tenant_required: { status: 400, code: 'tenant_required', title: 'Tenant required' },
  invalid_request: { status: 400, code: 'invalid_request', title: 'Invalid request' },
  unknown_saga: { status: 400, code: 'unknown_saga', title: 'Unknown saga' },
  invalid_json: { status: 400, code: 'invalid_json', title: 'Invalid JSON' },
  body_too_large: { status: 413, code: 'body_too_large', title: 'Body too large' },
  unsupported_media_type: { status: 415, code: 'unsupported_media_type', title: 'Unsupported media type' },
  unsupported_content_coding: { status: 415, code: 'unsupported_media_type', title: 'Unsupported content coding' },
  order_not_found: { status: 404, code: 'order_not_found', title: 'Order not found' },
  order_exists: { status: 409, code: 'order_exists', title: 'Order exists' },
  idempotency_key_reused: { status: 422, code: 'idempotency_key_reused', title: 'Idempotency key reused' },
  order_failed: { status: 422, code: 'order_failed', title: 'Order processing failed' },
  cannot_cancel: { status: 409, code: 'cannot_cancel', title: 'Cannot cancel' },
  not_waiting: { status: 409, code: 'not_waiting', title: 'Not waiting for approval' },
  not_at_rest: { status: 409, code: 'not_at_rest', title: 'Not at rest' },
  erased: { status: 409, code: 'erased', title: 'Erased' },
  already_decided: { status: 409, code: 'already_decided', title: 'Already decided' },
  not_in_review: { status: 409, code: 'not_in_review', title: 'Not in review' },
  wrong_key: { status: 409, code: 'wrong_key', title: 'Wrong key' },
  unreadable_output: { status: 422, code: 'unreadable_output', title: 'Unreadable output' },
  wrong_tracking_number: { status: 409, code: 'wrong_tracking_number', title: 'Wrong tracking number' },
  not_completed: { status: 409, code: 'not_completed', title: 'Not completed' },
  version_not_deployed: { status: 409, code: 'version_not_deployed', title: 'Version not deployed' },
  journal_unreadable: { status: 409, code: 'journal_unreadable', title: 'History unreadable' },
  order_unreadable: { status: 503, code: 'order_unreadable', title: 'Order unreadable' },
  not_found: { status: 404, code: 'not_found', title: 'Not found' },
  method_not_allowed: { status: 405, code: 'method_not_allowed', title: 'Method not allowed' },
  unavailable: { status: 503, code: 'unavailable', title: 'Unavailable' },
  internal_error: { status: 500, code: 'internal_error', title: 'Internal error' },
} as const satisfies Record<Reason, ProblemKind>;

export type ProblemStatus = (typeof PROBLEM_KINDS)[Reason]['status'];

export type ProblemCode = (typeof PROBLEM_KINDS)[Reason]['code'];
