import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOrderRequest } from '../../src/http/order-request.ts';
import { formatMoney } from '../../src/saga/money.ts';
import { containing, itemBody, orderBody } from './edge.ts';

const address = (change: Readonly<Record<string, unknown>>) =>
  orderBody({ shipping_address: { ...orderBody().shipping_address, ...change } });
const items = (...changes: readonly Readonly<Record<string, unknown>>[]) => orderBody({ items: changes.map(itemBody) });
const withoutCustomer = (): object => {
  const { customer_id: _, ...rest } = orderBody();
  return rest;
};

const contentOf = (body: unknown) => {
  const parsed = parseOrderRequest(body);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
  return parsed.value;
};

const errorsOf = (body: unknown) => {
  const parsed = parseOrderRequest(body);
  if (parsed.ok) throw new Error('The request was accepted');
  return parsed.refusal.errors;
};

describe('a start request', () => {
  it('gets what it leaves out', () => {
    expect(contentOf(orderBody())).toEqual({
      saga: 'order_fulfillment',
      orderId: null,
      content: {
        customerId: 'c-1',
        currency: 'USD',
        paymentMethod: 'credit_card',
        items: [{ sku: 'LAPTOP-X1', name: 'Laptop', quantity: 1, unitPriceMinor: 129_999 }],
        shippingAddress: { street: '1 Main St', city: 'Springfield', state: 'IL', postalCode: '62701', country: 'US' },
        totalMinor: 129_999,
      },
    });
  });

  it.each([
    ['three times ten cents', items({ unit_price: '0.10', quantity: 3 }), 30],
    ['a JSON number', items({ unit_price: 19.99 }), 1999],
    ['yen', { ...items({ unit_price: '500', quantity: 3 }), currency: 'JPY', total: '1500' }, 1500],
    ['dinars', { ...items({ unit_price: '1.234', quantity: 2 }), currency: 'KWD', total: '2.468' }, 2468],
    ['a total as a number', { ...items({ unit_price: '0.10', quantity: 3 }), total: 0.3 }, 30],
    ['the largest sum', items({ unit_price: '90071992547409.91' }), Number.MAX_SAFE_INTEGER],
  ])('is priced exactly: %s', (_, body, totalMinor) => expect(contentOf(body).content.totalMinor).toBe(totalMinor));

  it('has the total that big integers have', () => {
    const line = fc.record({ quantity: fc.integer({ min: 1, max: 9_999_999 }), minor: fc.nat({ max: 9_999_999 }) });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 100 }), fc.constantFrom('USD', 'JPY', 'KWD'), (lines, currency) => {
        const sum = lines.reduce((total, { quantity, minor }) => total + BigInt(quantity) * BigInt(minor), 0n);
        const body = items(...lines.map(({ quantity, minor }) => ({ quantity, unit_price: formatMoney(minor, currency) })));
        const parsed = parseOrderRequest({ ...body, currency });
        expect(parsed.ok && BigInt(parsed.value.content.totalMinor)).toBe(sum <= BigInt(Number.MAX_SAFE_INTEGER) ? sum : false);
      }),
    );
  });

  it.each([
    ['empty state and postal code', address({ state: '', postal_code: '' })],
    ['characters beyond the basic plane, counted as one', items({ name: '💻'.repeat(200) })],
    ['a hundred items', items(...Array.from({ length: 100 }, () => ({})))],
    ['a free item', items({ unit_price: '0' })],
  ])('may have %s', (_, body) => expect(parseOrderRequest(body)).toMatchObject({ ok: true }));

  it.each([
    ['null', null, 'body', 'an object, got null'],
    ['an array', [], 'body', 'an object, got an array'],
    ['no customer', withoutCustomer(), 'customer_id', 'is missing'],
    ['a numeric customer', orderBody({ customer_id: 7 }), 'customer_id', 'a string of 1 to 128 characters, got 7'],
    ['a null customer', orderBody({ customer_id: null }), 'customer_id', 'got null'],
    ['an empty customer', orderBody({ customer_id: '' }), 'customer_id', 'got ""'],
    ['a blank customer', orderBody({ customer_id: ' \u00a0\u200b' }), 'customer_id', 'must not be blank'],
    ['a long customer', orderBody({ customer_id: 'c'.repeat(129) }), 'customer_id', '1 to 128 characters'],
    ['a control character', orderBody({ customer_id: 'a\u0000b' }), 'customer_id', 'must not hold control characters'],
    ['DEL', items({ name: 'a\u007f' }), 'items[0].name', 'must not hold control characters'],
    ['C1', items({ name: 'a\u0085b' }), 'items[0].name', 'must not hold control characters'],
    ['a lone surrogate', items({ name: 'a\ud800' }), 'items[0].name', 'lone surrogate'],
    ['an unknown field', orderBody({ custmer_id: 'c' }), 'custmer_id', 'is not a known field'],
    ['an unknown field of an item', items({ price: '1' }), 'items[0].price', 'is not a known field'],
    ['an unknown field of the address', address({ zip: '1' }), 'shipping_address.zip', 'is not a known field'],
    ['__proto__', JSON.parse(JSON.stringify(orderBody()).replace('{', '{"__proto__": {},')), '__proto__', 'is not a known field'],
    ['constructor', orderBody({ constructor: {} }), 'constructor', 'is not a known field'],
    ['no items', orderBody({ items: [] }), 'items', 'must hold 1 to 100 items, got 0'],
    ['items that are no array', orderBody({ items: {} }), 'items', 'must be an array of 1 to 100 items, got an object'],
    ['101 items', items(...Array.from({ length: 101 }, () => ({}))), 'items', 'must hold 1 to 100 items, got 101'],
    ['an item that is null', orderBody({ items: [null] }), 'items[0]', 'must be an object, got null'],
    ['quantity 0', items({ quantity: 0 }), 'items[0].quantity', 'an integer from 1 to 9999999, got 0'],
    ['quantity -0', items({ quantity: -0 }), 'items[0].quantity', 'an integer from 1 to 9999999, got 0'],
    ['quantity 1.5', items({ quantity: 1.5 }), 'items[0].quantity', 'got 1.5'],
    ['quantity "1"', items({ quantity: '1' }), 'items[0].quantity', 'got "1"'],
    ['quantity 10000000', items({}, { quantity: 10_000_000 }), 'items[1].quantity', 'got 10000000'],
    ['quantity 1e400', orderBody({ items: [itemBody({ quantity: JSON.parse('1e400') })] }), 'items[0].quantity', 'got Infinity'],
    ['quantity true', items({ quantity: true }), 'items[0].quantity', 'got true'],
    ['a negative price', items({ unit_price: '-1.00' }), 'items[0].unit_price', 'a decimal of zero or more'],
    ['a price "1e3"', items({ unit_price: '1e3' }), 'items[0].unit_price', 'got "1e3"'],
    ['a price 1e400', items({ unit_price: JSON.parse('1e400') }), 'items[0].unit_price', 'got Infinity'],
    ['a price 0.1 + 0.2', items({ unit_price: 0.1 + 0.2 }), 'items[0].unit_price', 'at most 2 decimals in USD, got "0.30000000000000004"'],
    ['a price of 60000 digits', items({ unit_price: '9'.repeat(60_000) }), 'items[0].unit_price', 'must be at most 90071992547409.91 USD'],
    ['a price of 16 digits as a number', items({ unit_price: 90071992547409.91 }), 'items[0].unit_price', 'must be a string'],
    ['a price that is an object', items({ unit_price: {} }), 'items[0].unit_price', 'must be a decimal string'],
    ['no price', items({}, { unit_price: undefined }), 'items[1].unit_price', 'is missing'],
    ['half a yen', { ...items({ unit_price: '0.5' }), currency: 'JPY' }, 'items[0].unit_price', 'at most 0 decimals in JPY'],
    ['a currency in small letters', orderBody({ currency: 'usd' }), 'currency', 'an ISO 4217 code'],
    ['an unknown currency', orderBody({ currency: 'XYZ' }), 'currency', 'got "XYZ"'],
    ['a total that is not the sum', orderBody({ total: '1299.98' }), 'total', 'the sum of the items, 1299.99, got "1299.98"'],
    ['a total that is not money', orderBody({ total: 'all' }), 'total', 'a decimal of zero or more'],
    ['an order id with a dot', orderBody({ order_id: 'a.b' }), 'order_id', '1 to 64 of [A-Za-z0-9_-], got "a.b"'],
    ['an empty order id', orderBody({ order_id: '' }), 'order_id', '1 to 64 of'],
    ['a long order id', orderBody({ order_id: 'a'.repeat(65) }), 'order_id', '1 to 64 of'],
    ['an order id with a line break', orderBody({ order_id: 'a\n' }), 'order_id', '1 to 64 of'],
    ['an empty city', address({ city: '' }), 'shipping_address.city', '1 to 200 characters'],
    ['a state that is null', address({ state: null }), 'shipping_address.state', 'at most 200 characters, got null'],
    ['a long street', address({ street: 's'.repeat(201) }), 'shipping_address.street', '1 to 200 characters'],
    ['an address that is text', orderBody({ shipping_address: 'here' }), 'shipping_address', 'must be an object, got "here"'],
    ['an empty payment method', orderBody({ payment_method: '' }), 'payment_method', '1 to 64 characters'],
    ['a saga that is a number', orderBody({ saga: 1 }), 'saga', 'got 1'],
  ])('is refused with %s, and the field is named', (_, body, field, detail) => {
    const [first] = errorsOf(body);
    expect(first).toMatchObject({ field, detail: containing(detail) });
  });

  it('is refused when its sum is more than can be kept exactly', () => {
    const body = items(...Array.from({ length: 100 }, () => ({ quantity: 9_999_999, unit_price: '99999.99' })));
    expect(errorsOf(body)).toEqual([
      { pointer: '/total', field: 'total', detail: 'must be at most 90071992547409.91 USD, and the sum of the items is more' },
    ]);
  });

  it('is told all that is wrong with it, each field once', () => {
    const body = { ...items({ quantity: 0, sku: '' }), customer_id: 1 };
    expect(errorsOf(body).map(({ pointer }) => pointer)).toEqual(['/customer_id', '/items/0/sku', '/items/0/quantity']);
  });

  it('names odd fields by an escaped pointer, and echoes no more than 80 characters of anything', () => {
    expect(errorsOf(orderBody({ 'a/b~c': 1 }))[0]).toMatchObject({ pointer: '/a~1b~0c', field: 'a/b~c' });
    const huge = { ...orderBody({ customer_id: 'x'.repeat(50_000) }), ['y'.repeat(50_000)]: 1 };
    expect(JSON.stringify(errorsOf(huge)).length).toBeLessThan(700);
  });

  it('gets a bounded answer to any number of mistakes', () => {
    const unknown = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`field${index}`, 1]));
    expect(errorsOf(orderBody(unknown))).toHaveLength(20);
  });

  it('never makes the parser throw, whatever it is', () => {
    fc.assert(fc.property(fc.jsonValue(), (body) => !parseOrderRequest(body).ok));
  });
});

it('a card number is no way to pay, and is not repeated to whoever sent it', () => {
  const errors = errorsOf(orderBody({ payment_method: '4242 4242 4242 4242' }));
  expect(errors).toEqual([
    { pointer: '/payment_method', field: 'payment_method', detail: 'must name a way to pay, and holds a card number' },
  ]);
});
