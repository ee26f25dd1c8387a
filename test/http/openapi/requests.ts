/** For each operation of the document, requests that it takes: together they reach every answer of it that is no problem document. */

import type { Edge } from '../edge.ts';
import { orderBody } from '../edge.ts';
import { signedHeaders } from '../signing.ts';

export interface Taken {
  readonly status: number;
  readonly query?: string;
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** What becomes of the order `one` before. */
  readonly when?: Parameters<Edge['orders']['become']>[2];
}

const SIGNED = { token: null, query: '?tenant=acme' };
const OPERATOR = { token: 'the-operator', query: '?tenant=acme' };
const callback = { idempotency_key: 'acme.one.process_payment.do', outcome: 'succeeded', output: { payment_id: 'pay_1' } };
const refusal = { idempotency_key: 'acme.one.process_payment.do', outcome: 'refused', error: { code: 'fraud', message: 'Suspicious' } };
const report = { type: 'shipped', tracking_number: 'T1', at: '2026-11-21T12:00:00.000Z' };
const parked = {
  step: 'process_payment',
  operation: 'undo',
  code: 'no',
  message: 'No',
  attempts: 1,
  outstanding: { kind: 'money', amount: '1299.99', currency: 'USD' },
} as const;

const signed = (body: unknown) => ({ ...SIGNED, body, headers: signedHeaders(JSON.stringify(body)) });

export const REQUESTS: Readonly<Record<string, readonly Taken[]>> = {
  startOrder: [
    { status: 202, body: orderBody() },
    { status: 201, body: orderBody({ total: '1299.99', order_id: 'two' }), headers: { Prefer: 'wait=1', 'Idempotency-Key': 'k' } },
    { status: 422, body: orderBody({ order_id: 'fails' }), headers: { Prefer: 'wait=1' } },
  ],
  listOrders: [{ status: 200 }, { status: 200, query: '?limit=7&saga_status=running&created_after=2026-11-21T00:00:00Z&cursor=next' }],
  getOrder: [{ status: 200 }],
  getOrderStatus: [{ status: 200, when: { error: { step: null, code: 'cancelled', message: 'Changed my mind' } } }],
  getOrderEvents: [
    { status: 200, query: '?after=1' },
    { status: 200, headers: { Accept: 'text/event-stream' } },
    { status: 204, headers: { Accept: 'text/event-stream', 'Last-Event-ID': '3' } },
  ],
  cancelOrder: [{ status: 202 }, { status: 200, body: { reason: 'Changed my mind' }, when: { status: 'cancelled' } }],
  decideApproval: [{ ...OPERATOR, status: 200, body: { decision: 'approve', by: 'ann' }, when: { saga_status: 'waiting' } }],
  reviewOrder: [
    {
      ...OPERATOR,
      status: 200,
      body: { action: 'retry', step: 'process_payment', by: 'ann', note: 'Again' },
      when: { review: { since: '2026-11-21T00:00:00.000Z', items: [parked] } },
    },
  ],
  callBack: [
    { status: 200, ...signed(callback) },
    { status: 200, ...signed(refusal) },
  ],
  reportShipment: [{ status: 200, ...signed(report), when: { saga_status: 'completed', tracking_number: 'T1' } }],
  listReviews: [{ status: 200, token: 'the-operator', query: '?limit=100' }],
  rebuildReadModel: [
    { status: 200, token: 'the-operator' },
    { ...OPERATOR, status: 200, body: { order_ids: ['one'] } },
  ],
  eraseCustomer: [{ ...OPERATOR, status: 200 }],
  recountReadModel: [{ status: 204, token: 'the-operator' }],
  getMetrics: [{ status: 200, token: 'the-metrics' }],
  getHealth: [{ status: 200, token: null }],
  getApiDocument: [{ status: 200, token: null }],
};
