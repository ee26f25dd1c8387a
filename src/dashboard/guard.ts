/** What holds for every page, signed in or not: what a browser may do with it, and whose forms are taken. */

import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { BODY_LIMIT_BYTES } from '../http/request-body.ts';
import { Message } from './pages/message.tsx';
import { plainPage } from './layout.tsx';

/** Nothing inline, nothing from elsewhere, in nobody's frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const pageHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  c.header('Content-Security-Policy', POLICY);
  c.header('X-Frame-Options', 'DENY');
  c.header('Referrer-Policy', 'same-origin');
  c.header('Cross-Origin-Opener-Policy', 'same-origin');
  c.header('Cross-Origin-Resource-Policy', 'same-origin');
  c.header('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=()');
};

/** Another site's form changes nothing here, whatever cookies a browser sends along with it. */
export const ownFormsOnly: MiddlewareHandler = async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD' || isOwn(c.req.raw)) return next();
  return plainPage(
    c,
    'Not taken',
    Message({ title: 'Not taken', text: 'This form was sent from another site, so nothing was done.' }),
    403,
  );
};

/**
 * Every browser says where a form comes from, in one header or in both. What says nothing is no browser, and has no cookie but the one that
 * it was given on purpose. https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
function isOwn(request: Request): boolean {
  const site = request.headers.get('Sec-Fetch-Site');
  if (site !== null) return site === 'same-origin' || site === 'none';
  const origin = request.headers.get('Origin');
  return origin === null || origin === new URL(request.url).origin;
}

/** Anybody may send one, and whoever reads it keeps it in memory. */
export const shortFormsOnly: MiddlewareHandler = bodyLimit({
  maxSize: BODY_LIMIT_BYTES,
  onError: (c) =>
    plainPage(c, 'Not taken', Message({ title: 'Not taken', text: 'This form is longer than any of ours, so nothing was done.' }), 413),
});
