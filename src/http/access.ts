/** The door of every protected route: a request goes through with a configured token of a role that the route allows, or not at all. */

import type { MiddlewareHandler } from 'hono';
import { problemResponse } from './problem.ts';
import { authenticate, tokenRegistry, type Principal, type Role } from './tokens.ts';

/** What the edge itself reads of the Worker's configuration. */
export interface EdgeBindings {
  /** The raw secret. While it can't be used, nobody gets in. */
  readonly API_TOKENS?: string;
  /** The raw secret, or several: src/http/signature.ts. */
  readonly CALLBACK_SECRET?: string;
  /** How much of this coordinator a tenant may use. Without: as much as it likes. */
  readonly CLIENT_RATE?: RateLimit;
  /** Both, where Cloudflare Access stands before the dashboard: src/dashboard/access-jwt.ts. */
  readonly ACCESS_TEAM_DOMAIN?: string;
  readonly ACCESS_AUD?: string;
}

export interface EdgeEnv<Bindings extends EdgeBindings> {
  Bindings: Bindings;
  Variables: {
    readonly principal: Principal;
    /** The distinct tenants of the configured client tokens. */
    readonly tenants: readonly string[];
  };
}

/** The platform counts where the request came in, and not exactly. https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/ */
const isTooMuch = async (principal: Principal, rate: RateLimit | undefined): Promise<boolean> =>
  principal.role === 'client' && rate !== undefined && !(await rate.limit({ key: principal.tenant })).success;

/** Middleware that lets these roles in, and sets `principal` and `tenants` for the route. */
export const allow = <Bindings extends EdgeBindings>(...needed: readonly Role[]): MiddlewareHandler<EdgeEnv<Bindings>> =>
  async function access(c, next) {
    const registry = await tokenRegistry(c.env.API_TOKENS);
    if (!registry.ok) return problemResponse(registry.refusal);
    const principal = await authenticate(c.req.raw, registry.value);
    if (!principal.ok) return problemResponse(principal.refusal);
    const { role } = principal.value;
    if (!needed.includes(role)) return problemResponse({ reason: 'wrong_role', role, needed });
    if (await isTooMuch(principal.value, c.env.CLIENT_RATE)) return problemResponse({ reason: 'too_many_requests' });
    c.set('principal', principal.value);
    c.set('tenants', registry.value.tenants);
    return next();
  };
