/** The route of the API's document. */

import { Hono } from 'hono';
import type { RouterRoute } from 'hono/types';
import * as z from 'zod';
import { whenConfigured, type EdgeEnv } from '../access.ts';
import { answer } from '../answer.ts';
import { json, operation } from '../described.ts';
import type { ApiDocument } from './document-shape.ts';
import { keptDocument } from './kept-document.ts';

const openApi = z.looseObject({ openapi: z.string() }).meta({ description: 'OpenAPI 3.1' });

/** `routes` are all of the API's, this one included. */
export const documentRoutes = (routes: () => readonly RouterRoute[]) =>
  new Hono<EdgeEnv>().get(
    '/openapi.json',
    operation({ id: 'getApiDocument', summary: 'Shows this document', answers: { 200: json(openApi, 'The document') } }),
    whenConfigured,
    () => answer<ApiDocument, 200>(keptDocument(routes()), 200),
  );
