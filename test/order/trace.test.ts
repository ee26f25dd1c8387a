import { describe, expect, it } from 'vitest';
import { traceIdFrom } from '../../src/order/trace.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe('a traceparent', () => {
  it.each([
    `00-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-00`,
    `cc-${TRACE}-${PARENT}-01`,
    `cc-${TRACE}-${PARENT}-01-what-comes-later`,
  ])('is taken: %s', (traceparent) => expect(traceIdFrom(traceparent)).toBe(TRACE));

  it.each([
    null,
    '',
    TRACE,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `ff-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-01-more`,
    `cc-${TRACE}-${PARENT}-01more`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
  ])('that says nothing begins a new trace: %s', (traceparent) => {
    const traceId = traceIdFrom(traceparent);
    expect(traceId).toMatch(/^[\da-f]{32}$/);
    expect([TRACE, '0'.repeat(32)]).not.toContain(traceId);
  });
});
