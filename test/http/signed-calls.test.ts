import { describe, expect, it } from 'vitest';
import { BODY_LIMIT_BYTES } from '../../src/http/request-body.ts';
import { bodyOf, Edge, orderBody, problemOf, TOKEN_ENTRIES, TOKENS } from './edge.ts';
import { SECRET, secretOf, signedHeaders } from './signing.ts';

const CALLBACK = '/api/v1/orders/one/steps/process_payment/callback';
const SHIPMENT = '/api/v1/orders/one/shipment-events';

const succeeded = { idempotency_key: 'acme.one.process_payment.do', outcome: 'succeeded', output: { payment_id: 'pay_1' } };
const refused = {
  idempotency_key: 'acme.one.process_payment.do',
  outcome: 'refused',
  error: { code: 'fraud', message: 'Suspicious' },
};
const shipped = { type: 'shipped', tracking_number: 'T1', at: '2026-11-21T12:00:00.000Z' };

async function edgeWithOrder(env: ConstructorParameters<typeof Edge>[0] = { API_TOKENS: TOKENS, CALLBACK_SECRET: SECRET }): Promise<Edge> {
  const edge = new Edge(env);
  await edge.start(orderBody({ order_id: 'one' }));
  edge.orders.become('acme', 'one', { saga_status: 'completed', status: 'completed', tracking_number: 'T1' });
  return edge;
}

/** Signed, with no token. */
function send(edge: Edge, path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const separator = path.includes('?') ? '' : '?tenant=acme';
  return edge.call('POST', path + separator, {
    token: null,
    body: text,
    headers: { 'Content-Type': 'application/json', ...(headers ?? signedHeaders(text)) },
  });
}

describe.each([
  ['a callback', CALLBACK, succeeded],
  ['a shipment event', SHIPMENT, shipped],
])('%s', (_, path, body) => {
  const text = JSON.stringify(body);
  const codeOf = async (response: Response) => {
    const { status, code, detail } = await problemOf(response);
    return { status, code, detail };
  };

  it('is taken with a signature and no token, as often as it comes', async () => {
    const edge = await edgeWithOrder();
    for (let times = 0; times < 2; times += 1) {
      const answer = await send(edge, path, body);
      expect(answer.status).toBe(200);
      expect(await bodyOf(answer)).toMatchObject({ order_id: 'one', tenant: 'acme' });
    }
  });

  it.each([undefined, '', ' , ', 'whsec_', 'whsec_*', btoa('no prefix'), `${SECRET} nonsense`])(
    'is not configured with the secret %j',
    async (secret) => {
      const edge = await edgeWithOrder({ API_TOKENS: TOKENS, ...(secret !== undefined && { CALLBACK_SECRET: secret }) });
      const problem = await problemOf(await send(edge, path, body));
      expect(problem).toMatchObject({ status: 503, code: 'not_configured', setting: 'CALLBACK_SECRET' });
      expect(JSON.stringify(problem)).not.toContain(SECRET);
    },
  );

  it.each([SECRET, secretOf('another secret, the newer one')])('may be signed with any of several secrets: %s', async (secret) => {
    const both = `${secretOf('another secret, the newer one')}, ${SECRET}`;
    const edge = await edgeWithOrder({ API_TOKENS: TOKENS, CALLBACK_SECRET: both });
    expect((await send(edge, path, body, signedHeaders(text, { secret }))).status).toBe(200);
  });

  it('is refused without a signature, whatever token it carries', async () => {
    const edge = await edgeWithOrder();
    for (const token of [null, 'acme-client', 'the-operator']) {
      const answer = await edge.call('POST', `${path}?tenant=acme`, { token, body });
      expect(answer.headers.get('WWW-Authenticate')).toBe('StandardWebhooks');
      expect(await codeOf(answer)).toMatchObject({ status: 401, code: 'invalid_signature', detail: expectText('Send the headers') });
    }
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      const answer = await send(edge, path, body, { ...signedHeaders(text), [name]: '' });
      expect(await codeOf(answer)).toMatchObject({ status: 401, detail: expectText('Send the headers') });
    }
  });

  const good = signedHeaders(text);
  it.each([
    ['of another secret', signedHeaders(text, { secret: secretOf('the secret of somebody else') })],
    ['of another body', signedHeaders(`${text} `)],
    ['of another id', { ...good, 'webhook-id': 'msg_2' }],
    ['of another time', { ...good, 'webhook-timestamp': String(Number(good['webhook-timestamp']) - 1) }],
    ['of no version', { ...good, 'webhook-signature': (good['webhook-signature'] ?? '').replace('v1,', 'v2,') }],
    ['that is cut short', { ...good, 'webhook-signature': (good['webhook-signature'] ?? '').slice(0, -4) }],
    ['that is none', { ...good, 'webhook-signature': 'v1' }],
    ['with a time that is none', { ...good, 'webhook-timestamp': 'now' }],
    ['with a time with something behind it', { ...good, 'webhook-timestamp': `${good['webhook-timestamp']}.5` }],
  ])('is refused with a signature %s', async (_, headers) => {
    const edge = await edgeWithOrder();
    expect(await codeOf(await send(edge, path, body, headers))).toMatchObject({
      status: 401,
      code: 'invalid_signature',
      detail: expectText('does not fit'),
    });
    expect([edge.orders.callbacks, edge.orders.reports]).toEqual([[], []]);
  });

  it.each([-290_000, 290_000])('may be %d ms from now', async (offset) => {
    const headers = signedHeaders(text, { at: Date.now() + offset });
    expect((await send(await edgeWithOrder(), path, body, headers)).status).toBe(200);
  });

  it.each([-310_000, 310_000, -3_600_000])('may not be %d ms from now', async (offset) => {
    const headers = signedHeaders(text, { at: Date.now() + offset });
    const problem = await codeOf(await send(await edgeWithOrder(), path, body, headers));
    expect(problem).toMatchObject({ status: 401, code: 'invalid_signature', detail: expectText('five minutes') });
  });

  it('tells nobody without a signature which orders there are', async () => {
    const edge = await edgeWithOrder();
    const none = path.replace('one', 'none');
    expect((await send(edge, none, body, {})).status).toBe(401);
    expect(await codeOf(await send(edge, none, body))).toMatchObject({ status: 404, code: 'order_not_found' });
    expect(await codeOf(await send(edge, path.replace('one', 'a.b'), body))).toMatchObject({ status: 404, code: 'order_not_found' });
    expect(await codeOf(await send(edge, `${path}?tenant=bolt`, body))).toMatchObject({ status: 404, code: 'order_not_found' });
  });

  it('names its tenant where there are several', async () => {
    const edge = await edgeWithOrder();
    expect(await codeOf(await send(edge, `${path}?`, body))).toMatchObject({ status: 400, code: 'tenant_required' });
    expect(await codeOf(await send(edge, `${path}?tenant=a.b`, body))).toMatchObject({ status: 400, code: 'invalid_request' });
    const one = TOKEN_ENTRIES.filter(({ token }) => token !== 'bolt-client');
    const alone = await edgeWithOrder({ API_TOKENS: JSON.stringify(one), CALLBACK_SECRET: SECRET });
    expect((await send(alone, `${path}?`, body)).status).toBe(200);
  });

  it.each([
    ['too long', `"${'x'.repeat(BODY_LIMIT_BYTES)}"`, 413, 'body_too_large'],
    ['not JSON', '{', 400, 'invalid_json'],
    ['empty', '', 400, 'invalid_json'],
    ['an array', '[]', 400, 'invalid_request'],
    ['null', 'null', 400, 'invalid_request'],
    ['with a name twice', '{"at": "1", "at": "2"}', 400, 'invalid_request'],
    ['with an unknown field', JSON.stringify({ ...body, more: 1 }), 400, 'invalid_request'],
  ])('is refused where its body is %s', async (_, sent, status, code) => {
    expect(await codeOf(await send(await edgeWithOrder(), path, sent))).toMatchObject({ status, code });
  });

  it('is JSON', async () => {
    const headers = { ...signedHeaders(text), 'Content-Type': 'text/plain' };
    expect((await send(await edgeWithOrder(), path, body, headers)).status).toBe(415);
  });

  it('is posted', async () => {
    expect((await (await edgeWithOrder()).call('GET', path)).headers.get('Allow')).toBe('POST');
  });
});

const expectText = (part: string): unknown => expect.stringContaining(part);

describe('a callback’s body', () => {
  it('is handed on with the step of the route', async () => {
    const edge = await edgeWithOrder();
    await send(edge, CALLBACK, succeeded);
    await send(edge, CALLBACK, { ...refused, error: { code: 'fraud', message: 'm'.repeat(501) } });
    const common = { step: 'process_payment', idempotencyKey: 'acme.one.process_payment.do' };
    expect(edge.orders.callbacks).toEqual([
      { ...common, outcome: { type: 'succeeded', output: { payment_id: 'pay_1' } } },
      { ...common, outcome: { type: 'refused', code: 'fraud', message: 'm'.repeat(500) } },
    ]);
  });

  it.each([
    [{ ...succeeded, idempotency_key: undefined }, '/idempotency_key'],
    [{ ...succeeded, idempotency_key: '' }, '/idempotency_key'],
    [{ ...succeeded, outcome: 'maybe' }, '/outcome'],
    [{ ...succeeded, output: undefined }, '/output'],
    [{ ...succeeded, output: JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)) as unknown }, '/output'],
    [{ ...succeeded, error: { code: 'a', message: 'b' } }, '/error'],
    [{ ...refused, error: undefined }, '/error'],
    [{ ...refused, error: { code: 'a b', message: '' } }, '/error/code'],
    [{ ...refused, error: { code: 'a' } }, '/error/message'],
    [{ ...refused, error: { code: 'a', message: 'b', more: 1 } }, '/error/more'],
  ])('%# is refused', async (body, pointer) => {
    const problem = await problemOf(await send(await edgeWithOrder(), CALLBACK, body));
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request', errors: [{ pointer }] });
  });

  it('is about an operation of the order and the step, with what the step needs', async () => {
    const edge = await edgeWithOrder();
    const other = { ...succeeded, idempotency_key: 'acme.two.process_payment.do' };
    expect(await problemOf(await send(edge, CALLBACK, other))).toMatchObject({ status: 409, code: 'wrong_key' });
    const empty = { ...succeeded, output: null };
    expect(await problemOf(await send(edge, CALLBACK, empty))).toMatchObject({ status: 422, code: 'unreadable_output' });
  });
});

describe('a shipment event’s body', () => {
  it('may leave out the tracking number, and give the time of any zone', async () => {
    const edge = await edgeWithOrder();
    await send(edge, SHIPMENT, { type: 'delivered', at: '2026-11-21T13:00:00+01:00' });
    expect(edge.orders.reports).toEqual([{ report: 'delivered', trackingNumber: null, occurredAt: Date.UTC(2026, 10, 21, 12) }]);
  });

  it.each([
    [{ ...shipped, type: 'lost' }, '/type'],
    [{ ...shipped, tracking_number: '' }, '/tracking_number'],
    [{ ...shipped, at: 'yesterday' }, '/at'],
    [{ ...shipped, at: '2026-11-21' }, '/at'],
    [{ ...shipped, at: undefined }, '/at'],
  ])('%j is refused', async (body, pointer) => {
    const problem = await problemOf(await send(await edgeWithOrder(), SHIPMENT, body));
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request', errors: [{ pointer }] });
  });

  it('is about a parcel of this order', async () => {
    const edge = await edgeWithOrder();
    const other = await problemOf(await send(edge, SHIPMENT, { ...shipped, tracking_number: 'T2' }));
    expect(other).toMatchObject({ status: 409, code: 'wrong_tracking_number' });
    edge.orders.become('acme', 'one', { saga_status: 'running', status: 'processing' });
    expect(await problemOf(await send(edge, SHIPMENT, shipped))).toMatchObject({
      status: 409,
      code: 'not_completed',
      order_status: 'processing',
    });
  });
});
