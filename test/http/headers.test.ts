import { describe, expect, it } from 'vitest';
import { orderIdOfKey, randomOrderId, readIdempotencyKey } from '../../src/http/idempotency.ts';
import { ORDER_ID } from '../../src/http/order-request.ts';
import { preferredWaitSeconds } from '../../src/http/prefer.ts';

const headers = (name: string, value: string) => new Headers({ [name]: value });

describe('Idempotency-Key', () => {
  it.each(['a', '"8e03978e-40d5-43dd-bc93-6894a57f9324"', '!~', 'k'.repeat(255)])('may be %s', (key) => {
    expect(readIdempotencyKey(headers('Idempotency-Key', key))).toEqual({ ok: true, value: key });
  });

  it.each(['', 'two words', 'tab\there', 'k'.repeat(256), 'ä'])('may not be %j', (key) => {
    expect(readIdempotencyKey(headers('Idempotency-Key', key))).toMatchObject({ refusal: { errors: [{ field: 'Idempotency-Key' }] } });
  });

  it('may be left out', () => expect(readIdempotencyKey(new Headers())).toEqual({ ok: true, value: null }));

  it('leads to one order id for each tenant, always the same', async () => {
    const id = await orderIdOfKey('acme', 'key-1');
    // Stored orders are found by it: this value may never change.
    expect(id).toBe('k_0nZBG2Ac-m2JSMzrdm2eQ4nap0DlHdQI');
    expect(await orderIdOfKey('bolt', 'key-1')).not.toBe(id);
    expect(await orderIdOfKey('acme', 'key-2')).not.toBe(id);
  });

  it('makes a valid order id, as its absence does', async () => {
    const ids = [await orderIdOfKey('acme', 'k'), randomOrderId(), randomOrderId()];
    expect(ids.every((id) => ORDER_ID.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(3);
  });
});

describe('Prefer', () => {
  it.each([
    ['wait=10', 10],
    ['wait=0', 0],
    ['wait=30', 30],
    ['wait=31', 30],
    ['wait=99999999999999999999', 30],
    ['WAIT=5', 5],
    ['wait="7"', 7],
    [' wait = 7 ', 7],
    ['respond-async, wait=4', 4],
    ['wait=4; strict', 4],
    ['wait=4, wait=9', 4],
    ['foo="a, wait=9", wait=2', 2],
    ['handling=lenient', null],
    ['wait', null],
    ['wait=', null],
    ['wait=-1', null],
    ['wait=1.5', null],
    ['wait=soon', null],
    ['wait=soon, wait=5', null],
    ['await=5', null],
    ['"wait=5', null],
  ])('%j asks for %j', (value, expected) => expect(preferredWaitSeconds(headers('Prefer', value))).toBe(expected));

  it('takes no longer to read the more it is twisted', () => {
    const twisted = `${'a'.repeat(5_000)}${' '.repeat(5_000)}"${'\\"'.repeat(5_000)}`;
    expect(preferredWaitSeconds(headers('Prefer', twisted))).toBeNull();
  });

  it('may be sent twice', () => {
    const twice = new Headers([
      ['Prefer', 'respond-async'],
      ['Prefer', 'wait=3'],
    ]);
    expect(preferredWaitSeconds(twice)).toBe(3);
  });
});
