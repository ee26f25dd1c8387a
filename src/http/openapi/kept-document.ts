/** The document of an application's routes, put together once, when somebody first asks for it. */

import type { RouterRoute } from 'hono/types';
import type { ApiDocument } from './document-shape.ts';
import { documentOf } from './document.ts';

const kept = new WeakMap<readonly RouterRoute[], ApiDocument>();

/** `routes` are all that it will ever have. */
export function keptDocument(routes: readonly RouterRoute[]): ApiDocument {
  const known = kept.get(routes);
  if (known) return known;
  const document = documentOf(routes);
  kept.set(routes, document);
  return document;
}
