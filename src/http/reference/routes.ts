/** `/docs`: the API's reference for people. Everything that it needs is served from here. */

import { Hono, type MiddlewareHandler } from 'hono';
import type { RouterRoute } from 'hono/types';
import { whenConfigured, type EdgeEnv } from '../access.ts';
import { keptDocument } from '../openapi/kept-document.ts';
import { referencePage } from './page.tsx';
import stylesheet from './reference.css';

const STYLE = '/docs/reference.css';

/** No script at all, nothing from elsewhere, in nobody's frame. */
const POLICY = "default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

const pageHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  c.header('Content-Security-Policy', POLICY);
  c.header('X-Frame-Options', 'DENY');
  c.header('Referrer-Policy', 'no-referrer');
  c.header('Cross-Origin-Resource-Policy', 'same-origin');
};

/** `routes` are the API's. */
export const referenceRoutes = (routes: readonly RouterRoute[]): Hono<EdgeEnv> =>
  new Hono<EdgeEnv>()
    .get('/docs', pageHeaders, whenConfigured, (c) => c.html(referencePage(keptDocument(routes), STYLE)))
    .get(STYLE, pageHeaders, whenConfigured, (c) => c.body(stylesheet, 200, { 'Content-Type': 'text/css; charset=utf-8' }));
