/** Which tenant a request means. It decides whose orders are seen, so it never guesses: in doubt it refuses. */

import * as z from 'zod';
import { ok, refuse, type Result } from '../saga/result.ts';
import { quote } from './field-error.ts';
import { invalidField, type TenantRefusal } from './refusal.ts';
import { TENANT, type Principal } from './tokens.ts';

export const TenantName = z
  .string()
  .regex(TENANT)
  .meta({ description: 'Whose orders are meant: where more than one tenant is configured, and the token is not bound to one' });

/**
 * A client means its own tenant and may name no other. Anyone else names one with `?tenant=`, or means the only one configured.
 * An operator may name a tenant that no token has any more: its orders may still be there.
 */
export function tenantMeant(principal: Principal, configured: readonly string[], named?: readonly string[]): Result<string, TenantRefusal> {
  if (principal.role !== 'client') return tenantNamed(configured, named);
  const name = nameGiven(named);
  return name.ok ? ownTenant(principal.tenant, name.value) : name;
}

/** What a request that is bound to no tenant means. */
export function tenantNamed(configured: readonly string[], named?: readonly string[]): Result<string, TenantRefusal> {
  const name = nameGiven(named);
  if (!name.ok) return name;
  if (name.value !== undefined) return ok(name.value);
  const [only, another] = configured;
  return only === undefined || another !== undefined ? refuse({ reason: 'tenant_required' }) : ok(only);
}

function nameGiven(named: readonly string[] = []): Result<string | undefined, TenantRefusal> {
  const [name, another] = new Set(named);
  if (another !== undefined) return refuse(invalidField('tenant', 'must be given once'));
  if (!TenantName.optional().safeParse(name).success)
    return refuse(invalidField('tenant', `must be 1 to 64 of [A-Za-z0-9_-], got ${quote(name)}`));
  return ok(name);
}

const ownTenant = (own: string, name: string | undefined): Result<string, TenantRefusal> =>
  name === undefined || name === own ? ok(own) : refuse({ reason: 'other_tenant', own });
