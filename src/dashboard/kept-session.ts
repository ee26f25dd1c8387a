/**
 * What a session keeps from one page to the next: it lasts for as long as it is used, and whoever decides something says who they are once,
 * and the next form has the name already.
 */

import type { MiddlewareHandler } from 'hono';
import type { TokenRegistry } from '../http/tokens.ts';
import { keepSession, sessionCookie } from './cookie.ts';
import type { DashboardEnv } from './desk.ts';
import { IDLE_MS, rewriteSession, type Session } from './session.ts';

interface SessionEnv extends DashboardEnv {
  Variables: DashboardEnv['Variables'] & { readonly registry: TokenRegistry; readonly session: Session };
}

/** Not with every answer. */
const RENEWED_AFTER_MS = 60_000;

/** A page that renews itself keeps no session alive: nobody may be there. */
const isByScript = ({ headers }: Request): boolean => headers.get('Sec-Fetch-Dest') === 'empty';

/** A name is in a form's field `by`; what was not taken is not kept. */
export const keepOn: MiddlewareHandler<SessionEnv> = async (c, next) => {
  const { by } = c.req.method === 'POST' ? await c.req.parseBody() : {};
  await next();
  if (c.res.status >= 400 || isByScript(c.req.raw)) return;
  const { session, now } = c.get('desk');
  const name = (typeof by === 'string' && by.trim()) || session.name;
  const expiresAt = Math.min(now + IDLE_MS, session.endsAt);
  if (name === session.name && expiresAt - session.expiresAt < RENEWED_AFTER_MS) return;
  const kept = await rewriteSession(sessionCookie(c), c.get('registry'), { ...session, name, expiresAt });
  if (kept !== null) keepSession(c, kept, expiresAt - now);
};
