import { env } from 'cloudflare:workers';
import { afterEach, expect, it, vi } from 'vitest';
import { endpointOf, type EndpointEnv } from '../../src/participants/endpoint.ts';

const bindings: EndpointEnv = env;

/** The service bindings of local use, none of them with an address. */
const BOUND: EndpointEnv = { ...bindings, INVENTORY_URL: '', PAYMENT_URL: '', SHIPPING_URL: '', NOTIFICATION_URL: '' };

const PARTICIPANTS = ['inventory', 'payment', 'shipping', 'notification'] as const;

afterEach(() => vi.unstubAllGlobals());

it.each(PARTICIPANTS)('%s without a URL is its service binding, where there is one', (participant) => {
  expect(endpointOf(BOUND, participant)?.baseUrl).toBe(`https://${participant}`);
  expect(endpointOf({}, participant)).toBeNull();
  expect(endpointOf({ [`${participant.toUpperCase()}_URL`]: '' }, participant)).toBeNull();
});

it.each(PARTICIPANTS)('the URL of %s goes before its service binding', async (participant) => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    return new Response();
  });
  const endpoint = endpointOf({ ...BOUND, [`${participant.toUpperCase()}_URL`]: 'https://shop.test' }, participant);
  await endpoint?.fetch(`${endpoint.baseUrl}/charges`, {});
  expect(asked).toEqual(['https://shop.test/charges']);
});

it.each([
  ['https://pay.test', 'https://pay.test'],
  ['https://pay.test/', 'https://pay.test'],
  ['https://pay.test//', 'https://pay.test'],
  [' https://pay.test/v1/ ', 'https://pay.test/v1'],
  ['http://127.0.0.1:7001', 'http://127.0.0.1:7001'],
  ['HTTPS://PAY.test/V1', 'https://pay.test/V1'],
])('%j is the base URL %s', (url, baseUrl) => expect(endpointOf({ PAYMENT_URL: url }, 'payment')?.baseUrl).toBe(baseUrl));

it.each([
  'payment',
  'pay.test/v1',
  'localhost:7001',
  '//pay.test',
  '/v1',
  ' ',
  'ftp://pay.test',
  'https://',
  'https://user:secret@pay.test',
  'https://user@pay.test',
  'https://pay.test/v1?key=secret',
  'https://pay.test/#charges',
])('%j is no base URL, and nothing takes its place', (url) => expect(endpointOf({ ...BOUND, PAYMENT_URL: url }, 'payment')).toBeNull());

it("a service of one's own is found by its name, like the others", () => {
  const own = { LOYALTY_URL: 'https://points.test' };
  expect(endpointOf(own, 'loyalty')?.baseUrl).toBe('https://points.test');
  expect(endpointOf(BOUND, 'loyalty')).toBeNull();
  const bound = { LOYALTY: bindings.PAYMENT };
  expect(endpointOf(bound, 'loyalty')?.baseUrl).toBe('https://loyalty');
});

it.each(['orders', 'compensations', 'participants'])('%s is bound, but is no service', (name) => expect(endpointOf(env, name)).toBeNull());
