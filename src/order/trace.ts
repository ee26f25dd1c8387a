/** The order's trace: the caller's own, where it sent one (W3C Trace Context), else a new one. */

export function traceIdFrom(traceparent: string | null): string {
  const [, traceId] = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/.exec(traceparent ?? '') ?? [];
  return traceId && !/^0+$/.test(traceId) ? traceId : crypto.randomUUID().replaceAll('-', '');
}
