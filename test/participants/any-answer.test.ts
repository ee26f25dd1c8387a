/** Whatever a participant answers, the client makes something of it, and never takes what is uncertain for an outcome. */

import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Answer } from '../../src/saga/answer.ts';
import { classify, classifyProbe, type HttpAnswer } from '../../src/participants/classify.ts';
import { ParticipantClient } from '../../src/participants/client.ts';
import { charge, notification, refund } from './answers.ts';
import { answering } from './fake-endpoint.ts';

const REQUESTS = [charge, refund, notification];

const words = fc.constantFrom(
  'declined',
  'failed',
  'rejected',
  'succeeded',
  'refused',
  'pending',
  'unknown_operation',
  'idempotency_key_in_use',
);

/** JSON, often with the fields that an answer may have. */
const json = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      payment_id: fc.oneof(fc.string(), fc.jsonValue()),
      status: fc.oneof(words, fc.jsonValue()),
      state: fc.oneof(words, fc.jsonValue()),
      code: fc.oneof(words, fc.string(), fc.jsonValue()),
      message: fc.oneof(fc.string({ maxLength: 2_000 }), fc.jsonValue()),
      undone: fc.oneof(fc.boolean(), fc.jsonValue()),
      output: fc.oneof(fc.record({ payment_id: fc.string() }), fc.jsonValue()),
      error: fc.oneof(fc.record({ code: fc.string(), message: fc.string() }), fc.jsonValue()),
    },
    { requiredKeys: [] },
  ),
);

const retryAfter = fc.oneof(
  fc.constant(null),
  fc.string(),
  fc.integer().map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
);

const answers: fc.Arbitrary<HttpAnswer> = fc.record({
  status: fc.oneof(fc.integer({ min: 100, max: 599 }), fc.constantFrom(200, 201, 202, 204, 303, 404, 408, 409, 410, 425, 429, 503)),
  retryAfter,
  body: fc.oneof(
    fc.constantFrom(null, 'unreadable' as const),
    json.map((value) => ({ json: value })),
  ),
});

/** No status that says no more than "try again", and no success whose body does not have the needed field. */
const isUncertain = ({ status, body }: HttpAnswer): boolean =>
  status >= 500 || [408, 425, 429].includes(status) || (status < 300 && (body === null || body === 'unreadable'));

const isBounded = (outcome: object): boolean =>
  (!('message' in outcome) || (typeof outcome.message === 'string' && outcome.message.length <= 500)) &&
  (!('code' in outcome) || (typeof outcome.code === 'string' && /^[\w.:-]{1,64}$/.test(outcome.code)));

beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => undefined));
afterEach(() => vi.restoreAllMocks());

it('no answer is too odd for the table, and what is kept of it is bounded', () => {
  fc.assert(
    fc.property(answers, fc.constantFrom(...REQUESTS), fc.nat(), (answer, request, now) => {
      expect(isBounded(classify(answer, request, now))).toBe(true);
      expect(isBounded(classifyProbe(answer, request))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

it('what is uncertain is neither succeeded nor refused, where the step needs a field', () => {
  fc.assert(
    fc.property(answers.filter(isUncertain), (answer) => {
      expect(['unanswered', 'accepted']).toContain(classify(answer, charge, 0).type);
      expect(['unanswered', 'running', 'no_probe']).toContain(classifyProbe(answer, charge).type);
    }),
    { numRuns: 2_000 },
  );
});

it('only a 2xx is a yes, only a 2xx or a 4xx is a no, and only an undo has nothing to undo', () => {
  const possible = (status: number): readonly Answer['type'][] => {
    if (status >= 200 && status < 300) return ['succeeded', 'refused', 'accepted', 'nothing_to_undo', 'unanswered'];
    if (status >= 400 && status < 500) return ['refused', 'turned_away', 'nothing_to_undo', 'unanswered'];
    return status === 307 || status === 308 ? ['turned_away'] : ['unanswered'];
  };
  fc.assert(
    fc.property(answers, fc.constantFrom(...REQUESTS), (answer, request) => {
      const { type } = classify(answer, request, 0);
      expect(possible(answer.status)).toContain(type);
      if (request.direction === 'do') expect(type).not.toBe('nothing_to_undo');
    }),
    { numRuns: 2_000 },
  );
});

const NO_BODY = new Set([204, 205, 304]);

const headers = fc.dictionary(
  fc.constantFrom('retry-after', 'content-type', 'content-length', 'content-encoding', 'location', 'set-cookie', 'x-odd'),
  fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCodePoint(code)) }),
);

const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 2_000 }),
  json.map((value) => JSON.stringify(value)),
  json.map((value) => JSON.stringify(value).slice(1)),
);

it('no response of HTTP makes the client throw, and none that is uncertain is an outcome', async () => {
  const details = {
    tenant: 'acme',
    orderId: '4711',
    attempt: 1,
    timeoutMs: 30_000,
    notAfter: 0,
    traceId: '0af7651916cd43dd8448eb211c80319c',
  };
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 200, max: 599 }), bodies, headers, async (status, body, odd) => {
      const client = new ParticipantClient(answering(status, NO_BODY.has(status) ? null : body, odd), undefined);
      const outcome = await client.call(charge, details);
      expect(isBounded(outcome)).toBe(true);
      if (isUncertain({ status, retryAfter: null, body: { json: null } })) expect(outcome.type).toBe('unanswered');
      expect(isBounded(await client.probe(charge, details))).toBe(true);
    }),
    { numRuns: 500 },
  );
});
