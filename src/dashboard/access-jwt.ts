/**
 * Cloudflare Access before the dashboard, where it is configured: whom Access lets through is an operator here, by the name that it knows
 * them by. Only what its own key has signed for this application counts.
 * https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/
 */

import { verifyWithJwks } from 'hono/jwt';
import * as z from 'zod';
import { ok, refuse, type Result } from '../saga/result.ts';
import type { AccessRefusal } from '../http/refusal.ts';
import type { Session } from './session.ts';

/** Both, or neither. */
export interface AccessBindings {
  /** `your-team.cloudflareaccess.com` */
  readonly ACCESS_TEAM_DOMAIN?: string;
  /** The application's audience tag. */
  readonly ACCESS_AUD?: string;
}

export interface Access {
  readonly issuer: string;
  readonly audience: string;
}

type NotConfigured = Extract<AccessRefusal, { reason: 'not_configured' }>;

const notConfigured = (setting: string, detail: string) => refuse<NotConfigured>({ reason: 'not_configured', setting, detail });

/** Null where Access is not used. */
export function readAccess({
  ACCESS_TEAM_DOMAIN: team = '',
  ACCESS_AUD: audience = '',
}: AccessBindings): Result<Access | null, NotConfigured> {
  if (team === '' && audience === '') return ok(null);
  if (!/^[a-z0-9-]+\.cloudflareaccess\.com$/.test(team))
    return notConfigured('ACCESS_TEAM_DOMAIN', 'it has to be like your-team.cloudflareaccess.com');
  if (!/^[\x21-\x7e]{1,128}$/.test(audience)) return notConfigured('ACCESS_AUD', "it has to be the application's audience tag");
  return ok({ issuer: `https://${team}`, audience });
}

/** Access renews its keys every few weeks, and names the next one a week before. */
const KEYS_KEPT_MS = 3_600_000;
/** A stranger's made-up key makes nobody fetch more often than this. */
const KEYS_ASKED_EVERY_MS = 60_000;

const keySet = z.object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.literal('RSA'), n: z.string(), e: z.string() })) });

type Keys = z.infer<typeof keySet>['keys'];

export type FetchKeys = (url: string) => Promise<Response>;

/** A value and never a promise: a promise belongs to the request that made it. */
let kept: { readonly issuer: string; readonly at: number; readonly keys: Keys } | null = null;

async function keysOf({ issuer }: Access, fetchKeys: FetchKeys, now: number, maxAgeMs: number): Promise<Keys> {
  if (kept?.issuer === issuer && now - kept.at < maxAgeMs) return kept.keys;
  const answer = await fetchKeys(`${issuer}/cdn-cgi/access/certs`);
  if (!answer.ok) throw new Error(`The keys of Access were answered with ${answer.status}`);
  const { keys } = keySet.parse(await answer.json());
  kept = { issuer, at: now, keys };
  return keys;
}

const claims = z.object({ exp: z.number(), email: z.string().optional(), common_name: z.string().optional() });

export const ASSERTION = 'Cf-Access-Jwt-Assertion';

/** Null for whom Access has not let through. Never throws: who can't be known has to sign in. */
export async function accessSession(request: Request, access: Access, fetchKeys: FetchKeys, now: number): Promise<Session | null> {
  const token = request.headers.get(ASSERTION);
  if (token === null) return null;
  try {
    const { exp, email, common_name: service } = await verified(token, access, fetchKeys, now);
    const endsAt = exp * 1_000;
    return endsAt > now ? { name: email ?? service ?? '', expiresAt: endsAt, endsAt } : null;
  } catch (error) {
    // The token itself is told to nobody: it opens the door.
    console.warn(JSON.stringify({ message: 'A token of Access was not taken', why: error instanceof Error ? error.name : 'unknown' }));
    return null;
  }
}

async function verified(token: string, access: Access, fetchKeys: FetchKeys, now: number): Promise<z.infer<typeof claims>> {
  const keys = await keysOf(access, fetchKeys, now, KEYS_KEPT_MS);
  try {
    return await verifiedWith(keys, token, access);
  } catch (error) {
    const fresh = await keysOf(access, fetchKeys, now, KEYS_ASKED_EVERY_MS);
    if (fresh === keys) throw error;
    return verifiedWith(fresh, token, access);
  }
}

async function verifiedWith(keys: Keys, token: string, { issuer, audience }: Access): Promise<z.infer<typeof claims>> {
  const options = { keys, allowedAlgorithms: ['RS256'] as const, verification: { iss: issuer, aud: audience } };
  return claims.parse(await verifyWithJwks(token, options));
}
