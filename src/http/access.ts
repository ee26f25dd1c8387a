/** The door of every protected route: a request goes through with a configured token of a role that the route allows, or not at all. */

import type { MiddlewareHandler } from 'hono';
import type { OrdersPort } from '../order/orders-port.ts';
import type { ReadModelPort } from '../read-model/read-model.ts';
import { described } from './described.ts';
import type { ProblemAnswer } from './problem-document.ts';
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

/** What is behind the edge, each made once for a request that gets as far. */
export interface Behind {
  readonly orders: () => OrdersPort;
  readonly readModel: () => ReadModelPort;
}

export interface EdgeEnv {
  Bindings: EdgeBindings;
  Variables: {
    readonly behind: Behind;
    readonly principal: Principal;
    /** The distinct tenants of the configured client tokens. */
    readonly tenants: readonly string[];
  };
}

/** Middleware for what anybody may see: of a Worker that nobody has configured that is nothing. */
export const whenConfigured: MiddlewareHandler<{ Bindings: EdgeBindings }, string, {}, ProblemAnswer> = described(
  { refusals: ['not_configured'] },
  async function configured(c, next) {
    const registry = await tokenRegistry(c.env.API_TOKENS);
    return registry.ok ? next() : problemResponse(registry.refusal);
  },
);

/** The platform counts where the request came in, and not exactly. https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/ */
const isTooMuch = async (principal: Principal, rate: RateLimit | undefined): Promise<boolean> =>
  principal.role === 'client' && rate !== undefined && !(await rate.limit({ key: principal.tenant })).success;

/** Middleware that lets these roles in, and sets `principal` and `tenants` for the route. */
export const allow = (...needed: readonly Role[]): MiddlewareHandler<EdgeEnv, string, {}, ProblemAnswer> =>
  described(
    { roles: needed, refusals: ['not_configured', 'unauthenticated', 'wrong_role', 'too_many_requests'] },
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
    },
  );
