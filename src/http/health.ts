/** The route that tells that somebody answers. It looks at nothing. */

import { Hono } from 'hono';
import * as z from 'zod';
import type { EdgeEnv } from './access.ts';
import { answer } from './answer.ts';
import { json, operation } from './described.ts';

const health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

export const healthRoutes = () =>
  new Hono<EdgeEnv>().get(
    '/healthz',
    operation({ id: 'getHealth', summary: 'Tells that somebody answers', answers: { 200: json(health, 'Somebody does') } }),
    () => answer<z.infer<typeof health>, 200>({ status: 'ok' }, 200),
  );
