/** The routes that look at many orders at once: lists, what waits for a person, and metrics. Answered from the read model. */

import { Hono, type Context } from 'hono';
import type { ReadModelPort } from '../read-model/read-model.ts';
import { allow, type EdgeBindings, type EdgeEnv } from './access.ts';
import { parseListQuery, parsePageQuery } from './list-query.ts';
import { problemResponse } from './problem.ts';
import { invalidField } from './refusal.ts';
import { tenantMeant } from './tenant.ts';

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export function listingRoutes<Bindings extends EdgeBindings>(readModelOf: (env: Bindings) => ReadModelPort): Hono<EdgeEnv<Bindings>> {
  type Edge = Context<EdgeEnv<Bindings>>;

  const orders = async (c: Edge) => {
    const tenant = tenantMeant(c.get('principal'), c.get('tenants'), c.req.queries('tenant'));
    if (!tenant.ok) return problemResponse(tenant.refusal);
    const query = parseListQuery(c.req.queries());
    if (!query.ok) return problemResponse(query.refusal);
    return pageResponse(await readModelOf(c.env).orders(tenant.value, query.value.filter, query.value.page));
  };

  const reviews = async (c: Edge) => {
    const page = parsePageQuery(c.req.queries());
    return page.ok ? pageResponse(await readModelOf(c.env).reviews(page.value)) : problemResponse(page.refusal);
  };

  const metrics = async (c: Edge) => c.body(await readModelOf(c.env).metrics(), 200, { 'Content-Type': METRICS_TYPE });

  return new Hono<EdgeEnv<Bindings>>()
    .get('/api/v1/orders', allow<Bindings>('client', 'operator'), orders)
    .get('/api/v1/reviews', allow<Bindings>('operator'), reviews)
    .get('/metrics', allow<Bindings>('metrics', 'operator'), metrics);
}

const pageResponse = (page: object | null): Response =>
  page ? Response.json(page) : problemResponse(invalidField('cursor', 'must be a next_cursor of the same list'));
