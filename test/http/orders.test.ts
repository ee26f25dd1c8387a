import { describe, expect, it } from 'vitest';
import { bodyOf, Edge, expectSafeHeaders, orderBody, problemOf } from './edge.ts';

async function edgeWith(change: Parameters<Edge['orders']['become']>[2] = {}): Promise<Edge> {
  const edge = new Edge();
  await edge.start(orderBody({ order_id: 'one' }));
  edge.orders.become('acme', 'one', change);
  return edge;
}

const cancel = (edge: Edge, body?: unknown, id = 'one') => edge.call('POST', `/api/v1/orders/${id}/cancel`, { body });

const review = (edge: Edge, body: unknown, id = 'one') =>
  edge.call('POST', `/api/v1/orders/${id}/review?tenant=acme`, { token: 'the-operator', body });

const decide = (edge: Edge, body: unknown, id = 'one') =>
  edge.call('POST', `/api/v1/orders/${id}/approval?tenant=acme`, { token: 'the-operator', body });

describe('reading an order', () => {
  it('shows it, its short form and its history', async () => {
    const edge = await edgeWith({ completed_steps: ['validate_order'] });
    expect(await bodyOf(await edge.call('GET', '/api/v1/orders/one'))).toMatchObject({ order_id: 'one', tenant: 'acme' });
    expect(await bodyOf(await edge.call('GET', '/api/v1/orders/one/status'))).toEqual({
      order_id: 'one',
      status: 'pending',
      saga_status: 'running',
      current_step: 'validate_order',
      completed_steps: ['validate_order'],
      error: null,
    });
    const after = async (query: string) => bodyOf(await edge.call('GET', `/api/v1/orders/one/events${query}`));
    expect(await after('')).toMatchObject({ events: [{ seq: 1 }, { seq: 2 }, { seq: 3 }], next_after: 3 });
    expect(await after('?after=2&unknown=1')).toMatchObject({ events: [{ seq: 3 }], next_after: 3 });
  });

  it.each(['', '-1', '1.5', 'x', '1e3', ' 1', '9007199254740992', '9'.repeat(400)])('refuses the events after %j', async (after) => {
    const answer = await (await edgeWith()).call('GET', `/api/v1/orders/one/events?after=${encodeURIComponent(after)}`);
    expect(await problemOf(answer)).toMatchObject({ status: 400, code: 'invalid_request', errors: [{ field: 'after' }] });
  });

  it.each([
    ['text/event-stream', true],
    ['text/event-stream, application/json;q=0.5', true],
    ['application/json, text/event-stream;q=0.9', false],
    ['text/event-stream;q=0', false],
    ['*/*', false],
  ])('streams its history to a client that accepts %s: %s', async (accept, isStream) => {
    const answer = await (await edgeWith()).call('GET', '/api/v1/orders/one/events', { headers: { Accept: accept } });
    expect(answer.headers.get('Content-Type')).toBe(isStream ? 'text/event-stream' : 'application/json');
    expectSafeHeaders(answer);
    expect((await answer.text()).startsWith('id: 1\nevent: StepStarted\ndata: {"seq":1,')).toBe(isStream);
  });

  it('streams from the Last-Event-ID, else from after', async () => {
    const edge = await edgeWith();
    const stream = (query: string, headers: Readonly<Record<string, string>> = {}) =>
      edge.call('GET', `/api/v1/orders/one/events${query}`, { headers: { Accept: 'text/event-stream', ...headers } });
    expect(await (await stream('?after=2')).text()).toMatch(/^id: 3\n/);
    expect(await (await stream('?after=1', { 'Last-Event-ID': '2' })).text()).toMatch(/^id: 3\n/);
    expect((await stream('', { 'Last-Event-ID': '3' })).status).toBe(204);
    expect(await problemOf(await stream('', { 'Last-Event-ID': 'x' }))).toMatchObject({
      status: 400,
      code: 'invalid_request',
      errors: [{ field: 'Last-Event-ID' }],
    });
    expect(
      await problemOf(await edge.call('GET', '/api/v1/orders/none/events', { headers: { Accept: 'text/event-stream' } })),
    ).toMatchObject({
      status: 404,
      code: 'order_not_found',
    });
  });

  it.each(['', '/status', '/events'])('finds no order that was never started: %s', async (path) => {
    const answer = await new Edge().call('GET', `/api/v1/orders/none${path}`);
    expect(await problemOf(answer)).toMatchObject({ status: 404, code: 'order_not_found', detail: 'Cannot find the order "none"' });
  });
});

describe('cancelling an order', () => {
  it('answers 202 when the roll-back begins', async () => {
    const edge = await edgeWith();
    const answers = [await cancel(edge), await cancel(edge, {}), await cancel(edge, { reason: 'Changed my mind' })];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(edge.orders.cancelReasons).toEqual([null, null, 'Changed my mind']);
    expect(await bodyOf(await cancel(edge))).toMatchObject({ order_id: 'one' });
  });

  it('answers 200 when it is cancelled already', async () => {
    expect((await cancel(await edgeWith({ status: 'cancelled', saga_status: 'compensated' }))).status).toBe(200);
  });

  it.each(['failed', 'needs_review'])('is refused when the order is %s', async (status) => {
    expect(await problemOf(await cancel(await edgeWith({ status })))).toMatchObject({
      status: 409,
      code: 'cannot_cancel',
      order_status: status,
    });
  });

  it('finds no order that was never started', async () => {
    expect(await problemOf(await cancel(new Edge()))).toMatchObject({ status: 404, code: 'order_not_found' });
  });

  it.each([
    [{ reason: '' }, '/reason'],
    [{ reason: 'r'.repeat(501) }, '/reason'],
    [{ reason: null }, '/reason'],
    [{ why: 'x' }, '/why'],
    [[], ''],
    ['null', ''],
  ])('refuses %j', async (body, pointer) => {
    expect(await problemOf(await cancel(await edgeWith(), body))).toMatchObject({
      status: 400,
      code: 'invalid_request',
      errors: [{ pointer }],
    });
  });

  it('refuses a body that is not JSON', async () => {
    expect(await problemOf(await cancel(await edgeWith(), '{'))).toMatchObject({ status: 400, code: 'invalid_json' });
  });
});

describe('deciding an approval', () => {
  it('answers 200 to the first decision and to the same again, 409 to the other', async () => {
    const edge = await edgeWith({ saga_status: 'waiting' });
    expect((await decide(edge, { decision: 'approve', by: 'ann' })).status).toBe(200);
    expect((await decide(edge, { decision: 'approve', by: 'bob', note: '' })).status).toBe(200);
    const other = await problemOf(await decide(edge, { decision: 'reject', by: 'bob' }));
    expect(other).toMatchObject({ status: 409, code: 'already_decided', decision: 'approve' });
  });

  it('is refused when the order does not wait for it', async () => {
    const problem = await problemOf(await decide(await edgeWith(), { decision: 'approve', by: 'ann' }));
    expect(problem).toMatchObject({ status: 409, code: 'not_waiting' });
  });

  it('finds no order that was never started', async () => {
    expect(await problemOf(await decide(new Edge(), { decision: 'approve', by: 'ann' }))).toMatchObject({
      status: 404,
      code: 'order_not_found',
    });
  });

  it.each([
    [{ by: 'ann' }, '/decision'],
    [{ decision: 'maybe', by: 'ann' }, '/decision'],
    [{ decision: 'approve' }, '/by'],
    [{ decision: 'approve', by: ' ' }, '/by'],
    [{ decision: 'approve', by: 'b'.repeat(129) }, '/by'],
    [{ decision: 'approve', by: 'ann', note: 'n'.repeat(1_001) }, '/note'],
    [{ decision: 'approve', by: 'ann', force: true }, '/force'],
    [[], ''],
  ])('refuses %j', async (body, pointer) => {
    const problem = await problemOf(await decide(await edgeWith({ saga_status: 'waiting' }), body));
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request', errors: [{ pointer }] });
  });

  it('wants a body', async () => {
    expect(await problemOf(await decide(await edgeWith(), undefined))).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    expect(await problemOf(await decide(await edgeWith(), ''))).toMatchObject({ status: 400, code: 'invalid_json' });
  });
});

describe('acting on a step in review', () => {
  const refund = {
    step: 'process_payment',
    operation: 'undo',
    code: 'no',
    message: 'No',
    attempts: 1,
    outstanding: { kind: 'money' },
  } as const;
  const parked = { review: { since: '2026-11-21T00:00:00.000Z', items: [refund] } };
  const action = { action: 'retry', step: 'process_payment', by: 'ann', note: 'The account is open again' };

  it.each(['retry', 'resolve'])('answers 200 with the order: %s', async (type) => {
    const answer = await review(await edgeWith(parked), { ...action, action: type });
    expect(answer.status).toBe(200);
    expect(await bodyOf(answer)).toMatchObject({ order_id: 'one' });
  });

  it('is refused where the step is not in review, and says how it stands instead', async () => {
    expect(await problemOf(await review(await edgeWith(parked), { ...action, step: 'create_shipment' }))).toMatchObject({
      status: 409,
      code: 'not_in_review',
      step: 'create_shipment',
      stands: 'succeeded',
      detail: 'Cannot act on create_shipment: it does not wait for a person, it succeeded',
    });
  });

  it('finds no order that was never started', async () => {
    expect(await problemOf(await review(new Edge(), action))).toMatchObject({ status: 404, code: 'order_not_found' });
  });

  it.each([
    [{ ...action, action: 'forget' }, '/action'],
    [{ ...action, step: undefined }, '/step'],
    [{ ...action, by: ' ' }, '/by'],
    [{ ...action, note: undefined }, '/note'],
    [{ ...action, note: '' }, '/note'],
    [{ ...action, operation: 'undo' }, '/operation'],
  ])('refuses %j', async (body, pointer) => {
    const problem = await problemOf(await review(await edgeWith(parked), body));
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request', errors: [{ pointer }] });
  });
});
