/** Which order of which tenant a request means, found out before anything else of it is read. */

import type { MiddlewareHandler } from 'hono';
import * as z from 'zod';
import type { EdgeEnv } from './access.ts';
import { described, type Parameter } from './described.ts';
import { ORDER_ID } from './order-request.ts';
import type { ProblemAnswer } from './problem-document.ts';
import { problemResponse } from './problem.ts';
import { tenantMeant, TenantName } from './tenant.ts';

export interface OrderAddress {
  readonly tenant: string;
  readonly orderId: string;
}

type TenantEnv = EdgeEnv & { Variables: { readonly tenant: string } };
export type OrderEnv = EdgeEnv & { Variables: { readonly order: OrderAddress } };

/** As a path names it. */
export const OrderIdInPath = z.string().regex(ORDER_ID).meta({ description: 'The order, by its id' });

export const TENANT_PARAMETER: Parameter = { in: 'query', name: 'tenant', schema: TenantName.optional() };
const orderParameter: Parameter = { in: 'path', name: 'order_id', schema: OrderIdInPath };

export const ADDRESS_PARAMETERS = [orderParameter, TENANT_PARAMETER];

export interface TenantInput {
  in: { query?: { tenant?: string } };
}

/** Sets `tenant`. */
export const ofTenant: MiddlewareHandler<TenantEnv, string, TenantInput, ProblemAnswer> = described(
  { parameters: [TENANT_PARAMETER], refusals: ['invalid_request', 'tenant_required', 'other_tenant'] },
  async function tenant(c, next) {
    const tenant = tenantMeant(c.get('principal'), c.get('tenants'), c.req.queries('tenant'));
    if (!tenant.ok) return problemResponse(tenant.refusal);
    c.set('tenant', tenant.value);
    return next();
  },
);

/** Sets `order`. Another tenant's order, and an id that no order can have, are told like an order that does not exist. */
export const ofOrder: MiddlewareHandler<OrderEnv, string, TenantInput, ProblemAnswer> = described(
  { parameters: ADDRESS_PARAMETERS, refusals: ['invalid_request', 'tenant_required', 'order_not_found'] },
  async function order(c, next) {
    const orderId = c.req.param('order_id') ?? '';
    const tenant = tenantMeant(c.get('principal'), c.get('tenants'), c.req.queries('tenant'));
    if (!tenant.ok && tenant.refusal.reason !== 'other_tenant') return problemResponse(tenant.refusal);
    if (!tenant.ok || !OrderIdInPath.safeParse(orderId).success) return problemResponse({ reason: 'order_not_found', orderId });
    c.set('order', { tenant: tenant.value, orderId });
    return next();
  },
);
