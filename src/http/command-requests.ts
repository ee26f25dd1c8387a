/** The bodies of the commands that an order takes after its start. */

import * as z from 'zod';
import type { ApprovalDecision, ReviewAction } from '../order/orders-port.ts';
import { redacted } from '../saga/redacted.ts';
import { ok, type Result } from '../saga/result.ts';
import type { InvalidRequest } from './refusal.ts';
import { mustBe, parseBody, strictObject, text } from './request-schema.ts';

export const CancelRequest = strictObject({ reason: text(500).transform(redacted).optional() })
  .transform(({ reason = null }) => ({ reason }))
  .meta({ id: 'CancelRequest' });

export const ApprovalRequest = strictObject({
  decision: z.enum(['approve', 'reject'], { error: mustBe('"approve" or "reject"') }),
  by: text(128),
  note: text(1_000, { mayBeEmpty: true }).transform(redacted).optional(),
})
  .transform(({ note = null, ...decision }): ApprovalDecision => ({ ...decision, note }))
  .meta({ id: 'ApprovalRequest', description: '`by` is what the operator says; no one checks it' });

export const ReviewRequest = strictObject({
  action: z.enum(['retry', 'resolve'], { error: mustBe('"retry" or "resolve"') }),
  step: text(64),
  by: text(128),
  note: text(1_000).transform(redacted),
}).meta({ id: 'ReviewRequest', description: '`by` is what the operator says; no one checks it' });

/** The reason that the customer gives for cancelling, or null. */
export function parseCancel(body: unknown): Result<string | null, InvalidRequest> {
  const parsed = parseBody(CancelRequest, body);
  return parsed.ok ? ok(parsed.value.reason) : parsed;
}

/** A person's decision on an order that waits for approval. `by` is what the operator says; no one checks it. */
export const parseApproval = (body: unknown): Result<ApprovalDecision, InvalidRequest> => parseBody(ApprovalRequest, body);

/** What a person does about a step in review, and why. `by` is what the operator says; no one checks it. */
export const parseReview = (body: unknown): Result<ReviewAction, InvalidRequest> => parseBody(ReviewRequest, body);
