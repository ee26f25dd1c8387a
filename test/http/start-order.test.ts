import { afterEach, describe, expect, it, vi } from 'vitest';
import { bodyOf, containing, Edge, expectSafeHeaders, orderBody, problemOf } from './edge.ts';

const rolledBack = {
  saga_status: 'compensated',
  status: 'failed',
  error: { step: 'process_payment', code: 'card_declined', message: 'Insufficient funds' },
} as const;

const started = async (edge: Edge, prefer = 'wait=5') => edge.start(orderBody({ order_id: 'one' }), { Prefer: prefer });

describe('starting an order', () => {
  it('answers 202 with the view and where it is', async () => {
    const edge = new Edge();
    const answer = await edge.start(orderBody({ order_id: 'one' }));
    expect(answer.status).toBe(202);
    expect(answer.headers.get('Location')).toBe('/api/v1/orders/one');
    expect(answer.headers.get('Idempotency-Replayed')).toBeNull();
    expectSafeHeaders(answer);
    expect(await answer.json()).toMatchObject({ order_id: 'one', tenant: 'acme', total: '1299.99', saga: 'order_fulfillment' });
    expect(edge.orders.commands).toMatchObject([{ keyOrderId: null, idempotencyKey: null, traceparent: null }]);
  });

  it('is a new order each time, without a key and an id', async () => {
    const edge = new Edge();
    const ids = [await edge.start(orderBody()), await edge.start(orderBody())].map((answer) => answer.headers.get('Location'));
    expect(new Set(ids).size).toBe(2);
  });

  it('is replayed with the same key and the same values', async () => {
    const edge = new Edge();
    const first = await edge.start(orderBody(), { 'Idempotency-Key': 'key-1' });
    const again = await edge.start(Object.fromEntries(Object.entries(orderBody({ currency: 'USD' })).toReversed()), {
      'Idempotency-Key': 'key-1',
    });
    expect([again.status, again.headers.get('Idempotency-Replayed')]).toEqual([202, 'true']);
    expect(again.headers.get('Location')).toBe(first.headers.get('Location'));
    expect(await again.json()).toEqual(await first.json());
    const [command] = edge.orders.commands;
    expect(command).toMatchObject({ idempotencyKey: 'key-1', keyOrderId: command?.order.orderId });
  });

  it('tells what the key leads to, beside the name that the client gave', async () => {
    const edge = new Edge();
    await edge.start(orderBody({ order_id: 'one' }), { 'Idempotency-Key': 'key-1' });
    expect(edge.orders.commands).toMatchObject([{ order: { orderId: 'one' }, idempotencyKey: 'key-1', keyOrderId: containing('k_') }]);
  });

  it('refuses the key with another body', async () => {
    const edge = new Edge();
    await edge.start(orderBody(), { 'Idempotency-Key': 'key-1' });
    const answer = await edge.start(orderBody({ customer_id: 'c-2' }), { 'Idempotency-Key': 'key-1' });
    expect(await problemOf(answer)).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  });

  it('does not burn the key of an invalid request', async () => {
    const edge = new Edge();
    await problemOf(await edge.start(orderBody({ customer_id: '' }), { 'Idempotency-Key': 'key-1' }));
    expect(edge.orders.commands).toEqual([]);
    expect((await edge.start(orderBody(), { 'Idempotency-Key': 'key-1' })).status).toBe(202);
  });

  it('refuses the id of an order with another body', async () => {
    const edge = new Edge();
    await edge.start(orderBody({ order_id: 'one' }));
    const answer = await edge.start(orderBody({ order_id: 'one', customer_id: 'c-2' }));
    expect(await problemOf(answer)).toMatchObject({ status: 409, code: 'order_exists' });
  });

  it('hands the trace on', async () => {
    const edge = new Edge();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await edge.start(orderBody(), { traceparent });
    expect(edge.orders.commands[0]?.traceparent).toBe(traceparent);
  });

  it.each([
    ['a bad field', orderBody({ customer_id: 1 }), {}, 400, 'invalid_request', '/customer_id'],
    ['a repeated name', '{"customer_id":"a","customer_id":"b"}', {}, 400, 'invalid_request', '/customer_id'],
    ['__proto__', JSON.stringify(orderBody()).replace('{', '{"__proto__":{},'), {}, 400, 'invalid_request', '/__proto__'],
    ['an unknown saga', orderBody({ saga: 'nope' }), {}, 400, 'unknown_saga', '/saga'],
    ['a bad key', orderBody(), { 'Idempotency-Key': 'two words' }, 400, 'invalid_request', undefined],
    ['text that is not JSON', '{', {}, 400, 'invalid_json', undefined],
    ['a form', 'a=b', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type', undefined],
    ['a compressed body', '{}', { 'Content-Encoding': 'br' }, 415, 'unsupported_media_type', undefined],
    ['a huge body', ' '.repeat(65_537), {}, 413, 'body_too_large', undefined],
  ])('refuses %s', async (_, body, headers, status, code, pointer) => {
    const edge = new Edge();
    const problem = await problemOf(await edge.start(body, headers));
    expect(problem).toMatchObject({ status, code });
    expect(problem.errors?.[0]?.pointer).toBe(pointer);
  });

  it('names the first bad field in the detail', async () => {
    const problem = await problemOf(await new Edge().start(orderBody({ customer_id: 1 })));
    expect(problem.detail).toBe('Cannot accept the request: customer_id must be a string of 1 to 128 characters, got 1');
  });

  it('names a bad header', async () => {
    const problem = await problemOf(await new Edge().start(orderBody(), { 'Idempotency-Key': 'k'.repeat(256) }));
    expect(problem.errors?.[0]?.field).toBe('Idempotency-Key');
  });
});

describe('starting an order with Prefer: wait', () => {
  const logged = vi.spyOn(console, 'error');
  afterEach(() => void logged.mockReset());

  it('answers 201 with the completed order, to a replay too', async () => {
    const edge = new Edge();
    edge.orders.atRest = { saga_status: 'completed', status: 'completed' };
    for (const replayed of [null, 'true']) {
      const answer = await started(edge);
      expect([answer.status, answer.headers.get('Preference-Applied')]).toEqual([201, 'wait=5']);
      expect([answer.headers.get('Location'), answer.headers.get('Idempotency-Replayed')]).toEqual(['/api/v1/orders/one', replayed]);
      expect(await bodyOf(answer)).toMatchObject({ order_id: 'one', status: 'completed' });
    }
    expect(edge.orders.waits).toEqual([5_000, 5_000]);
  });

  it('answers 422 with the reason when the order was rolled back', async () => {
    const edge = new Edge();
    edge.orders.atRest = rolledBack;
    const answer = await started(edge);
    expect(answer.headers.get('Location')).toBe('/api/v1/orders/one');
    expect(await problemOf(answer)).toMatchObject({
      status: 422,
      code: 'order_failed',
      title: 'Order processing failed',
      detail: 'Insufficient funds',
      reason: 'Insufficient funds',
      order_id: 'one',
      order_status: 'failed',
      saga_status: 'compensated',
      error: rolledBack.error,
    });
  });

  it.each(['running', 'waiting', 'compensating', 'needs_review'] as const)('answers 202 with an order that is %s', async (saga_status) => {
    const edge = new Edge();
    edge.orders.atRest = { saga_status };
    const answer = await started(edge);
    expect([answer.status, (await bodyOf(answer))['saga_status']]).toEqual([202, saga_status]);
  });

  it('waits 30 seconds at most, and says so', async () => {
    const edge = new Edge();
    expect((await started(edge, 'wait=3600')).headers.get('Preference-Applied')).toBe('wait=30');
    expect(edge.orders.waits).toEqual([30_000]);
  });

  it('does not wait for what it can not read', async () => {
    const edge = new Edge();
    const answer = await started(edge, 'wait=soon');
    expect([answer.status, answer.headers.get('Preference-Applied'), edge.orders.waits]).toEqual([202, null, []]);
  });

  it('answers 202 when the wait breaks off: the order is started all the same', async () => {
    logged.mockImplementation(() => undefined);
    const edge = new Edge();
    edge.orders.waitFailure = new Error('The object was reset');
    const answer = await started(edge);
    expect([answer.status, answer.headers.get('Preference-Applied')]).toEqual([202, null]);
    expect(await bodyOf(answer)).toMatchObject({ order_id: 'one', saga_status: 'running' });
    expect(logged).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('wait_failed'));
  });
});
