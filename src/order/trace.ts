/** The order's trace: the caller's own, where it sent one (W3C Trace Context, https://www.w3.org/TR/trace-context/#traceparent-header), else a new one. */

/** A later version may say more at its end; there is none that is called ff. */
const TRACEPARENT = /^(?!ff)(?!00-.{52}.)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-.*)?$/;

export const traceIdFrom = (traceparent: string | null): string =>
  TRACEPARENT.exec(traceparent ?? '')?.[1] ?? crypto.randomUUID().replaceAll('-', '');
