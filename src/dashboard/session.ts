/**
 * A session of the dashboard: signed in with an operator's token, good for an hour after the last page and for a working day at most, and
 * for no longer than that token is configured. Nothing is kept here: the cookie says until when, signed with a key that is made of the
 * token's digest. So a copy of a cookie outlives the signing out of its owner, and who knows the secret API_TOKENS could make one, even
 * where it holds digests alone.
 */

import * as z from 'zod';
import type { KnownToken, TokenRegistry } from '../http/tokens.ts';

export const IDLE_MS = 3_600_000;
/** However much it is used. */
export const SESSION_MS = 12 * IDLE_MS;

export interface Session {
  /** What the operator wants to be called, or nothing. No one checks it. */
  readonly name: string;
  /** Where it is not used before. */
  readonly expiresAt: number;
  readonly endsAt: number;
}

const claims = z.object({ name: z.string(), expiresAt: z.int(), endsAt: z.int() });

export const newSession = (name: string, now: number): Session => ({ name, expiresAt: now + IDLE_MS, endsAt: now + SESSION_MS });

/** Tells these signatures from any other that may ever be made with the same digest. */
const PURPOSE = new TextEncoder().encode('backstitch dashboard session 2');

export async function writeSession(session: Session, token: KnownToken): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify(session));
  const signature = await crypto.subtle.sign('HMAC', await keyOf(token), payload);
  return `${encoded(payload)}.${encoded(new Uint8Array(signature))}`;
}

/** Null where no operator's token that is configured now has signed it, or its time is over. */
export async function readSession(cookie: string, registry: TokenRegistry, now: number): Promise<Session | null> {
  const signed = await openSession(cookie, registry);
  return signed && signed.session.expiresAt > now ? signed.session : null;
}

/** In the place of the cookie's own, with the same token; null where it has none. */
export async function rewriteSession(cookie: string, registry: TokenRegistry, session: Session): Promise<string | null> {
  const signed = await openSession(cookie, registry);
  return signed && writeSession(session, signed.token);
}

async function openSession(cookie: string, registry: TokenRegistry): Promise<{ session: Session; token: KnownToken } | null> {
  const [payload, signature, ...others] = cookie.split('.').map(decoded);
  if (!payload || !signature || others.length > 0) return null;
  const operators = registry.entries.filter(({ principal }) => principal.role === 'operator');
  const verified = await Promise.all(operators.map(async (token) => crypto.subtle.verify('HMAC', await keyOf(token), signature, payload)));
  const token = operators[verified.indexOf(true)];
  return token ? { session: claims.parse(JSON.parse(new TextDecoder().decode(payload))), token } : null;
}

async function keyOf({ digest }: KnownToken): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', digest, 'HKDF', false, ['deriveKey']);
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: PURPOSE };
  return crypto.subtle.deriveKey(derivation, material, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign', 'verify']);
}

const encoded = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** Null where it is no base64url. */
function decoded(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) return null;
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}
