/** The session's cookie: out of reach of scripts, of other sites' requests, and of connections that are not encrypted. */

import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

const NAME = 'backstitch-session';

/** Plain HTTP is for local use: a browser would not send a `Secure` cookie back there. */
const isSecure = (c: Context): boolean => new URL(c.req.url).protocol === 'https:';

/** Under `__Host-` no other host can have set it. https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie */
const nameOf = (c: Context): string => (isSecure(c) ? `__Host-${NAME}` : NAME);

const attributesOf = (c: Context) => ({ path: '/', httpOnly: true, secure: isSecure(c), sameSite: 'Strict' }) as const;

export const sessionCookie = (c: Context): string => getCookie(c, nameOf(c)) ?? '';

export const keepSession = (c: Context, value: string, forMs: number): void =>
  setCookie(c, nameOf(c), value, { ...attributesOf(c), maxAge: Math.floor(forMs / 1_000) });

export function forgetSession(c: Context): void {
  deleteCookie(c, nameOf(c), attributesOf(c));
}
