import { describe, expect, it } from 'vitest';
import { authenticate, tokenRegistry } from '../../src/http/tokens.ts';
import { containing } from './edge.ts';

const client = { token: 'sesame', role: 'client', tenant: 'acme' };

const carrying = (authorization: string) => new Request('https://edge.test/', { headers: { Authorization: authorization } });

async function registryOf(entries: unknown) {
  const registry = await tokenRegistry(typeof entries === 'string' ? entries : JSON.stringify(entries));
  if (!registry.ok) throw new Error(registry.refusal.detail);
  return registry.value;
}

async function digestHexOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

describe('a token', () => {
  it.each(['Bearer sesame', 'bearer sesame', 'BEARER  sesame '])('is taken from %j', async (authorization) => {
    expect(await authenticate(carrying(authorization), await registryOf([client]))).toEqual({
      ok: true,
      value: { role: 'client', tenant: 'acme' },
    });
  });

  it.each(['', 'sesame', 'Bearer', 'Bearer ', 'Basic c2VzYW1l', 'Bearer sesame sesame', 'Bearer sesam', 'Bearer sesame!', 'Bearersesame'])(
    'is not taken from %j',
    async (authorization) => {
      expect(await authenticate(carrying(authorization), await registryOf([client]))).toMatchObject({
        refusal: { reason: 'unauthenticated' },
      });
    },
  );

  it('may be configured by its digest, which is no token itself', async () => {
    const digest = await digestHexOf('sesame');
    for (const hex of [digest, digest.toUpperCase()]) {
      const registry = await registryOf([{ ...client, token: `sha256:${hex}` }]);
      expect(await authenticate(carrying('Bearer sesame'), registry)).toMatchObject({ ok: true });
      expect(await authenticate(carrying(`Bearer sha256:${hex}`), registry)).toMatchObject({ ok: false });
    }
  });

  it('is found wherever it stands in the list', async () => {
    const registry = await registryOf([
      client,
      { token: 'op', role: 'operator', tenant: 'acme' },
      { token: 'm', role: 'metrics', tenant: null },
    ]);
    expect(await authenticate(carrying('Bearer op'), registry)).toEqual({ ok: true, value: { role: 'operator' } });
    expect(await authenticate(carrying('Bearer m'), registry)).toEqual({ ok: true, value: { role: 'metrics' } });
  });
});

describe('API_TOKENS', () => {
  it('keeps digests only', async () => {
    const registry = await registryOf([client]);
    expect(JSON.stringify(registry)).not.toContain('sesame');
    expect(registry.entries[0]?.digest).toHaveLength(32);
  });

  it('tells the distinct tenants of its clients', async () => {
    const entries = [
      client,
      { ...client, token: 'b' },
      { ...client, token: 'c', tenant: 'bolt' },
      { token: 'd', role: 'operator', tenant: 'x' },
    ];
    expect((await registryOf(entries)).tenants).toEqual(['acme', 'bolt']);
  });

  it('is read again when it changes, and not else', async () => {
    const first = await registryOf([client]);
    expect(await registryOf([client])).toBe(first);
    expect((await registryOf([{ ...client, tenant: 'bolt' }])).tenants).toEqual(['bolt']);
  });

  it.each([
    ['not set', undefined, 'it is not set'],
    ['blank', ' \n', 'it is not set'],
    ['no JSON', 'sesame', 'it is not valid JSON'],
    ['no array', client, 'it is not a JSON array'],
    ['empty', [], 'it is not a JSON array of at least one'],
    ['an entry that is text', ['sesame'], 'entry 0 has'],
    ['an entry without a token', [client, { role: 'operator' }], 'entry 1 has no token'],
    ['an empty token', [{ ...client, token: '' }], 'entry 0 has a token that is not 1 to 512 visible ASCII characters'],
    ['a token with a space', [{ ...client, token: 'se same' }], 'entry 0 has a token that is not'],
    ['a short digest', [{ ...client, token: 'sha256:abc' }], 'entry 0 has a sha256: token without 64 hexadecimal digits'],
    ['an unknown role', [{ ...client, role: 'sesame' }], 'entry 0 has no role that is client, operator or metrics'],
    ['a client without a tenant', [{ token: 'sesame', role: 'client' }], 'entry 0 has no tenant'],
    ['a tenant with a dot', [{ ...client, tenant: 'sesame.x' }], 'entry 0 has a tenant that is not 1 to 64'],
    ['an unknown field', [{ ...client, sesame: true }], 'entry 0 has another form'],
    ['one token twice', [client, { token: 'sesame', role: 'operator' }], 'entry 1 repeats the token of an earlier one'],
  ])('is of no use when it is %s, and its content is not told', async (_, entries, detail) => {
    const raw = entries === undefined || typeof entries === 'string' ? entries : JSON.stringify(entries);
    const registry = await tokenRegistry(raw);
    expect(registry).toMatchObject({ ok: false, refusal: { setting: 'API_TOKENS', detail: containing(detail) } });
    expect(JSON.stringify(registry)).not.toContain('sesame');
  });
});
