import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { ParticipantClient, type AttemptDetails } from '../../src/participants/client.ts';
import { charge, KEY, refund } from './answers.ts';
import { answering, type FakeEndpoint } from './fake-endpoint.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const DETAILS: AttemptDetails = {
  tenant: 'acme',
  orderId: '4711',
  attempt: 1,
  timeoutMs: 30_000,
  notAfter: Date.UTC(2026, 10, 21, 12, 30, 0, 7),
  traceId: '0af7651916cd43dd8448eb211c80319c',
};

const TRACEPARENT = /^00-0af7651916cd43dd8448eb211c80319c-(?!0{16})[\da-f]{16}-01$/;

const clientOf = (endpoint: FakeEndpoint, secret?: string) => new ParticipantClient(endpoint, secret);

/** What the participant received of one call. */
async function sent(request = charge, details: Partial<AttemptDetails> = {}, secret?: string) {
  const endpoint = answering(201, '{"payment_id": "pay_1"}');
  await clientOf(endpoint, secret).call(request, { ...DETAILS, ...details });
  return only(endpoint);
}

async function probed(idempotencyKey = KEY, secret?: string) {
  const endpoint = answering(404);
  await clientOf(endpoint, secret).probe({ ...charge, idempotencyKey }, DETAILS);
  return only(endpoint);
}

function only(endpoint: FakeEndpoint) {
  const [received, ...others] = endpoint.received;
  if (!received || others.length > 0) throw new Error(`Expected one request, got ${endpoint.received.length}`);
  return received;
}

describe('a call', () => {
  it('carries the headers of the participant API', async () => {
    const { method, url, headers } = await sent();
    const { traceparent, ...others } = headers;
    expect([method, url]).toEqual(['POST', 'https://payment.test/v1/charges']);
    expect(others).toEqual({
      'content-type': 'application/json',
      'idempotency-key': 'acme.4711.process_payment.do',
      'saga-tenant': 'acme',
      'saga-order-id': '4711',
      'saga-step': 'process_payment',
      'saga-direction': 'do',
      'saga-attempt': '1',
      'saga-not-after': '2026-11-21T12:30:00.007Z',
    });
    expect(traceparent).toMatch(TRACEPARENT);
  });

  it('back says so, under a key of its own', async () => {
    const { url, headers } = await sent(refund);
    expect(url).toBe('https://payment.test/v1/refunds');
    expect(headers).toMatchObject({ 'saga-direction': 'undo', 'idempotency-key': 'acme.4711.process_payment.undo' });
  });

  it('is the same on every attempt, byte for byte, but for its number, its time and its span', async () => {
    const endpoint = answering(503);
    const client = clientOf(endpoint);
    for (const attempt of [1, 2, 3, 4, 5]) await client.call(charge, { ...DETAILS, attempt, notAfter: DETAILS.notAfter + attempt });
    expect(endpoint.received.map(({ body }) => body)).toEqual(Array.from({ length: 5 }, () => charge.body));
    expect(endpoint.received.map(({ headers }) => headers['saga-attempt'])).toEqual(['1', '2', '3', '4', '5']);
    expect(new Set(endpoint.received.map(({ headers }) => headers['idempotency-key']))).toEqual(new Set([KEY]));
    expect(new Set(endpoint.received.map(({ headers }) => headers['traceparent'])).size).toBe(5);
    for (const { headers } of endpoint.received) expect(headers['traceparent']).toMatch(TRACEPARENT);
  });

  it.each([
    [0, '1970-01-01T00:00:00.000Z'],
    [Date.UTC(2026, 0, 1) + 0.5, '2026-01-01T00:00:00.000Z'],
    [Date.UTC(10_000, 0, 1), '9999-12-31T23:59:59.999Z'],
    [Number.MAX_VALUE, '9999-12-31T23:59:59.999Z'],
    [Number.POSITIVE_INFINITY, '9999-12-31T23:59:59.999Z'],
  ])('has a Saga-Not-After in RFC 3339, with milliseconds, for %d', async (notAfter, text) => {
    expect((await sent(charge, { notAfter })).headers['saga-not-after']).toBe(text);
  });

  it('follows no redirect', async () => {
    const endpoint = answering(302, null, { location: 'https://elsewhere.test/' });
    expect(await clientOf(endpoint).call(charge, DETAILS)).toMatchObject({ code: 'unexpected_redirect' });
    expect(only(endpoint).init.redirect).toBe('manual');
  });
});

describe('a signature', () => {
  it('can be verified by Standard Webhooks, on every attempt', async () => {
    for (const attempt of [1, 2]) {
      const { headers, body } = await sent(charge, { attempt }, SECRET);
      expect(headers['webhook-id']).toBe(KEY);
      expect(new Webhook(SECRET).verify(body, { ...headers })).toEqual(JSON.parse(charge.body));
    }
  });

  it('does not fit another body, another key or another secret', async () => {
    const { headers, body } = await sent(charge, {}, SECRET);
    expect(() => new Webhook(SECRET).verify(`${body} `, { ...headers })).toThrow('No matching signature');
    expect(() => new Webhook(SECRET).verify(body, { ...headers, 'webhook-id': `${KEY}2` })).toThrow('No matching signature');
    expect(() => new Webhook('whsec_c2VjcmV0').verify(body, { ...headers })).toThrow('No matching signature');
  });

  it.each([undefined, ''])('is not there without a secret: %j', async (secret) => {
    const headers = [await sent(charge, {}, secret), await probed(KEY, secret)].flatMap((received) => Object.keys(received.headers));
    expect(headers.filter((name) => name.startsWith('webhook-'))).toEqual([]);
  });

  it('is on a probe, too, which is a message of its own each time', async () => {
    const [first, second] = [await probed(KEY, SECRET), await probed(KEY, SECRET)];
    for (const { headers } of [first, second]) expect(() => new Webhook(SECRET).verify('', { ...headers })).not.toThrow();
    expect(new Set([KEY, first.headers['webhook-id'], second.headers['webhook-id']]).size).toBe(3);
  });

  it('is never made with what is no secret', () => {
    for (const secret of ['whsec_', 'whsec_*', 'no secret']) expect(() => clientOf(answering(201), secret)).toThrow();
  });
});

describe('a probe', () => {
  it('is a GET without a body, a key or an attempt, and is never answered by a cache', async () => {
    const { method, url, headers, body, init } = await probed();
    expect([method, url, body]).toEqual(['GET', 'https://payment.test/v1/operations/acme.4711.process_payment.do', '']);
    expect(init).toMatchObject({ redirect: 'manual', cache: 'no-store' });
    const { traceparent, ...others } = headers;
    expect(others).toEqual({ 'saga-tenant': 'acme', 'saga-order-id': '4711', 'saga-step': 'process_payment', 'saga-direction': 'do' });
    expect(traceparent).toMatch(TRACEPARENT);
  });

  it.each([
    ['a/b', 'a%2Fb'],
    ['../charges', '..%2Fcharges'],
    ['a?b#c', 'a%3Fb%23c'],
    ['ü %', '%C3%BC%20%25'],
  ])('holds the key %j in one segment of its path', async (key, segment) => {
    expect((await probed(key)).url).toBe(`https://payment.test/v1/operations/${segment}`);
  });

  it('is read by the table of answers', async () => {
    const body = '{"state": "succeeded", "output": {"payment_id": "pay_1"}}';
    expect(await clientOf(answering(200, body)).probe(charge, DETAILS)).toEqual({ type: 'succeeded', output: { payment_id: 'pay_1' } });
    expect(await clientOf(answering(404)).probe(charge, DETAILS)).toEqual({ type: 'no_probe' });
  });
});
