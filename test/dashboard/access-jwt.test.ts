import { sign } from 'hono/jwt';
import { beforeAll, describe, expect, it } from 'vitest';
import { Dashboard } from './desk.ts';
import { text } from './html.ts';

const AUD = 'the-tag-of-the-dashboard';
/** 2100-01-01. */
const FAR = 4_102_444_800;

/** Tests run side by side in one isolate, which keeps the keys of a team: each has its own. */
let teams = 0;

let pair: CryptoKeyPair;
let jwk: JsonWebKey & { kid: string };

async function newPair(kid: string): Promise<[CryptoKeyPair, JsonWebKey & { kid: string }]> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' };
  const made = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  if (!('publicKey' in made)) throw new Error('No pair of keys was made');
  const exported = await crypto.subtle.exportKey('jwk', made.publicKey);
  if (exported instanceof ArrayBuffer) throw new Error('The key was not exported as JWK');
  return [made, { ...exported, kid }];
}

beforeAll(async () => {
  [pair, jwk] = await newPair('now');
});

/** A dashboard behind Access, and how often its keys were fetched. */
function behindAccess() {
  teams += 1;
  const team = `team-${teams}.cloudflareaccess.com`;
  const dashboard = new Dashboard();
  const world = { keys: [jwk] as object[], fetched: 0, isDown: false };
  dashboard.settings = { ACCESS_TEAM_DOMAIN: team, ACCESS_AUD: AUD };
  dashboard.fetchKeys = async (url) => {
    expect(url).toBe(`https://${team}/cdn-cgi/access/certs`);
    world.fetched += 1;
    return world.isDown ? new Response('', { status: 503 }) : Response.json({ keys: world.keys });
  };
  const tokenOf = async (claims: object = {}, key = pair.privateKey, kid = 'now') => {
    const exported = await crypto.subtle.exportKey('jwk', key);
    const payload = { iss: `https://${team}`, aud: [AUD], email: 'olga@acme.test', exp: FAR, ...claims };
    return sign(payload, { ...(exported instanceof ArrayBuffer ? {} : exported), kty: 'RSA', alg: 'RS256', kid }, 'RS256');
  };
  const visit = async (token: string) =>
    (await dashboard.browser().visit('/dashboard/approvals', { headers: { 'Cf-Access-Jwt-Assertion': token } })).status;
  return { dashboard, world, tokenOf, visit, team };
}

describe('whom Cloudflare Access lets through', () => {
  it('is an operator, by the name that Access knows', async () => {
    const { dashboard, tokenOf } = behindAccess();
    const headers = { 'Cf-Access-Jwt-Assertion': await tokenOf() };
    const page = await dashboard.browser().visit('/dashboard/approvals', { headers });
    expect(page.status).toBe(200);
    expect(await text(await page.text(), 'h1')).toBe('Approvals');
    expect(page.headers.getSetCookie()).toEqual([]);
  });

  it('is led to the way out of Access when they sign out, or they would be in again at once', async () => {
    const { dashboard, tokenOf } = behindAccess();
    const headers = { 'Cf-Access-Jwt-Assertion': await tokenOf() };
    const answer = await dashboard.browser().visit('/dashboard/sign-out', { form: {}, headers });
    expect(answer.headers.get('Location')).toBe('/cdn-cgi/access/logout');
  });

  it('is known without asking for the keys each time', async () => {
    const { world, tokenOf, visit } = behindAccess();
    expect([await visit(await tokenOf()), await visit(await tokenOf())]).toEqual([200, 200]);
    expect(world.fetched).toBe(1);
  });

  it('is known also after Access has renewed its key', async () => {
    const { dashboard, world, tokenOf, visit } = behindAccess();
    await visit(await tokenOf());
    const [next, nextJwk] = await newPair('next');
    world.keys = [nextJwk];
    const renewed = await tokenOf({}, next.privateKey, 'next');
    expect(await visit(renewed)).toBe(401);
    dashboard.now += 61_000;
    expect(await visit(renewed)).toBe(200);
    expect(world.fetched).toBe(2);
  });
});

describe('the door stays shut', () => {
  it.each([
    ['of another application', { aud: ['another'] }],
    ['of another team', { iss: 'https://evil.cloudflareaccess.com' }],
    ['that is over', { exp: 1_700_000_000 }],
    ['without an end', { exp: undefined }],
  ])('for a token %s', async (_, claims) => {
    const { tokenOf, visit } = behindAccess();
    expect(await visit(await tokenOf(claims))).toBe(401);
  });

  it('for a token of a key that is not of Access, and such a token makes nobody fetch the keys each time', async () => {
    const { world, tokenOf, visit } = behindAccess();
    const [own] = await newPair('own');
    for (let time = 0; time < 5; time += 1) expect(await visit(await tokenOf({}, own.privateKey, 'own'))).toBe(401);
    expect(await visit(await tokenOf({}, own.privateKey, 'now'))).toBe(401);
    expect(world.fetched).toBe(1);
  });

  it.each(['', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.', 'é'.normalize()])('for %j', async (token) => {
    const { visit } = behindAccess();
    expect(await visit(encodeURIComponent(token))).toBe(401);
  });

  it('while the keys can’t be had', async () => {
    const { world, tokenOf, visit } = behindAccess();
    world.isDown = true;
    expect(await visit(await tokenOf())).toBe(401);
  });

  it('for a good token where Access is not configured', async () => {
    const { dashboard, tokenOf, visit } = behindAccess();
    const token = await tokenOf();
    dashboard.settings = {};
    expect(await visit(token)).toBe(401);
  });

  it.each([
    [{ ACCESS_TEAM_DOMAIN: 'acme.cloudflareaccess.com' }, 'ACCESS_AUD'],
    [{ ACCESS_AUD: AUD }, 'ACCESS_TEAM_DOMAIN'],
    [{ ACCESS_TEAM_DOMAIN: 'https://acme.cloudflareaccess.com', ACCESS_AUD: AUD }, 'ACCESS_TEAM_DOMAIN'],
    [{ ACCESS_TEAM_DOMAIN: 'evil.test/.cloudflareaccess.com', ACCESS_AUD: AUD }, 'ACCESS_TEAM_DOMAIN'],
  ])('to everybody where it is configured by half or wrongly: %j', async (settings, named) => {
    const dashboard = new Dashboard();
    dashboard.settings = settings;
    const answer = await dashboard.browser().visit('/dashboard');
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain(named);
  });
});
