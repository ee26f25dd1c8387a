import { describe, expect, it } from 'vitest';
import { parseCapabilities, type CapabilitiesOf } from '../../src/participants/capabilities.ts';

const CAREFUL = { fences: false, keyLifetimeMs: 86_400_000, probe: true };

const PARTICIPANTS = ['inventory', 'payment', 'shipping', 'notification'] as const;

function declared(text: string | undefined): CapabilitiesOf {
  const parsed = parseCapabilities(text);
  if (!parsed.ok) throw new Error(parsed.refusal);
  return parsed.value;
}

describe('PARTICIPANTS', () => {
  it.each([undefined, '', ' ', '{}', ' {} '])('%j declares nothing: the careful value stands for every participant', (text) => {
    expect(PARTICIPANTS.map(declared(text))).toEqual(PARTICIPANTS.map(() => CAREFUL));
  });

  it('declares each participant by itself', () => {
    const of = declared('{"payment": {"fences": true, "key_lifetime_seconds": 3600}}');
    expect(of('payment')).toEqual({ ...CAREFUL, fences: true, keyLifetimeMs: 3_600_000 });
    expect(of('shipping')).toEqual(CAREFUL);
  });

  it.each(PARTICIPANTS)('has the careful value for what a declaration of %s leaves out', (name) => {
    expect(declared(JSON.stringify({ [name]: {} }))(name)).toEqual(CAREFUL);
    expect(declared(JSON.stringify({ [name]: { fences: true } }))(name)).toEqual({ ...CAREFUL, fences: true });
    expect(declared(JSON.stringify({ [name]: { key_lifetime_seconds: 0.5 } }))(name)).toEqual({ ...CAREFUL, keyLifetimeMs: 500 });
    expect(declared(JSON.stringify({ [name]: { probe: false } }))(name)).toEqual({ ...CAREFUL, probe: false });
  });

  it("declares a service of one's own, where a saga calls it", () => {
    const text = '{"loyalty": {"fences": true}}';
    const parsed = parseCapabilities(text, ['loyalty']);
    expect(parsed.ok && parsed.value('loyalty')).toEqual({ ...CAREFUL, fences: true });
    expect(parseCapabilities(text)).toMatchObject({ ok: false, refusal: expect.stringContaining('loyalty') });
  });

  it.each([
    ['{', 'JSON'],
    ['payment', 'JSON'],
    ['null', 'object'],
    ['[]', 'object'],
    ['"{}"', 'object'],
    ['{"paymnet": {"fences": true}}', 'paymnet'],
    ['{"payment": {"fence": true}}', 'fence'],
    ['{"payment": true}', 'payment'],
    ['{"payment": null}', 'payment'],
    ['{"payment": {"fences": "true"}}', 'fences'],
    ['{"payment": {"fences": 1}}', 'fences'],
    ['{"payment": {"probe": "no"}}', 'probe'],
    ['{"payment": {"key_lifetime_seconds": 0}}', 'key_lifetime_seconds'],
    ['{"payment": {"key_lifetime_seconds": -1}}', 'key_lifetime_seconds'],
    ['{"payment": {"key_lifetime_seconds": "3600"}}', 'key_lifetime_seconds'],
    ['{"payment": {"key_lifetime_seconds": 1e400}}', 'key_lifetime_seconds'],
  ])('refuses %s, and says what is wrong', (text, what) => {
    const parsed = parseCapabilities(text);
    expect(parsed.ok).toBe(false);
    expect(!parsed.ok && parsed.refusal).toContain(what);
  });
});
