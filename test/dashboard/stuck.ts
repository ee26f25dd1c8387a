/** Orders that wait for a person, because their refund fails: each cause has a code of its own, so each test has its own group. */

import { expect } from 'vitest';
import { ledger } from '../participants/simulated/ledgers.ts';
import { atRest, call, eventually, ledgersOf, newOrderId, place, setFault } from '../order/shop.ts';
import { operator } from './operator.ts';

const NOT_SERVED = { kind: 'refuse', status: 422, code: 'address_not_served', message: 'We do not ship there' } as const;

/** Refunds are turned away with this code until that is mended. */
export async function stuck(name: string, code = 'credentials_over'): Promise<string> {
  const id = newOrderId(name);
  await setFault('shipping', id, { route: '/shipments', fault: NOT_SERVED });
  await setFault('payment', id, { route: '/refunds', fault: { kind: 'fail', status: 401, code } });
  await place(id);
  expect(await atRest(id)).toMatchObject({ saga_status: 'needs_review', review: { items: [{ step: 'process_payment', code }] } });
  return id;
}

export const mend = (id: string) => ledger('payment').clearFaults(id);

/** As many, the longest waiting first, once all are in the list. */
export async function stuckGroup(code: string, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  while (ids.length < count) ids.push(await stuck(code, code));
  const browser = await operator();
  const isListed = async () =>
    (await (await browser.visit(groupPath(code))).text()).includes(count === 1 ? '1 order waits' : `${count} orders wait`);
  await eventually(isListed, `${count} orders in review for ${code}`);
  return ids;
}

export const causeFields = (code: string) => ({ step: 'process_payment', operation: 'undo', code });

export const groupPath = (code: string): string => `/dashboard/review/group?${new URLSearchParams(causeFields(code)).toString()}`;

/** How often each order's refund was asked for. */
export const refundsOf = (ids: readonly string[]): Promise<readonly number[]> =>
  Promise.all(ids.map(async (id) => (await ledgersOf(id)).calls.filter(({ route }) => route === '/refunds').length));

export async function decisionsOf(id: string): Promise<readonly unknown[]> {
  const history: { readonly events: readonly { readonly type: string; readonly data: unknown }[] } = await (
    await call('GET', `/api/v1/orders/${id}/events`)
  ).json();
  return history.events.filter(({ type }) => type === 'OperationRetried' || type === 'OperationResolved');
}
