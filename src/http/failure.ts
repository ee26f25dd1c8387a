/** What becomes of a thrown error: the caller learns that it failed and whether to try again, the log learns why. */

import { isRecord } from '../saga/read-answer.ts';
import type { RouteRefusal } from './refusal.ts';

/**
 * Durable Objects mark the errors that a later attempt may not meet; D1 only words them, and what is wrong with a statement it calls by SQLite's name.
 * https://developers.cloudflare.com/durable-objects/best-practices/error-handling/
 * https://developers.cloudflare.com/d1/observability/debug-d1/
 */
export function refusalOfError(error: unknown): RouteRefusal {
  if (error instanceof Error && /^D1_ERROR: (?!.*SQLITE_)/s.test(error.message)) return { reason: 'unavailable', retryAfterSeconds: 5 };
  const { overloaded, retryable } = isRecord(error) ? error : {};
  if (overloaded === true) return { reason: 'unavailable', retryAfterSeconds: 5 };
  return retryable === true ? { reason: 'unavailable', retryAfterSeconds: 1 } : { reason: 'internal_error' };
}

/** One structured line. The path without its query and its customer, and neither headers nor body: they may hold what a log should not. */
export function logFailure(event: 'request_failed' | 'wait_failed', request: Request, error: unknown): void {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  console.error(JSON.stringify({ event, method: request.method, path: pathOf(request), message, stack }));
}

const pathOf = ({ url }: Request): string => new URL(url).pathname.replace(/(?<=\/customers\/)[^/]*/, '...');
