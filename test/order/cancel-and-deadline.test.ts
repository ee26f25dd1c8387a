import type { History } from '../../src/order/orders-port.ts';
import type { FaultSetting } from '../../src/participants/simulated/faults.ts';
import { runDurableObjectAlarm } from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CALLS } from './points.ts';
import { atRest, call, cancel, expectServed, expectUndone, ledgersOf, newOrderId, objectOf, place, received, setFault } from './shop.ts';

const IN_FLIGHT: readonly { readonly name: string; readonly fault: FaultSetting['fault'] }[] = [
  { name: 'that never answers', fault: { kind: 'hang' } },
  { name: 'whose effect is done and whose answer is lost', fault: { kind: 'lose_answer' } },
  { name: 'that takes its time and succeeds', fault: { kind: 'slow', delay_ms: 200 } },
  { name: 'that arrives after its undo', fault: { kind: 'late', delay_ms: 2_500 } },
  { name: 'that was accepted, with the result to come', fault: { kind: 'accept', delay_ms: 1_500, outcome: 'succeeded' } },
];

describe.concurrent.each(IN_FLIGHT)('a cancel during a call $name', ({ name, fault }) => {
  it.each(CALLS)('at $step waits for its end and undoes what it did', async ({ step, service, route }) => {
    const id = newOrderId(`cancel-${name}-${step}`);
    await setFault(service, id, { route, times: step === 'send_confirmation' ? 2 : 1, fault });
    await place(id);
    await received(id, route);
    const { status } = await cancel(id);
    const view = await atRest(id);
    if (step === 'send_confirmation' && fault.kind === 'accept') expect([200, 202]).toContain(status);
    else expect(status).toBe(202);
    expect(view).toMatchObject({ status: 'cancelled', saga_status: 'compensated', error: { code: 'cancelled' } });
    if ('delay_ms' in fault) await scheduler.wait(fault.delay_ms);
    await expectUndone(id);
    const { events }: History = await (await call('GET', `/api/v1/orders/${id}/events`)).json();
    const afterwards = events.slice(events.findIndex(({ type }) => type === 'RollbackStarted'));
    const begun = afterwards.filter(({ type }) => type === 'OperationStarted' || type === 'AttemptStarted');
    expect(begun.map(({ data }) => data)).not.toContainEqual(expect.objectContaining({ operation: 'do' }));
  });
});

describe('a cancel', () => {
  it('between two attempts makes no other, and settles what may have happened', async () => {
    const id = newOrderId('between');
    await setFault('payment', id, { route: '/charges', fault: { kind: 'fail_after', status: 503, retry_after: '20' } });
    await place(id);
    await expect.poll(async () => (await call('GET', `/api/v1/orders/${id}`)).json()).toMatchObject({ saga_status: 'waiting' });
    await cancel(id);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled' });
    expect((await ledgersOf(id)).money).toMatchObject({ charged: '1359.97', refunded: '1359.97' });
    await expectUndone(id);
  });

  it('of a completed order undoes it all, shipment first, and tells the customer', async () => {
    const id = newOrderId('after-completion');
    await place(id);
    await atRest(id);
    expect((await cancel(id)).status).toBe(202);
    expect(await atRest(id)).toMatchObject({
      status: 'cancelled',
      compensated_steps: ['send_confirmation', 'create_shipment', 'process_payment', 'reserve_inventory'],
    });
    await expectUndone(id);
    const { messages, calls } = await ledgersOf(id);
    expect(messages).toContainEqual({ channel: 'email', template: 'order_cancelled' });
    const undone = calls.filter(({ direction, service }) => direction === 'undo' && service !== 'notification').map(({ route }) => route);
    expect(undone).toEqual(['/shipments/cancel', '/refunds', '/reservations/release']);
  });

  it('of a failed order is a conflict', async () => {
    const id = newOrderId('failed');
    await setFault('payment', id, {
      route: '/charges',
      fault: { kind: 'refuse', status: 402, code: 'card_declined', message: 'Declined' },
    });
    await place(id);
    await atRest(id);
    const response = await cancel(id);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: 'cannot_cancel' });
  });
});

describe('the deadline', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each(CALLS)('passing at $step rolls the order back, also what nobody answered', async ({ step, service, route }) => {
    const id = newOrderId(`deadline-${step}`);
    await setFault(service, id, { route, times: 2, fault: { kind: 'lose_answer' } });
    await place(id);
    await received(id, route);
    await pass(id);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', error: { step, code: 'deadline_exceeded' } });
    await expectUndone(id);
  });

  it('passing between two attempts rolls the order back', async () => {
    const id = newOrderId('deadline-between');
    await setFault('payment', id, { route: '/charges', fault: { kind: 'fail_after', status: 503, retry_after: '20' } });
    await place(id);
    await expect.poll(async () => (await call('GET', `/api/v1/orders/${id}`)).json()).toMatchObject({ saga_status: 'waiting' });
    await pass(id);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', error: { code: 'deadline_exceeded' } });
    await expectUndone(id);
  });

  it('passing while nobody decides on the approval cancels the order', async () => {
    const id = newOrderId('deadline-approval');
    await place(id, {}, { items: [{ sku: 'YACHT', name: 'Yacht', quantity: 1, unit_price: '10000.00' }] });
    await expect
      .poll(async () => (await call('GET', `/api/v1/orders/${id}`)).json())
      .toMatchObject({ saga_status: 'waiting', current_step: 'approval' });
    await pass(id);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', error: { step: 'approval', code: 'approval_timed_out' } });
    await expectUndone(id);
  });

  it('long past does nothing to an order that is complete', async () => {
    const id = newOrderId('deadline-after');
    await place(id);
    await atRest(id);
    await pass(id);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await expectServed(id);
  });
});

/** Half an hour passes, scaled; then the alarm rings. */
async function pass(id: string): Promise<void> {
  vi.setSystemTime(Date.now() + 37_000);
  await runDurableObjectAlarm(objectOf(id));
}
