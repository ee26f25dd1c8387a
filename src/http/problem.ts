/**
 * Problem documents (RFC 9457). `type` is `/problems/` and the code: an identifier relative to this API, stable, compared and never
 * fetched. `code` is the same word by itself. `detail` is for people and may change.
 */

import { typed } from './answer.ts';
import { bodyError, quote } from './field-error.ts';
import type { ProblemAnswer } from './problem-document.ts';
import { PROBLEM_KINDS } from './problem-kinds.ts';
import type { Refusal } from './refusal.ts';

/** What is particular to one refusal, beside what all of its kind have. */
interface Particulars {
  readonly detail: string;
  /** Extension members of the document. */
  readonly more: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** The answer that tells a refusal. `headers` are added to those that the refusal brings along. */
export function problemResponse(refusal: Refusal, headers: Readonly<Record<string, string>> = {}): ProblemAnswer {
  const { status, code, title } = PROBLEM_KINDS[refusal.reason];
  const { detail, more, headers: own } = particularsOf(refusal);
  const document = { type: `/problems/${code}`, title, status, detail, code, ...more };
  return typed(
    new Response(JSON.stringify(document), { status, headers: { ...headers, ...own, 'Content-Type': 'application/problem+json' } }),
  );
}

function particularsOf(refusal: Refusal): Particulars {
  switch (refusal.reason) {
    case 'unauthenticated':
      return particulars(tokenDetail(refusal.presented), {}, challenge(refusal.presented));
    case 'invalid_signature':
      return particulars(SIGNATURE[refusal.problem], {}, signatureChallenge);
    case 'wrong_role':
      return particulars(`Use a token of the role ${refusal.needed.join(' or ')}, not ${refusal.role}`);
    case 'too_many_requests':
      return particulars('Wait a minute: your tenant has made too many requests', {}, retryAfter(60));
    case 'other_tenant':
      return particulars(`Leave out ?tenant= or name your own tenant, ${refusal.own}`);
    case 'not_configured':
      return particulars(`Cannot use ${refusal.setting}: ${refusal.detail}`, {
        setting: refusal.setting,
      });
    case 'tenant_required':
      return particulars('Add ?tenant=: the configuration does not have exactly one tenant');
    case 'invalid_request':
      return invalid(refusal.errors);
    case 'unknown_saga':
      return invalid([bodyError(['saga'], `must name a saga of this service, got ${quote(refusal.saga)}`)]);
    case 'invalid_json':
      return particulars(`Cannot read the body: ${refusal.detail}`);
    case 'body_too_large':
      return particulars(`Send a body of at most ${refusal.limitBytes} bytes`);
    case 'unsupported_media_type':
      return particulars(mediaTypeDetail(refusal.contentType), {}, acceptJson);
    case 'unsupported_content_coding':
      return particulars(codingDetail(refusal.coding), {}, acceptIdentity);
    case 'order_not_found':
      return particulars(`Cannot find the order ${quote(refusal.orderId)}`);
    case 'order_exists':
      return particulars('Use another order_id: there is an order with this one and another content');
    case 'idempotency_key_reused':
      return particulars('Use a new Idempotency-Key: this one came with another body');
    case 'order_failed':
      return orderFailed(refusal.view);
    case 'cannot_cancel':
      return particulars(`Cannot cancel the order: it is ${refusal.status}`, {
        order_status: refusal.status,
      });
    case 'not_waiting':
      return particulars('Cannot decide the approval: the order does not wait for it');
    case 'not_at_rest':
      return particulars('Cannot erase the order yet: it is under way, or waits for a person');
    case 'erased':
      return particulars("Cannot act on the order: its customer's data is erased");
    case 'already_decided':
      return particulars(`Cannot decide the approval: the decision was ${refusal.decision}`, {
        decision: refusal.decision,
      });
    case 'not_in_review':
      return particulars(notInReview(refusal), { step: refusal.step, stands: refusal.stands });
    case 'wrong_key':
      return particulars(`Cannot find an operation of this order's step ${quote(refusal.step)} with that idempotency_key`);
    case 'unreadable_output':
      return particulars(`Cannot take the output: ${quote(refusal.step)} needs other fields`);
    case 'wrong_tracking_number':
      return particulars("Cannot take the report: the tracking number is not the order's");
    case 'not_completed':
      return particulars(`Cannot take the report: the order is ${refusal.status} and has no shipment yet`, {
        order_status: refusal.status,
      });
    case 'version_not_deployed':
      return particulars(versionNotDeployed(refusal), {
        saga: refusal.saga,
        saga_version: refusal.version,
      });
    case 'journal_unreadable':
      return particulars(`${UNREADABLE} from event ${refusal.seq} on. ${GOES_ON}`, {
        event: refusal.seq,
      });
    case 'order_unreadable':
      return particulars(`${UNREADABLE}. ${GOES_ON}`);
    case 'not_found':
      return particulars('Cannot find anything at this path');
    case 'method_not_allowed':
      return particulars(`Use ${refusal.allowed.join(' or ')}`, {}, allow(refusal.allowed));
    case 'unavailable':
      return particulars('Try again: the service is busy', {}, retryAfter(refusal.retryAfterSeconds));
    case 'internal_error':
      return particulars('Cannot answer the request: something went wrong here');
    default:
      return refusal satisfies never;
  }
}

const particulars = (detail: string, more: Particulars['more'] = {}, headers: Particulars['headers'] = {}): Particulars => ({
  detail,
  more,
  headers,
});

type InvalidErrors = Extract<Refusal, { reason: 'invalid_request' }>['errors'];

const invalid = (errors: InvalidErrors): Particulars =>
  particulars(`Cannot accept the request: ${errors[0].field} ${errors[0].detail}`, { errors });

/** The HTTP status takes the name `status`, so the order's own is `order_status`. */
function orderFailed({ order_id, status, saga_status, error, links }: Extract<Refusal, { reason: 'order_failed' }>['view']): Particulars {
  const reason = error?.message ?? 'The order was rolled back';
  return particulars(reason, {
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
