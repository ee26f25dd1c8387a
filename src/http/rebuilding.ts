/** The routes by which an operator has the read model made anew, so many orders at a time; `npm run rebuild` calls them. */

import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { MOST_REBUILT, type Wanted } from '../read-model/rebuild.ts';
import type { ReadModelPort } from '../read-model/read-model.ts';
import { ok, type Result } from '../saga/result.ts';
import { allow, type EdgeBindings, type EdgeEnv } from './access.ts';
import { ORDER_ID } from './order-request.ts';
import { problemResponse } from './problem.ts';
import { invalidField, type Refusal } from './refusal.ts';
import { readJsonBody } from './request-body.ts';
import { mustBe, parseBody, strictObject, text } from './request-schema.ts';
import { tenantMeant } from './tenant.ts';

const OBJECT_ID = /^[0-9a-f]{64}$/;

const idsOf = (pattern: RegExp, what: string) =>
  z
    .array(z.string({ error: mustBe(what) }).regex(pattern, { error: mustBe(what) }), { error: mustBe('a list') })
    .min(1, { error: 'must not be empty' })
    .max(MOST_REBUILT, { error: `must have at most ${MOST_REBUILT} entries` });

const RebuildRequest = strictObject({
  order_ids: idsOf(ORDER_ID, 'an order id').optional(),
  object_ids: idsOf(OBJECT_ID, 'the id of a Durable Object, 64 hexadecimal digits').optional(),
  cursor: text(512).optional(),
}).refine((body) => Object.values(body).filter((value) => value !== undefined).length <= 1, {
  error: 'must have at most one of order_ids, object_ids and cursor',
});

export function rebuildingRoutes<Bindings extends EdgeBindings>(readModelOf: (env: Bindings) => ReadModelPort): Hono<EdgeEnv<Bindings>> {
  type Edge = Context<EdgeEnv<Bindings>>;

  const rebuild = async (c: Edge) => {
    const wanted = await wantedOf(c);
    if (!wanted.ok) return problemResponse(wanted.refusal);
    const rebuilt = await readModelOf(c.env).rebuild(wanted.value);
    return rebuilt ? Response.json(rebuilt) : problemResponse(invalidField('cursor', 'must be a next_cursor of an earlier answer'));
  };

  const wantedOf = async (c: Edge): Promise<Result<Wanted, Refusal>> => {
    const body = await readJsonBody(c.req.raw, { whenEmpty: {} });
    if (!body.ok) return body;
    const parsed = parseBody(RebuildRequest, body.value);
    if (!parsed.ok) return parsed;
    const { order_ids: orderIds, object_ids: objectIds, cursor } = parsed.value;
    if (objectIds) return ok({ type: 'objects', objectIds });
    if (!orderIds) return ok({ type: 'known', cursor });
    const tenant = tenantMeant(c.get('principal'), c.get('tenants'), c.req.queries('tenant'));
    return tenant.ok ? ok({ type: 'orders', tenant: tenant.value, orderIds }) : tenant;
  };

  const recount = async (c: Edge) => {
    await readModelOf(c.env).recount();
    return c.body(null, 204);
  };

  return new Hono<EdgeEnv<Bindings>>()
    .post('/api/v1/read-model/rebuild', allow<Bindings>('operator'), rebuild)
    .post('/api/v1/read-model/recount', allow<Bindings>('operator'), recount);
}
