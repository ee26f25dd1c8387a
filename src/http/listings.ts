/** The routes that look at many orders at once: lists, what waits for a person, and metrics. Answered from the read model. */

import { Hono } from 'hono';
import * as z from 'zod';
import { orderPage } from '../read-model/listing.ts';
import { reviewPage } from '../read-model/reviews.ts';
import { allow, type EdgeEnv } from './access.ts';
import { answer, type Answer } from './answer.ts';
import { json, operation } from './described.ts';
import { listed, listParameters, pageParameters } from './list-query.ts';
import { ofTenant } from './order-address.ts';
import type { ProblemAnswer } from './problem-document.ts';
import { problemResponse } from './problem.ts';
import { invalidField } from './refusal.ts';

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export const listingRoutes = () =>
  new Hono<EdgeEnv>()
    .get(
      '/api/v1/orders',
      operation({
        id: 'listOrders',
        summary: 'Lists a tenant’s orders, newest first',
        description: 'May be some seconds behind the orders.',
        answers: { 200: json(orderPage, 'A page of orders') },
      }),
      allow('client', 'operator'),
      ofTenant,
      listParameters,
      async (c) => {
        const { filter, page } = listed(c.req.valid('query'));
        return pageAnswer(await c.get('behind').readModel().orders(c.get('tenant'), filter, page));
      },
    )
    .get(
      '/api/v1/reviews',
      operation({
        id: 'listReviews',
        summary: 'Lists what waits for a person, by its cause',
        description: 'Of all tenants. May be some seconds behind the orders.',
        answers: { 200: json(reviewPage, 'A page of groups') },
      }),
      allow('operator'),
      pageParameters,
      async (c) => pageAnswer(await c.get('behind').readModel().reviews(c.req.valid('query'))),
    )
    .get(
      '/metrics',
      operation({
        id: 'getMetrics',
        summary: 'Counts, for Prometheus',
        answers: { 200: { description: 'In the Prometheus text format', content: { 'text/plain': z.string() } } },
      }),
      allow('metrics', 'operator'),
      async (c) => c.body(await c.get('behind').readModel().metrics(), 200, { 'Content-Type': METRICS_TYPE }),
    );

const pageAnswer = <Page extends object>(page: Page | null): Answer<Page, 200> | ProblemAnswer =>
  page ? answer(page, 200) : problemResponse(invalidField('cursor', 'must be a next_cursor of the same list'));
