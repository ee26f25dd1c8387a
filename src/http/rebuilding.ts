/** The routes by which an operator has the read model made anew, so many orders at a time; `npm run rebuild` calls them. */

import { Hono, type MiddlewareHandler } from 'hono';
import * as z from 'zod';
import { MOST_REBUILT, rebuilt, type Rebuilt, type Wanted } from '../read-model/rebuild.ts';
import { ok, type Result } from '../saga/result.ts';
import { allow, type EdgeEnv } from './access.ts';
import { answer, type Answer } from './answer.ts';
import { described, json, operation } from './described.ts';
import { optionalJsonBody } from './json-body.ts';
import { TENANT_PARAMETER, type TenantInput } from './order-address.ts';
import { ORDER_ID } from './order-request.ts';
import type { ProblemAnswer } from './problem-document.ts';
import { problemResponse } from './problem.ts';
import { invalidField, type Refusal } from './refusal.ts';
import { mustBe, strictObject, text } from './request-schema.ts';
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
})
  .refine((body) => Object.values(body).filter((value) => value !== undefined).length <= 1, {
    error: 'must have at most one of order_ids, object_ids and cursor',
  })
  .meta({ id: 'RebuildRequest', description: 'At most one of the three' });

/** Only ids of orders need one. */
const tenantIfNeeded: MiddlewareHandler<EdgeEnv, string, TenantInput> = described({ parameters: [TENANT_PARAMETER] }, (_c, next) => next());

type Meant = ReturnType<typeof tenantMeant>;

type RebuildBody = z.output<typeof RebuildRequest>;

export const rebuildingRoutes = () =>
  new Hono<EdgeEnv>()
    .post(
      '/api/v1/read-model/rebuild',
      operation({
        id: 'rebuildReadModel',
        summary: 'Makes the read model anew, so many orders at a time',
        description: 'Those named, or where none are, all that it knows, from `cursor` on.',
        answers: { 200: json(rebuilt, 'How many were made anew') },
        refusals: ['tenant_required'],
      }),
      allow('operator'),
      tenantIfNeeded,
      optionalJsonBody(RebuildRequest),
      async (c) => {
        const wanted = wantedOf(c.req.valid('json'), () => tenantMeant(c.get('principal'), c.get('tenants'), c.req.queries('tenant')));
        if (!wanted.ok) return problemResponse(wanted.refusal);
        return rebuiltAnswer(await c.get('behind').readModel().rebuild(wanted.value));
      },
    )
    .post(
      '/api/v1/read-model/recount',
      operation({
        id: 'recountReadModel',
        summary: 'Counts everything anew',
        answers: { 204: { description: 'Counted' } },
      }),
      allow('operator'),
      async (c) => {
        await c.get('behind').readModel().recount();
        return c.body(null, 204);
      },
    );

function wantedOf({ order_ids: orderIds, object_ids: objectIds, cursor }: RebuildBody, meant: () => Meant): Result<Wanted, Refusal> {
  if (objectIds) return ok({ type: 'objects', objectIds });
  if (!orderIds) return ok({ type: 'known', cursor });
  const tenant = meant();
  return tenant.ok ? ok({ type: 'orders', tenant: tenant.value, orderIds }) : tenant;
}

const rebuiltAnswer = (done: Rebuilt | null): Answer<Rebuilt, 200> | ProblemAnswer =>
  done ? answer(done, 200) : problemResponse(invalidField('cursor', 'must be a next_cursor of an earlier answer'));
