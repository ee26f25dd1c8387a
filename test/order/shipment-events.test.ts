import { describe, expect, it } from 'vitest';
import { ledger } from '../participants/simulated/ledgers.ts';
import { atRest, call, cancel, configure, expectUndone, ledgersOf, newOrderId, place, received, setFault } from './shop.ts';
import { accepting, callBack, historyOf, reportShipment } from './signed.ts';

async function completed(name: string): Promise<string> {
  const id = newOrderId(name);
  await place(id);
  expect(await atRest(id)).toMatchObject({ status: 'completed' });
  return id;
}

const statusOf = async (answer: Response) => {
  const { status, code }: { readonly status: unknown; readonly code?: string } = await answer.json();
  return code ?? status;
};

describe.concurrent('a completed order', () => {
  it('is shipped, delivered and returned, each once, under the names of its saga', async () => {
    const id = await completed('parcel');
    const { tracking_number } = await atRest(id);
    expect(await statusOf(await reportShipment(id, 'delivered', { tracking_number }))).toBe('delivered');
    expect(await statusOf(await reportShipment(id, 'shipped', { tracking_number }))).toBe('delivered');
    expect(await statusOf(await reportShipment(id, 'delivered'))).toBe('delivered');
    expect(await statusOf(await reportShipment(id, 'returned'))).toBe('returned');
    expect(await atRest(id)).toMatchObject({ status: 'returned', saga_status: 'completed' });
    const reports = (await historyOf(id)).filter(({ type }) => type === 'ShipmentReported');
    expect(reports).toMatchObject([
      { data: { report: 'delivered', tracking_number, domain_events: ['OrderDelivered'] } },
      { data: { report: 'returned', domain_events: ['OrderReturned'] } },
    ]);
  });

  it('is not told of another parcel', async () => {
    const id = await completed('other-parcel');
    expect(await statusOf(await reportShipment(id, 'shipped', { tracking_number: 'TRK0' }))).toBe('wrong_tracking_number');
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
  });

  it('that is on its way is cancelled: its parcel is returned, its money given back', async () => {
    const id = await completed('on-its-way');
    await ledger('shipping').dispatch('local', id);
    await reportShipment(id, 'shipped');
    expect((await cancel(id)).status).toBe(202);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled' });
    expect((await ledgersOf(id)).shipments).toMatchObject({ live: 0, returned: 1 });
    await expectUndone(id);
    const routes = (await ledgersOf(id)).calls.map(({ route }) => route);
    expect(routes.indexOf('/shipments/return')).toBeLessThan(routes.indexOf('/refunds'));
  });

  it('that was delivered is cancelled no more', async () => {
    const id = await completed('delivered');
    await reportShipment(id, 'delivered');
    const answer = await cancel(id);
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'cannot_cancel', order_status: 'delivered' }]);
    expect((await ledgersOf(id)).shipments.live).toBe(1);
  });
});

describe.concurrent('an order that is not completed', () => {
  it('has no parcel before it has a shipment, and is shipped before it is confirmed', async () => {
    const id = newOrderId('early');
    // Three seconds for a confirmation that is not answered: time enough to look.
    await configure(id, { TIME_SCALE: '0.2' });
    await setFault('notification', id, { route: '/notifications', fault: { kind: 'hang' } });
    await setFault('payment', id, { route: '/charges', fault: accepting('succeeded', 600_000, null) });
    await setFault('payment', id, { route: 'GET /operations', fault: { kind: 'no_probe' } });
    await place(id);
    await received(id, '/charges');
    expect(await statusOf(await reportShipment(id, 'shipped'))).toBe('not_completed');
    await callBack(id, 'process_payment.do', { outcome: 'succeeded', output: { payment_id: 'pay_1' } });
    await received(id, '/notifications');
    expect(await statusOf(await reportShipment(id, 'shipped'))).toBe('processing');
    await ledger('notification').clearFaults(id);
    expect(await atRest(id)).toMatchObject({ status: 'shipped', saga_status: 'completed' });
  });

  it('and was rolled back keeps its status when its parcel is seen', async () => {
    const id = newOrderId('rolled-back');
    await setFault('shipping', id, { route: '/shipments', fault: { kind: 'refuse', status: 422, code: 'no_carrier', message: 'No' } });
    await place(id);
    await atRest(id);
    expect(await statusOf(await reportShipment(id, 'shipped'))).toBe('failed');
    const events = await historyOf(id);
    expect(events.at(-1)).toMatchObject({ type: 'ShipmentReported', data: { report: 'shipped' } });
    expect(JSON.stringify(events)).not.toContain('OrderShipped');
    expect(await (await call('GET', `/api/v1/orders/${id}`)).json()).toMatchObject({ status: 'failed', saga_status: 'compensated' });
  });
});
