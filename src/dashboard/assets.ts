/** The stylesheet, the script and the icon, each at an address that changes with its content, so that browsers may keep it for ever. */

import { Hono } from 'hono';
import again from './assets/again.client.js';
import script from './assets/dashboard.client.js';
import { ROOT } from './link.ts';
import { STYLESHEET } from './stylesheet.ts';

/** A seam: two stitches forward, one back underneath. */
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#2f4b7c"/><path d="M5 13h9M18 13h9" stroke="#fff" stroke-width="3.5" stroke-linecap="round"/><path d="M11 20h10" stroke="#ffb44c" stroke-width="3.5" stroke-linecap="round"/></svg>`;

interface Asset {
  readonly path: string;
  readonly type: string;
  readonly content: string;
}

const asset = (name: string, extension: string, type: string, content: string): Asset => ({
  path: `/assets/${name}-${fingerprint(content)}.${extension}`,
  type,
  content,
});

/** FNV-1a and the length: enough to tell one edition from another. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0') + text.length.toString(16);
}

const STYLE = asset('dashboard', 'css', 'text/css; charset=utf-8', STYLESHEET);
const SCRIPT = asset('dashboard', 'js', 'text/javascript; charset=utf-8', script + again);
const ICON = asset('icon', 'svg', 'image/svg+xml', icon);

export const ASSETS = { style: ROOT + STYLE.path, script: ROOT + SCRIPT.path, icon: ROOT + ICON.path } as const;

const FOR_EVER = 'public, max-age=31536000, immutable';

export function assetRoutes(): Hono {
  const routes = new Hono();
  for (const { path, type, content } of [STYLE, SCRIPT, ICON])
    routes.get(path, (c) => c.body(content, 200, { 'Content-Type': type, 'Cache-Control': FOR_EVER }));
  return routes;
}
