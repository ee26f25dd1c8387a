/** The whole Worker, with real orders behind it, answers every operation of the document as documented. */

import { expect, it } from 'vitest';
import { callBack, reportShipment } from '../../order/signed.ts';
import { call, newOrderId, place } from '../../order/shop.ts';
import { OPERATIONS } from './conformance.ts';
import { REQUESTS } from './requests.ts';

/** What a completed order answers; the others are answered with 2xx. */
const REFUSED: Readonly<Record<string, number>> = { decideApproval: 409, reviewOrder: 409, callBack: 409 };

/** `call` and the signed ones hold each answer to the document. */
async function ask(operationId: string, method: string, path: string, orderId: string): Promise<number> {
  if (operationId === 'callBack') return (await callBack(orderId, 'ship_it.do', { outcome: 'succeeded', output: {} })).status;
  if (operationId === 'reportShipment') return (await reportShipment(orderId, 'shipped')).status;
  const token = operationId === 'getMetrics' ? 'local-metrics' : 'local-operator';
  const [taken] = REQUESTS[operationId] ?? [];
  return (await call(method, path.replace('{order_id}', orderId), taken?.body, { authorization: `Bearer ${token}` })).status;
}

it.each(OPERATIONS)('$operationId', async ({ operationId, method, path }) => {
  const orderId = newOrderId(operationId);
  expect((await place(orderId, { Prefer: 'wait=30' })).status).toBe(201);
  const status = await ask(operationId, method, path, orderId);
  const refused = REFUSED[operationId];
  if (refused === undefined) expect(Math.floor(status / 100)).toBe(2);
  else expect(status).toBe(refused);
});
