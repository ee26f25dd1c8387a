/** The routes below /api/v1/orders: who may call them, what they are told, and what they answer with. */

import { Hono } from 'hono';
import { history, orderStatus, orderView } from '../order/wire.ts';
import { allow, type EdgeEnv } from './access.ts';
import { CancelRequest, ApprovalRequest, ReviewRequest } from './command-requests.ts';
import { json, operation } from './described.ts';
import { found } from './found.ts';
import { afterParameters, EVENT_STREAM, showHistory, StreamText } from './history.ts';
import { jsonBody, optionalJsonBody } from './json-body.ts';
import { ofOrder, ofTenant } from './order-address.ts';
import { cancelOrder, decided } from './order-commands.ts';
import { StartRequest } from './order-request.ts';
import { startHeaders, startOrder } from './start-order.ts';

const view = (description: string) => json(orderView, description);

const stranded = ['version_not_deployed', 'journal_unreadable'] as const;

export const orderRoutes = () => {
  const client = allow('client', 'operator');
  const operator = allow('operator');

  return new Hono<EdgeEnv>()
    .post(
      '/',
      operation({
        id: 'startOrder',
        summary: 'Starts an order',
        description:
          'The same `Idempotency-Key` and the same body, compared as values, are the same order. With neither a key nor an `order_id` each request is a new one. With `Prefer: wait=N` the answer waits for what becomes of the order.',
        answers: {
          201: json(orderView, 'Completed within the time to wait', ANSWERED),
          202: json(orderView, 'Started, and on its way', ANSWERED),
        },
        refusals: ['unknown_saga', 'order_exists', 'idempotency_key_reused', 'erased', 'order_failed', 'not_configured', ...stranded],
      }),
      client,
      ofTenant,
      startHeaders,
      jsonBody(StartRequest),
      (c) => startOrder(c.get('behind').orders(), c.get('tenant'), c.get('idempotencyKey'), c.req.valid('json'), c.req.raw),
    )
    .get(
      '/:order_id',
      operation({ id: 'getOrder', summary: 'Shows an order', answers: { 200: view('The order') }, refusals: ['order_unreadable'] }),
      client,
      ofOrder,
      async (c) => found(await c.get('behind').orders().view(c.get('order').tenant, c.get('order').orderId), c.get('order')),
    )
    .get(
      '/:order_id/status',
      operation({
        id: 'getOrderStatus',
        summary: 'Shows where an order stands',
        answers: { 200: json(orderStatus, 'The short form of the order') },
        refusals: ['order_unreadable'],
      }),
      client,
      ofOrder,
      async (c) => found(await c.get('behind').orders().status(c.get('order').tenant, c.get('order').orderId), c.get('order')),
    )
    .get(
      '/:order_id/events',
      operation({
        id: 'getOrderEvents',
        summary: 'Shows an order’s history, whole or live',
        description:
          'With `Accept: text/event-stream` the events come as they happen, until the order is at rest for good: `id` is the sequence number, `data` the event as it stands in the history.',
        answers: {
          200: {
            description: 'The history, or a stream of it',
            content: { 'application/json': history, [EVENT_STREAM]: StreamText },
          },
          204: { description: 'The stream has nothing left to tell' },
        },
        refusals: ['order_unreadable'],
      }),
      client,
      ofOrder,
      afterParameters,
      (c) => showHistory(c.get('behind').orders(), c.get('order'), c.req.raw),
    )
    .post(
      '/:order_id/cancel',
      operation({
        id: 'cancelOrder',
        summary: 'Rolls an order back',
        answers: { 200: view('It is cancelled already'), 202: view('The roll-back begins, or runs already') },
        refusals: ['cannot_cancel', 'erased', ...stranded],
      }),
      client,
      ofOrder,
      optionalJsonBody(CancelRequest),
      (c) => cancelOrder(c.get('behind').orders(), c.get('order'), c.req.valid('json').reason),
    )
    .post(
      '/:order_id/approval',
      operation({
        id: 'decideApproval',
        summary: 'Approves or rejects an order that waits for it',
        description: 'The first decision wins; the same again is answered alike.',
        answers: { 200: view('The order after the decision, which may well go on from there') },
        refusals: ['not_waiting', 'already_decided', 'erased', ...stranded],
      }),
      operator,
      ofOrder,
      jsonBody(ApprovalRequest),
      async (c) => {
        const { tenant, orderId } = c.get('order');
        return decided(orderId, await c.get('behind').orders().approve(tenant, orderId, c.req.valid('json')));
      },
    )
    .post(
      '/:order_id/review',
      operation({
        id: 'reviewOrder',
        summary: 'Has a step in review tried again, or says that it was settled by hand',
        answers: { 200: view('The order after the action') },
        refusals: ['not_in_review', 'erased', ...stranded],
      }),
      operator,
      ofOrder,
      jsonBody(ReviewRequest),
      async (c) => {
        const { tenant, orderId } = c.get('order');
        return decided(orderId, await c.get('behind').orders().review(tenant, orderId, c.req.valid('json')));
      },
    );
};

const ANSWERED = {
  Location: 'Where the order is',
  'Idempotency-Replayed': '`true` where the request started it before',
  'Preference-Applied': 'How long the answer was ready to wait',
};
