import { describe, expect, it } from 'vitest';
import { BODY_LIMIT_BYTES, readJsonBody } from '../../src/http/request-body.ts';
import { containing } from './edge.ts';

const post = (body: BodyInit | null, headers: Readonly<Record<string, string>> = {}) =>
  new Request('https://edge.test/', { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } });

/** A body without a length: the receiver has to count. */
const streamed = (bytes: number, chunkBytes = 1_024): ReadableStream => {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent >= bytes) return controller.close();
      const chunk = new Uint8Array(Math.min(chunkBytes, bytes - sent)).fill(0x20);
      if (sent === 0) chunk[0] = 0x31;
      sent += chunk.length;
      controller.enqueue(chunk);
    },
  });
};

const nested = (open: string, close: string) => open.repeat(10_000) + close.repeat(10_000);

describe('a body', () => {
  it.each([
    ['an object', '{"a": [1, {"b": "c"}], "d": {"a": 1}}', { a: [1, { b: 'c' }], d: { a: 1 } }],
    ['a byte order mark', '\ufeff{}', {}],
    ['exactly the limit', JSON.stringify('x'.repeat(BODY_LIMIT_BYTES - 2)), 'x'.repeat(BODY_LIMIT_BYTES - 2)],
    ['names that only look alike', '{"a":1,"A":2,"{":3,",":4,"a\\"":5}', { a: 1, A: 2, '{': 3, ',': 4, 'a"': 5 }],
    ['one name as a value and again as a name', '{"a":"b","b":"a","c":["a","a"]}', { a: 'b', b: 'a', c: ['a', 'a'] }],
  ])('is read: %s', async (_, text, value) => expect(await readJsonBody(post(text))).toEqual({ ok: true, value }));

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"', 'application/json; profile=x'])(
    'may be of the type %s',
    async (type) => expect(await readJsonBody(post('{}', { 'Content-Type': type }))).toMatchObject({ ok: true }),
  );

  it.each(['text/plain', 'application/jsonp', 'application/problem+json', 'application/json; charset=latin1', 'multipart/form-data', ''])(
    'may not be of the type %j',
    async (type) =>
      expect(await readJsonBody(post('{}', { 'Content-Type': type }))).toMatchObject({ refusal: { reason: 'unsupported_media_type' } }),
  );

  it('may not be compressed', async () => {
    expect(await readJsonBody(post('{}', { 'Content-Encoding': 'gzip' }))).toMatchObject({
      refusal: { reason: 'unsupported_content_coding' },
    });
  });

  it.each([
    ['the Content-Length is over the limit', post('{}', { 'Content-Length': '65537' })],
    ['it is over the limit', post(JSON.stringify('x'.repeat(BODY_LIMIT_BYTES)))],
    ['it is streamed over the limit', post(streamed(BODY_LIMIT_BYTES + 1))],
    ['it is streamed without an end in sight', post(streamed(Number.POSITIVE_INFINITY))],
    ['its Content-Length is a lie', post(streamed(BODY_LIMIT_BYTES * 2), { 'Content-Length': '2' })],
    ['one chunk is over the limit', post(streamed(BODY_LIMIT_BYTES + 1, BODY_LIMIT_BYTES + 1))],
  ])('is too large when %s', async (_, request) => {
    expect(await readJsonBody(request)).toEqual({ ok: false, refusal: { reason: 'body_too_large', limitBytes: 65_536 } });
  });

  it('is read when it is streamed up to the limit', async () => {
    expect(await readJsonBody(post(streamed(BODY_LIMIT_BYTES)))).toEqual({ ok: true, value: 1 });
  });

  it.each([
    ['nothing', '', 'it is empty'],
    ['half an object', '{"a": 1', 'it is not JSON from position 7 on'],
    ['a comma too many', '{"a": 1,}', 'it is not JSON from position 8 on'],
    ['not JSON', 'customer_id=1', 'it is not JSON'],
    ['single quotes', "{'a': 1}", 'it is not JSON'],
    ['NaN', '{"a": NaN}', 'it is not JSON'],
    ['two values', '{} {}', 'it is not JSON'],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'it is not UTF-8'],
    ['a UTF-8 encoded surrogate', new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]), 'it is not UTF-8'],
  ])('is refused: %s', async (_, body, detail) => {
    const read = await readJsonBody(post(body));
    expect(read).toMatchObject({ refusal: { reason: 'invalid_json', detail: containing(detail) } });
  });

  it.each([
    ['{"a":1,"a":1}', '/a'],
    ['{"b":[{},{"c":1,"\\u0063":2}]}', '/b/1/c'],
    ['[[1,2],{"x":{"y":{},"z":[],"y":0}}]', '/1/x/y'],
    ['{"__proto__":1,"__proto__":2}', '/__proto__'],
  ])('is refused when a name stands twice: %s', async (text, pointer) => {
    expect(await readJsonBody(post(text))).toMatchObject({ refusal: { errors: [{ pointer, detail: 'must be given once' }] } });
  });

  it.each([
    ['arrays', nested('[', ']')],
    ['objects', nested('{"a":', '}').replace('}', '1}')],
    ['arrays without an end', '['.repeat(BODY_LIMIT_BYTES)],
    ['an open string of backslashes', `"${'\\'.repeat(60_000)}`],
  ])('does not hurt when it is %s, however deep', async (_, text) => {
    const read = await readJsonBody(post(text));
    expect(read.ok || read.refusal.reason).toBe(read.ok ? true : 'invalid_json');
  });

  it('means what the route says when there is none', async () => {
    const empty = new Request('https://edge.test/', { method: 'POST' });
    expect(await readJsonBody(empty, { whenEmpty: {} })).toEqual({ ok: true, value: {} });
    expect(await readJsonBody(empty.clone())).toMatchObject({ refusal: { reason: 'unsupported_media_type' } });
  });
});
