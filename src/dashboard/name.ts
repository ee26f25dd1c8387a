/** Whoever decides something says who they are, once: the session keeps the name, and the next form has it already. */

import type { MiddlewareHandler } from 'hono';
import type { TokenRegistry } from '../http/tokens.ts';
import { keepSession, sessionCookie } from './cookie.ts';
import type { DashboardEnv } from './desk.ts';
import { renameSession, type Session } from './session.ts';

interface NameEnv extends DashboardEnv {
  Variables: DashboardEnv['Variables'] & { readonly registry: TokenRegistry; readonly session: Session };
}

/** Whatever form has a field `by`; what was not taken is not kept. */
export const keepName: MiddlewareHandler<NameEnv> = async (c, next) => {
  const { by } = c.req.method === 'POST' ? await c.req.parseBody() : {};
  await next();
  const session = c.get('session');
  const name = typeof by === 'string' ? by.trim() : '';
  if (name === '' || name === session.name || c.res.status >= 400) return;
  const renamed = await renameSession(sessionCookie(c), c.get('registry'), name);
  if (renamed !== null) keepSession(c, renamed, session.expiresAt - c.get('desk').now);
};
