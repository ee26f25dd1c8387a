import type { OrderView } from '../../src/order/orders-port.ts';
import type { FaultSetting } from '../../src/participants/simulated/faults.ts';
import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { CALLS, UNDOS } from './points.ts';
import { atRest, call, cancel, expectServed, expectUndone, ledgersOf, newOrderId, objectOf, place, received, setFault } from './shop.ts';

/** The process goes away while the call has not arrived, or has arrived and was not answered. */
const MOMENTS: readonly { readonly moment: string; readonly fault: FaultSetting['fault'] }[] = [
  { moment: 'before its effect', fault: { kind: 'hang' } },
  { moment: 'after its effect', fault: { kind: 'lose_answer' } },
];

/** What a deployment, a crash or an idle object does to memory. */
const ENDS = [
  { end: 'aborted', strike: () => abortAllDurableObjects() },
  { end: 'evicted', strike: (id: string) => evictDurableObject(objectOf(id)) },
];

const CASES = ENDS.flatMap((end) => MOMENTS.map((moment) => ({ ...end, ...moment })));

describe.each(CASES)('an object $end while a call is under way, $moment', ({ fault, strike, end, moment }) => {
  it.each(CALLS)('goes on from $step, forward', async ({ step, service, route }) => {
    const id = newOrderId(`${end}-${moment}-${step}`);
    await setFault(service, id, { route, times: 1, fault });
    await place(id);
    await received(id, route);
    await strike(id);
    await runDurableObjectAlarm(objectOf(id));
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await expectServed(id);
  });

  it.each(UNDOS)('goes on from $step, back', async ({ step, service, route }) => {
    const id = newOrderId(`${end}-${moment}-${step}-undo`);
    await setFault(service, id, { route, times: 1, fault });
    await setFault('notification', id, {
      route: '/notifications',
      times: 2,
      fault: { kind: 'refuse', status: 422, code: 'no', message: 'No' },
    });
    await place(id);
    await received(id, route);
    await strike(id);
    await runDurableObjectAlarm(objectOf(id));
    expect(await atRest(id)).toMatchObject({ status: 'failed', saga_status: 'compensated' });
    await expectUndone(id);
    expect((await ledgersOf(id)).money.charged).toBe('1359.97');
  });
});

describe.each(CASES)('an object $end while the cancellation is being sent, $moment', ({ fault, strike, end, moment }) => {
  it('goes on, and undoes the rest', async () => {
    const id = newOrderId(`${end}-${moment}-cancellation`);
    await place(id);
    await atRest(id);
    await setFault('notification', id, { route: '/notifications', times: 1, fault });
    await cancel(id);
    await received(id, '/notifications', 3);
    await strike(id);
    await runDurableObjectAlarm(objectOf(id));
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', compensated_steps: expect.arrayContaining(['send_confirmation']) });
    await expectUndone(id);
    const { messages } = await ledgersOf(id);
    expect(messages.filter(({ template }) => template === 'order_cancelled')).toHaveLength(1);
  });
});

describe.each(ENDS)('an object $end while nothing is being called', ({ end, strike }) => {
  it('goes on from the wait for a person', async () => {
    const id = newOrderId(`${end}-approval`);
    await place(id, {}, { items: [{ sku: 'YACHT', name: 'Yacht', quantity: 1, unit_price: '10000.00' }] });
    await expect.poll(() => sagaStatusOf(id)).toBe('waiting');
    await strike(id);
    const operator = { authorization: 'Bearer local-operator' };
    await call('POST', `/api/v1/orders/${id}/approval`, { decision: 'approve', by: 'ann' }, operator);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
  });

  it('with an order under way and no alarm sets one as soon as it is looked at', async () => {
    const id = newOrderId(`${end}-no-alarm`);
    await setFault('payment', id, { route: '/charges', times: 1, fault: { kind: 'hang' } });
    await place(id);
    await received(id, '/charges');
    await runInDurableObject(objectOf(id), (_, { storage }) => storage.deleteAlarm());
    await strike(id);
    await sagaStatusOf(id);
    await received(id, '/shipments');
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await expectServed(id);
  });
});

async function sagaStatusOf(id: string): Promise<string> {
  const view: OrderView = await (await call('GET', `/api/v1/orders/${id}`)).json();
  return view.saga_status;
}

describe('an object that nobody asks about after a crash', () => {
  it('goes on by its own alarm', async () => {
    const id = newOrderId('alone');
    await setFault('payment', id, { route: '/charges', times: 1, fault: { kind: 'lose_answer' } });
    await place(id);
    await received(id, '/charges');
    await abortAllDurableObjects();
    await received(id, '/shipments');
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await expectServed(id);
  });

  it('goes on back by its own alarm, which sends the lost message again', async () => {
    const id = newOrderId('alone-back');
    await setFault('payment', id, { route: '/refunds', times: 1, fault: { kind: 'hang' } });
    await place(id);
    await atRest(id);
    await cancel(id);
    await received(id, '/refunds');
    await abortAllDurableObjects();
    await received(id, '/reservations/release');
    expect(await atRest(id)).toMatchObject({ status: 'cancelled' });
    await expectUndone(id);
  });

  it('is taken up at the start of the order, before its first call', async () => {
    const id = newOrderId('just-placed');
    await place(id);
    await abortAllDurableObjects();
    await runDurableObjectAlarm(objectOf(id));
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await expectServed(id);
  });
});
