/**
 * Problem documents (RFC 9457). `type` is `/problems/` and the code: an identifier relative to this API, stable, compared and never
 * fetched. `code` is the same word by itself. `detail` is for people and may change.
 */

import { bodyError, quote } from './field-error.ts';
import type { Refusal } from './refusal.ts';

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** Extension members of the document. */
  readonly more: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** The answer that tells a refusal. `headers` are added to those that the refusal brings along. */
export function problemResponse(refusal: Refusal, headers: Readonly<Record<string, string>> = {}): Response {
  const problem = problemOf(refusal);
  const { status, code, title, detail, more } = problem;
  const document = { type: `/problems/${code}`, title, status, detail, code, ...more };
  return new Response(JSON.stringify(document), {
    status,
    headers: { ...headers, ...problem.headers, 'Content-Type': 'application/problem+json' },
  });
}

/** The one place where reasons become status codes. */
function problemOf(refusal: Refusal): Problem {
  switch (refusal.reason) {
    case 'unauthenticated':
      return problem(401, 'unauthenticated', 'Not signed in', tokenDetail(refusal.presented), {}, challenge(refusal.presented));
    case 'invalid_signature':
      return problem(401, 'invalid_signature', 'Invalid signature', SIGNATURE[refusal.problem], {}, signatureChallenge);
    case 'wrong_role':
      return problem(403, 'forbidden', 'Not allowed', `Use a token of the role ${refusal.needed.join(' or ')}, not ${refusal.role}`);
    case 'too_many_requests':
      return problem(
        429,
        'too_many_requests',
        'Too many requests',
        'Wait a minute: your tenant has made too many requests',
        {},
        retryAfter(60),
      );
    case 'other_tenant':
      return problem(403, 'forbidden', 'Not allowed', `Leave out ?tenant= or name your own tenant, ${refusal.own}`);
    case 'not_configured':
      return problem(503, 'not_configured', 'Not configured', `Cannot use ${refusal.setting}: ${refusal.detail}`, {
        setting: refusal.setting,
      });
    case 'tenant_required':
      return problem(400, 'tenant_required', 'Tenant required', 'Add ?tenant=: the configuration does not have exactly one tenant');
    case 'invalid_request':
      return invalid('invalid_request', 'Invalid request', refusal.errors);
    case 'unknown_saga':
      return invalid('unknown_saga', 'Unknown saga', [bodyError(['saga'], `must name a saga of this service, got ${quote(refusal.saga)}`)]);
    case 'invalid_json':
      return problem(400, 'invalid_json', 'Invalid JSON', `Cannot read the body: ${refusal.detail}`);
    case 'body_too_large':
      return problem(413, 'body_too_large', 'Body too large', `Send a body of at most ${refusal.limitBytes} bytes`);
    case 'unsupported_media_type':
      return problem(415, 'unsupported_media_type', 'Unsupported media type', mediaTypeDetail(refusal.contentType), {}, acceptJson);
    case 'unsupported_content_coding':
      return problem(415, 'unsupported_media_type', 'Unsupported content coding', codingDetail(refusal.coding), {}, acceptIdentity);
    case 'order_not_found':
      return problem(404, 'order_not_found', 'Order not found', `Cannot find the order ${quote(refusal.orderId)}`);
    case 'order_exists':
      return problem(409, 'order_exists', 'Order exists', 'Use another order_id: there is an order with this one and another content');
    case 'idempotency_key_reused':
      return problem(422, 'idempotency_key_reused', 'Idempotency key reused', 'Use a new Idempotency-Key: this one came with another body');
    case 'order_failed':
      return orderFailed(refusal.view);
    case 'cannot_cancel':
      return conflict('cannot_cancel', 'Cannot cancel', `Cannot cancel the order: it is ${refusal.status}`, {
        order_status: refusal.status,
      });
    case 'not_waiting':
      return conflict('not_waiting', 'Not waiting for approval', 'Cannot decide the approval: the order does not wait for it');
    case 'already_decided':
      return conflict('already_decided', 'Already decided', `Cannot decide the approval: the decision was ${refusal.decision}`, {
        decision: refusal.decision,
      });
    case 'not_in_review':
      return conflict('not_in_review', 'Not in review', notInReview(refusal), { step: refusal.step, stands: refusal.stands });
    case 'wrong_key':
      return conflict(
        'wrong_key',
        'Wrong key',
        `Cannot find an operation of this order's step ${quote(refusal.step)} with that idempotency_key`,
      );
    case 'unreadable_output':
      return problem(422, 'unreadable_output', 'Unreadable output', `Cannot take the output: ${quote(refusal.step)} needs other fields`);
    case 'wrong_tracking_number':
      return conflict('wrong_tracking_number', 'Wrong tracking number', "Cannot take the report: the tracking number is not the order's");
    case 'not_completed':
      return conflict('not_completed', 'Not completed', `Cannot take the report: the order is ${refusal.status} and has no shipment yet`, {
        order_status: refusal.status,
      });
    case 'version_not_deployed':
      return conflict(refusal.reason, 'Version not deployed', versionNotDeployed(refusal), {
        saga: refusal.saga,
        saga_version: refusal.version,
      });
    case 'journal_unreadable':
      return conflict(refusal.reason, 'History unreadable', `${UNREADABLE} from event ${refusal.seq} on. ${GOES_ON}`, {
        event: refusal.seq,
      });
    case 'order_unreadable':
      return problem(503, 'order_unreadable', 'Order unreadable', `${UNREADABLE}. ${GOES_ON}`);
    case 'not_found':
      return problem(404, 'not_found', 'Not found', 'Cannot find anything at this path');
    case 'method_not_allowed':
      return problem(405, 'method_not_allowed', 'Method not allowed', `Use ${refusal.allowed.join(' or ')}`, {}, allow(refusal.allowed));
    case 'unavailable':
      return problem(503, 'unavailable', 'Unavailable', 'Try again: the service is busy', {}, retryAfter(refusal.retryAfterSeconds));
    case 'internal_error':
      return problem(500, 'internal_error', 'Internal error', 'Cannot answer the request: something went wrong here');
    default:
      return refusal satisfies never;
  }
}

function problem(
  status: number,
  code: string,
  title: string,
  detail: string,
  more: Problem['more'] = {},
  headers: Problem['headers'] = {},
): Problem {
  return { status, code, title, detail, more, headers };
}

const conflict = (code: string, title: string, detail: string, more: Problem['more'] = {}): Problem =>
  problem(409, code, title, detail, more);

type InvalidErrors = Extract<Refusal, { reason: 'invalid_request' }>['errors'];

const invalid = (code: string, title: string, errors: InvalidErrors): Problem =>
  problem(400, code, title, `Cannot accept the request: ${errors[0].field} ${errors[0].detail}`, { errors });

/** The HTTP status takes the name `status`, so the order's own is `order_status`. */
function orderFailed({ order_id, status, saga_status, error, links }: Extract<Refusal, { reason: 'order_failed' }>['view']): Problem {
  const reason = error?.message ?? 'The order was rolled back';
  return problem(422, 'order_failed', 'Order processing failed', reason, {
    reason,
    order_id,
    order_status: status,
    saga_status,
    error,
    links,
  });
}

const notInReview = ({ step, stands }: Extract<Refusal, { reason: 'not_in_review' }>): string =>
  stands === null
    ? `Cannot find the step ${quote(step)} in the order's saga`
    : `Cannot act on ${step}: it does not wait for a person, ${STANDS[stands]}`;

/** After "the step does not wait for a person," */
const STANDS = {
  pending: 'it has not begun',
  running: 'it is under way',
  succeeded: 'it succeeded',
  failed: 'it failed',
  skipped: 'it was skipped',
  parked: 'it is parked',
  none: 'there is nothing to undo',
  owed: 'it will be undone',
  undone: 'it is undone',
} as const satisfies Record<NonNullable<Extract<Refusal, { reason: 'not_in_review' }>['stands']>, string>;

const versionNotDeployed = ({ saga, version }: Extract<Refusal, { reason: 'version_not_deployed' }>): string =>
  `Cannot act on the order: it runs on ${saga} version ${version}, which is not deployed. ${GOES_ON}`;

const UNREADABLE = "Cannot read the order's history";
const GOES_ON = 'It goes on by itself when a deployment can take it up again';

const tokenDetail = (presented: boolean): string =>
  presented ? 'Use a token that is configured: this one is not' : 'Send the header Authorization: Bearer, with a token';

/** RFC 6750, section 3.1: no error code where no token came. */
const challenge = (presented: boolean) => ({ 'WWW-Authenticate': presented ? 'Bearer error="invalid_token"' : 'Bearer' });

const SIGNATURE = {
  missing: 'Send the headers webhook-id, webhook-timestamp and webhook-signature',
  wrong: 'Sign the raw body with a secret that is configured: the signature does not fit',
  outside_window: 'Sign at the time of sending: webhook-timestamp is more than five minutes from now',
} as const;

/** Every 401 names a way in (RFC 9110, section 15.5.2). */
const signatureChallenge = { 'WWW-Authenticate': 'StandardWebhooks' };

const mediaTypeDetail = (contentType: string | null): string =>
  `Send the body as application/json, ${contentType === null ? 'with a Content-Type header' : `not ${quote(contentType)}`}`;

const codingDetail = (coding: string): string => `Send the body without a Content-Encoding, not ${quote(coding)}`;

const acceptJson = { Accept: 'application/json' };
const acceptIdentity = { 'Accept-Encoding': 'identity' };
const allow = (methods: readonly string[]) => ({ Allow: methods.join(', ') });
const retryAfter = (seconds: number) => ({ 'Retry-After': String(seconds) });
