import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ParticipantClient } from '../../src/participants/client.ts';
import { charge, notification, refund } from './answers.ts';
import { answering, deaf, FakeEndpoint, silent, trickling } from './fake-endpoint.ts';

const DETAILS = {
  tenant: 'acme',
  orderId: '4711',
  attempt: 1,
  timeoutMs: 30_000,
  notAfter: 0,
  traceId: '0af7651916cd43dd8448eb211c80319c',
};

const call = (endpoint: FakeEndpoint, request = charge) => new ParticipantClient(endpoint, undefined).call(request, DETAILS);
const probe = (endpoint: FakeEndpoint) => new ParticipantClient(endpoint, undefined).probe(charge, DETAILS);

const UNREADABLE = { type: 'unanswered', code: 'unreadable_answer', mayHaveHappened: true };
const TIMED_OUT = { type: 'unanswered', code: 'timed_out', message: 'No answer within 30000 ms', mayHaveHappened: true };
const UNREACHABLE = {
  type: 'unanswered',
  code: 'unreachable',
  message: 'The connection failed before there was an answer',
  mayHaveHappened: true,
};

const logged: string[] = [];

beforeEach(() => {
  logged.length = 0;
  vi.spyOn(console, 'warn').mockImplementation((line: string) => void logged.push(line));
});
afterEach(() => vi.restoreAllMocks());

describe('an answer', () => {
  it('is read as JSON, a byte order mark or not', async () => {
    for (const body of ['{"payment_id": "pay_1"}', '\uFEFF{"payment_id": "pay_1"}', ' {"payment_id": "pay_1"}\n'])
      expect(await call(answering(201, body))).toEqual({ type: 'succeeded', output: { payment_id: 'pay_1' } });
  });

  it('keeps its Retry-After', async () => {
    expect(await call(answering(429, null, { 'retry-after': '3' }))).toMatchObject({ type: 'unanswered', retryAfterMs: 3_000 });
  });

  it.each([null, '', ' ', '\r\n'])('with the body %j is an empty one', async (body) => {
    expect(await call(answering(200, body), refund)).toEqual({ type: 'succeeded', output: {} });
    expect(await call(answering(201, body))).toMatchObject(UNREADABLE);
  });

  it.each<[string, BodyInit]>([
    ['HTML', '<!doctype html><title>It works</title>'],
    ['plain text', 'OK'],
    ['cut off', '{"payment_id": "pay_1"'],
    ['two documents', '{"payment_id": "pay_1"}{}'],
    ['not UTF-8', new Uint8Array([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d])],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0])],
    ['too long', `{"payment_id": "pay_1"${' '.repeat(65_536)}}`],
    ['nested without end', '['.repeat(60_000)],
  ])('that is %s is unreadable: no answer where it is a 2xx, still a refusal where it is a 4xx', async (_what, body) => {
    expect(await call(answering(201, body))).toMatchObject(UNREADABLE);
    expect(await call(answering(200, body), refund)).toMatchObject(UNREADABLE);
    expect(await call(answering(422, body))).toMatchObject({ type: 'refused', code: 'http_422' });
    expect(await call(answering(200, body), notification)).toEqual({ type: 'succeeded', output: {} });
    expect(await probe(answering(200, body))).toEqual({ type: 'unanswered' });
  });

  it('of 64 KiB is read, and no byte more', async () => {
    const body = (bytes: number) => `{"payment_id": "pay_1"}${' '.repeat(bytes - 23)}`;
    expect(await call(answering(201, body(65_536)))).toMatchObject({ type: 'succeeded' });
    expect(await call(answering(201, body(65_537)))).toMatchObject(UNREADABLE);
  });

  it('that never ends is let go of as soon as it is too long', async () => {
    const { endpoint, isLetGo } = trickling(201, ' '.repeat(1_000), async () => undefined);
    expect(await call(endpoint)).toMatchObject(UNREADABLE);
    expect(isLetGo()).toBe(true);
  });
});

describe('a connection that fails', () => {
  const failure = new TypeError('connect ECONNREFUSED 10.0.0.7:8443 (payment.internal)');
  const brokenOff = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode('{"payment_id": '));
        controller.error(failure);
      },
    });

  it.each<[string, () => FakeEndpoint]>([
    ['rejects', () => new FakeEndpoint(async () => Promise.reject(failure))],
    [
      'throws at once',
      () =>
        new FakeEndpoint(() => {
          throw failure;
        }),
    ],
    ['rejects with what is no error', () => new FakeEndpoint(async () => Promise.reject('10.0.0.7'))],
    ['breaks off in the body', () => answering(201, brokenOff())],
    ['calls itself a time-out', () => new FakeEndpoint(async () => Promise.reject(new DOMException('10.0.0.7', 'TimeoutError')))],
  ])('because it %s is no answer; what it says is for the log alone', async (_how, endpoint) => {
    expect(await call(endpoint())).toEqual(UNREACHABLE);
    expect(await probe(endpoint())).toEqual({ type: 'unanswered' });
    expect(logged).toHaveLength(2);
    for (const line of logged) expect(line).toContain('10.0.0.7');
  });
});

describe('the time-out', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it.each<[string, () => FakeEndpoint]>([
    ['gives no answer', silent],
    ['does not even hear the signal', deaf],
    ['begins a body and stops', () => trickling(201, '{', () => Promise.withResolvers<void>().promise).endpoint],
    ['begins a refusal and stops', () => trickling(422, '{', () => Promise.withResolvers<void>().promise).endpoint],
    ['sends its body too slowly', () => trickling(201, ' ', wait(1_000)).endpoint],
  ])('ends a call to a participant that %s', async (_how, endpoint) => {
    const outcomes: unknown[] = [];
    const answered = call(endpoint()).then((answer) => outcomes.push(answer));
    await vi.advanceTimersByTimeAsync(29_999);
    expect(outcomes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await answered;
    expect(outcomes).toEqual([TIMED_OUT]);
    expect(logged).toEqual([]);
  });

  it('ends a probe', async () => {
    const answered = probe(silent());
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await answered).toEqual({ type: 'unanswered' });
  });

  it('lets go of the connection and of the body', async () => {
    const { endpoint, isLetGo } = trickling(201, ' ', wait(1_000));
    const answered = call(endpoint);
    await vi.advanceTimersByTimeAsync(30_000);
    await answered;
    expect(endpoint.received[0]?.init.signal?.aborted).toBe(true);
    await vi.waitUntil(isLetGo);
  });

  it.each([answering(201, '{"payment_id": "pay_1"}'), new FakeEndpoint(async () => Promise.reject(new Error('reset')))])(
    'leaves no timer behind, which would keep the object awake',
    async (endpoint) => {
      await call(endpoint);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it('may be longer than a timer can be', async () => {
    const client = new ParticipantClient(silent(), undefined);
    const answered = client.call(charge, { ...DETAILS, timeoutMs: 1e15 });
    await vi.advanceTimersByTimeAsync(2 ** 31 - 1);
    expect(await answered).toMatchObject({ code: 'timed_out' });
  });
});

const wait = (ms: number) => () => new Promise<void>((resolve) => setTimeout(resolve, ms));
