/** What the stories of all systems need: an order held at a step, answers in a word, what an order moved. */

import type { OrderStatus } from '../../src/order/orders-port.ts';
import type { ParticipantName } from '../../src/saga/definition.ts';
import { call, ledgersOf, received, setFault } from '../order/shop.ts';
import { accepting, callBack } from '../order/signed.ts';

const OPERATOR = { authorization: 'Bearer local-operator' };

export const decide = (orderId: string, decision: 'approve' | 'reject', by = 'ann'): Promise<Response> =>
  call('POST', `/api/v1/orders/${orderId}/approval`, { decision, by, note: `${by} asked the customer` }, OPERATOR);

export const review = (orderId: string, action: 'retry' | 'resolve', step: string, by = 'ann'): Promise<Response> =>
  call('POST', `/api/v1/orders/${orderId}/review`, { action, step, by, note: `${by} looked at it` }, OPERATOR);

export const refusing = (code: string, message = `Sorry: ${code}`) => ({ kind: 'refuse', status: 409, code, message }) as const;

/** A service that takes the call on and tells nothing until it calls back, which it does when the test says so. */
export async function hold(orderId: string, service: ParticipantName, route: string): Promise<void> {
  await setFault(service, orderId, { route, fault: accepting('succeeded', 600_000, null) });
  await setFault(service, orderId, { route: 'GET /operations', fault: { kind: 'no_probe' } });
}

/** It has happened, and gave this. */
export const letGo = (orderId: string, step: string, output: Readonly<Record<string, string>>): Promise<Response> =>
  callBack(orderId, `${step}.do`, { outcome: 'succeeded', output });

/** How the order stands once this route was called. */
export async function statusAt(orderId: string, route: string): Promise<OrderStatus> {
  await received(orderId, route);
  return (await call('GET', `/api/v1/orders/${orderId}/status`)).json();
}

/** The answer's status with the code of its problem, or the order's status. */
export async function inAWord(answer: Response): Promise<readonly [number, string]> {
  const { status, code }: { readonly status?: string; readonly code?: string } = await answer.json();
  return [answer.status, code ?? status ?? ''];
}

/** Every route that was called, in order; each as often as it was. */
export const routesOf = async (orderId: string): Promise<readonly string[]> => (await ledgersOf(orderId)).calls.map(({ route }) => route);

/** `charged refunded`, and of each SKU how much is still taken. */
export async function moved(orderId: string) {
  const { money, stock } = await ledgersOf(orderId);
  return { charged: money.charged, refunded: money.refunded, taken: Object.values(stock).map(({ net }) => net) };
}

export const NOTHING_MOVED = { charged: '0', refunded: '0', taken: [] };
