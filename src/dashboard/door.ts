/** Who may see the pages: operators, signed in. Everyone else is shown the door, at whatever address. */

import type { Context, MiddlewareHandler, Next } from 'hono';
import type { EdgeBindings } from '../http/access.ts';
import { knownToken, tokenRegistry, type TokenRegistry } from '../http/tokens.ts';
import { accessSession, ASSERTION, readAccess, type Access, type FetchKeys } from './access-jwt.ts';
import { forgetSession, keepSession, sessionCookie } from './cookie.ts';
import { openAgain, plainPage } from './layout.tsx';
import { ownAddress, ROOT } from './link.ts';
import { Message } from './pages/message.tsx';
import { SignIn } from './pages/sign-in.tsx';
import { IDLE_MS, newSession, readSession, writeSession, type Session } from './session.ts';

export interface DoorEnv<Bindings extends EdgeBindings> {
  Bindings: Bindings;
  Variables: { readonly registry: TokenRegistry; readonly access: Access | null; readonly session: Session };
}

type Door<Bindings extends EdgeBindings> = Context<DoorEnv<Bindings>>;

/** Closed unless configured. */
export async function configuredOnly<Bindings extends EdgeBindings>(c: Door<Bindings>, next: Next): Promise<Response | void> {
  const registry = await tokenRegistry(c.env.API_TOKENS);
  if (!registry.ok) {
    const text = `Nobody can sign in: the secret ${registry.refusal.setting} can't be used, ${registry.refusal.detail}.`;
    return plainPage(c, 'Not configured', Message({ title: 'Not configured', text }), 503);
  }
  const access = readAccess(c.env);
  if (!access.ok) {
    const text = `Nobody can sign in: ${access.refusal.setting} can't be used, ${access.refusal.detail}.`;
    return plainPage(c, 'Not configured', Message({ title: 'Not configured', text }), 503);
  }
  c.set('registry', registry.value);
  c.set('access', access.value);
  return next();
}

/** With a cookie of ours, or let through by Cloudflare Access. */
export const signedInOnly = <Bindings extends EdgeBindings>(
  now: () => number,
  fetchKeys: FetchKeys,
): MiddlewareHandler<DoorEnv<Bindings>> =>
  async function signedIn(c, next) {
    const access = c.get('access');
    const session =
      (await readSession(sessionCookie(c), c.get('registry'), now())) ??
      (access && (await accessSession(c.req.raw, access, fetchKeys, now())));
    if (session) {
      c.set('session', session);
      return next();
    }
    // A strict cookie does not come along from another site's link. The page that is loaded from here has it.
    if (c.req.method === 'GET' && c.req.header('Sec-Fetch-Site') === 'cross-site') return openAgain(c);
    return door(c, {}, 401);
  };

export const showDoor = <Bindings extends EdgeBindings>(c: Door<Bindings>) => door(c, {}, 200);

export const signIn = <Bindings extends EdgeBindings>(now: () => number) =>
  async function signIn(c: Door<Bindings>): Promise<Response> {
    const { token, to, name } = await c.req.parseBody();
    const known = typeof token === 'string' ? await knownToken(token, c.get('registry')) : null;
    if (!known) return door(c, { to, problem: 'That is no token that is configured.' }, 401);
    const { role } = known.principal;
    if (role !== 'operator') return door(c, { to, problem: `That is a token for the role ${role}. These pages are for operators.` }, 403);
    const session = newSession(typeof name === 'string' ? name.trim().slice(0, 128).toWellFormed() : '', now());
    keepSession(c, await writeSession(session, known), IDLE_MS);
    return c.redirect(ownAddress(to) ?? ROOT, 303);
  };

/** Whom Access let in would be let in again at once: Access has a way out of its own. */
export function signOut<Bindings extends EdgeBindings>(c: Door<Bindings>): Response {
  forgetSession(c);
  const isByAccess = c.get('access') !== null && c.req.header(ASSERTION) !== undefined;
  return c.redirect(isByAccess ? '/cdn-cgi/access/logout' : `${ROOT}/sign-in`, 303);
}

/** Every 401 names a way in (RFC 9110, section 15.5.2). */
function door(c: Context, { to, problem }: { to?: unknown; problem?: string }, status: 200 | 401 | 403): Response | Promise<Response> {
  const { pathname, search } = new URL(c.req.url);
  const wanted = c.req.method === 'GET' && pathname !== `${ROOT}/sign-in` ? pathname + search : (ownAddress(to) ?? ROOT);
  if (status === 401) c.header('WWW-Authenticate', 'Cookie');
  return plainPage(c, 'Sign in', SignIn({ to: wanted, problem }), status);
}
