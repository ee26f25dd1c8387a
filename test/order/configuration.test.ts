import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readConfiguration, type Configuration, type CoordinatorEnv } from '../../src/order/configuration.ts';
import type { EndpointEnv } from '../../src/participants/endpoint.ts';
import type { Order, Settings } from '../../src/saga/order.ts';
import { defineSaga } from '../../src/saga/builder.ts';
import { anything } from '../../src/saga/read-answer.ts';
import { orderFulfillment } from '../../src/sagas/order-fulfillment.ts';
import { ORDER } from '../saga/scenario.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** As deployed: nothing set but the addresses, and no service bound. */
const DEPLOYED: CoordinatorEnv = {
  ORDERS: env.ORDERS,
  COMPENSATIONS: env.COMPENSATIONS,
  NOTIFICATIONS: env.NOTIFICATIONS,
  ORDER_EVENTS: env.ORDER_EVENTS,
  READ_MODEL: env.READ_MODEL,
  CLIENT_RATE: env.CLIENT_RATE,
  INVENTORY_URL: 'https://inventory.test',
  PAYMENT_URL: 'https://payment.test',
  SHIPPING_URL: 'https://shipping.test',
  NOTIFICATION_URL: 'https://notification.test',
  PARTICIPANTS: '',
  APPROVAL_THRESHOLD: '',
  ORDER_DEADLINE_SECONDS: '',
  RETENTION_DAYS: '',
  CONFIRMATION_FAILURE: '',
  TIME_SCALE: '',
  EVENT_WEBHOOK_URL: '',
  ACCESS_TEAM_DOMAIN: '',
  ACCESS_AUD: '',
};

type Settable = { readonly [Name in keyof CoordinatorEnv]?: CoordinatorEnv[Name] };

function configured(settings: Settable = {}): Configuration {
  const read = readConfiguration({ ...DEPLOYED, ...settings });
  if (!read.ok) throw new Error(`${read.refusal.setting}: ${read.refusal.detail}`);
  return read.value;
}

const settingsOf = (settings: Settable, order: Order = ORDER): Settings => configured(settings).settingsFor(orderFulfillment, order);

const refusalOf = (settings: Settable) => {
  const read = readConfiguration({ ...DEPLOYED, ...settings });
  if (read.ok) throw new Error(`${JSON.stringify(settings)} was taken`);
  return read.refusal;
};

afterEach(() => vi.unstubAllGlobals());

it('needs nothing but the addresses', () => {
  expect(settingsOf({})).toEqual({ deadlineMs: 1_800_000, timeScale: 1, needsApproval: false, confirmationFailure: 'compensate' });
  expect(configured().capabilities('payment')).toEqual({ fences: false, keyLifetimeMs: 86_400_000, probe: true });
});

describe('a number', () => {
  it.each([
    ['0.02', 0.02],
    ['1', 1],
    ['10', 10],
  ])('TIME_SCALE %j is taken', (text, timeScale) => expect(settingsOf({ TIME_SCALE: text }).timeScale).toBe(timeScale));

  it.each([
    ['900', 900_000],
    ['0.5', 500],
  ])('ORDER_DEADLINE_SECONDS %j is taken', (text, deadlineMs) => {
    expect(settingsOf({ ORDER_DEADLINE_SECONDS: text }).deadlineMs).toBe(deadlineMs);
  });

  it.each(['0', '-1', '-0.5', 'fast', '1s', '1,5', 'NaN', 'Infinity', '1e999', ' ', '{}'])('is not %j', (text) => {
    for (const setting of ['TIME_SCALE', 'ORDER_DEADLINE_SECONDS'])
      expect(refusalOf({ [setting]: text })).toMatchObject({ reason: 'not_configured', setting });
  });
});

describe('CONFIRMATION_FAILURE', () => {
  it.each(['compensate', 'complete'] as const)('may be %s', (confirmationFailure) => {
    expect(settingsOf({ CONFIRMATION_FAILURE: confirmationFailure })).toMatchObject({ confirmationFailure });
  });

  it.each(['Complete', 'ignore', 'true', ' '])('may not be %j', (text) => {
    expect(refusalOf({ CONFIRMATION_FAILURE: text })).toMatchObject({ setting: 'CONFIRMATION_FAILURE' });
  });
});

describe('APPROVAL_THRESHOLD', () => {
  const APPROVAL_THRESHOLD = '{"USD": "10000.00", "JPY": "1000000", "KWD": "0"}';
  const needsApproval = (currency: string, totalMinor: number): boolean =>
    settingsOf({ APPROVAL_THRESHOLD }, { ...ORDER, currency, totalMinor }).needsApproval;

  it.each([
    ['USD', 999_999, false],
    ['USD', 1_000_000, true],
    ['USD', 1_000_001, true],
    ['JPY', 999_999, false],
    ['JPY', 1_000_000, true],
    ['KWD', 0, true],
    ['EUR', Number.MAX_SAFE_INTEGER, false],
  ])('lets an order in %s of %d minor units wait: %s', (currency, totalMinor, waits) => {
    expect(needsApproval(currency, totalMinor)).toBe(waits);
  });

  it.each(['', '{}'])('%j lets none wait', (text) => {
    expect(settingsOf({ APPROVAL_THRESHOLD: text }, { ...ORDER, totalMinor: Number.MAX_SAFE_INTEGER }).needsApproval).toBe(false);
  });

  it.each([
    '{',
    'null',
    '[]',
    '"10000.00"',
    '10000',
    '{"USD": 10000}',
    '{"USD": null}',
    '{"USD": ""}',
    '{"USD": "-1"}',
    '{"USD": "10.001"}',
    '{"USD": "10,000"}',
    '{"JPY": "1.5"}',
    '{"USD": "90071992547409.92"}',
    '{"usd": "1.00"}',
    '{"XXQ": "1.00"}',
  ])('may not be %s', (text) => expect(refusalOf({ APPROVAL_THRESHOLD: text })).toMatchObject({ setting: 'APPROVAL_THRESHOLD' }));
});

describe('PARTICIPANTS', () => {
  it('declares what each of them does', () => {
    const { capabilities } = configured({ PARTICIPANTS: '{"payment": {"fences": true, "key_lifetime_seconds": 60}}' });
    expect(capabilities('payment')).toEqual({ fences: true, keyLifetimeMs: 60_000, probe: true });
    expect(capabilities('shipping')).toEqual({ fences: false, keyLifetimeMs: 86_400_000, probe: true });
  });

  it.each(['{', '[]', '{"bank": {}}', '{"payment": {"fences": "yes"}}'])('may not be %s', (text) => {
    expect(refusalOf({ PARTICIPANTS: text })).toMatchObject({ setting: 'PARTICIPANTS' });
  });
});

describe('the addresses', () => {
  const URLS = ['INVENTORY_URL', 'PAYMENT_URL', 'SHIPPING_URL', 'NOTIFICATION_URL'] as const;

  it.each(URLS)('without %s nothing starts, and the refusal names it', (setting) => {
    for (const url of ['', ' ', 'payment', 'ftp://payment.test'])
      expect(refusalOf({ [setting]: url })).toMatchObject({ reason: 'not_configured', setting });
  });

  it('may be service bindings, where there is no URL', () => {
    const bindings: EndpointEnv = env;
    const local = { ...DEPLOYED, ...bindings, INVENTORY_URL: '', PAYMENT_URL: '', SHIPPING_URL: '', NOTIFICATION_URL: '' };
    expect(readConfiguration(local)).toMatchObject({ ok: true });
    expect(readConfiguration({ ...local, PAYMENT_URL: 'payment' })).toMatchObject({ refusal: { setting: 'PAYMENT_URL' } });
  });

  it.each(['inventory', 'payment', 'shipping', 'notification'] as const)('of %s is where its client calls', async (participant) => {
    const hosts: string[] = [];
    vi.stubGlobal('fetch', async (url: string) => {
      hosts.push(new URL(url).host);
      return new Response(null, { status: 404 });
    });
    const read = () => null;
    const request = {
      participant,
      path: '/',
      idempotencyKey: 'k',
      step: 's',
      direction: 'do',
      body: '{}',
      acceptedIsDone: false,
      read,
    } as const;
    await configured().client(participant).probe(request, { tenant: 't', orderId: 'o', timeoutMs: 1_000, traceId: '' });
    expect(hosts).toEqual([`${participant}.test`]);
  });
});

describe("a service of one's own", () => {
  const saga = defineSaga({ name: 'points', version: 1, deadlineMs: 1_000, events: { placed: [], completed: [], rolledBack: [] } })
    .step('collect', { timeoutMs: 1_000, call: { participant: 'loyalty', path: '/points', body: () => ({}), read: anything } })
    .done();

  it('has to have an address before an order of its saga is started, and hinders no other', () => {
    for (const url of [undefined, '', 'points'])
      expect(readConfiguration({ ...DEPLOYED, ...(url !== undefined && { LOYALTY_URL: url }) }, saga)).toMatchObject({
        refusal: { reason: 'not_configured', setting: 'LOYALTY_URL' },
      });
    expect(readConfiguration(DEPLOYED, orderFulfillment)).toMatchObject({ ok: true });
  });
});

describe('PARTICIPANT_SECRET', () => {
  it('may be absent, or a Standard Webhooks secret', () => {
    for (const settings of [{}, { PARTICIPANT_SECRET: '' }, { PARTICIPANT_SECRET: SECRET }])
      expect(() => configured(settings)).not.toThrow();
  });

  it.each(['whsec_', 'whsec_*', 'my own secret'])('may not be %j', (PARTICIPANT_SECRET) => {
    expect(refusalOf({ PARTICIPANT_SECRET })).toMatchObject({ setting: 'PARTICIPANT_SECRET' });
  });
});

describe('the webhook of domain events', () => {
  it('is none without a URL', () => {
    for (const settings of [{}, { EVENT_WEBHOOK_SECRET: SECRET }]) expect(configured(settings).eventWebhook).toBeNull();
  });

  it.each(['https://events.test/hook', 'https://events.test/hook?for=orders', 'http://127.0.0.1:7005'])('may be %s', (url) => {
    expect(configured({ EVENT_WEBHOOK_URL: url, EVENT_WEBHOOK_SECRET: SECRET }).eventWebhook).not.toBeNull();
  });

  it.each([' ', 'events', 'ftp://events.test', 'https://ann:sesame@events.test', 'https://events.test/#hook'])('may not be %j', (url) => {
    expect(refusalOf({ EVENT_WEBHOOK_URL: url, EVENT_WEBHOOK_SECRET: SECRET })).toMatchObject({ setting: 'EVENT_WEBHOOK_URL' });
  });

  it('has to be signed', () => {
    for (const EVENT_WEBHOOK_SECRET of ['', 'whsec_', 'my own secret'])
      expect(refusalOf({ EVENT_WEBHOOK_URL: 'https://events.test', EVENT_WEBHOOK_SECRET })).toMatchObject({
        setting: 'EVENT_WEBHOOK_SECRET',
      });
  });
});

it('no refusal tells a secret, nor an address with one in it', () => {
  const secrets = { PARTICIPANT_SECRET: SECRET.replace('8', '*'), API_TOKENS: '[{"token": "sesame"}]' };
  const events = { EVENT_WEBHOOK_URL: 'https://events.test/#sesame', EVENT_WEBHOOK_SECRET: SECRET };
  const badlySigned = { EVENT_WEBHOOK_URL: 'https://events.test/sesame', EVENT_WEBHOOK_SECRET: SECRET.replace('8', '*') };
  const url = { PAYMENT_URL: 'https://user:sesame@payment.test/?key=sesame' };
  const wrong = ['TIME_SCALE', 'ORDER_DEADLINE_SECONDS', 'CONFIRMATION_FAILURE', 'APPROVAL_THRESHOLD', 'PARTICIPANTS'];
  const refusals = [
    secrets,
    events,
    badlySigned,
    { ...url, API_TOKENS: secrets.API_TOKENS },
    ...wrong.map((setting) => ({ ...secrets, [setting]: '-' })),
  ];
  for (const settings of refusals) {
    const told = JSON.stringify(refusalOf(settings));
    for (const secret of ['MfKQ9r', 'GKYqrTwjUPD', 'sesame']) expect(told).not.toContain(secret);
  }
});
