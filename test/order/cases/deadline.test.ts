import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { OrderView } from '../../../src/order/orders-port.ts';
import { ledger } from '../../participants/simulated/ledgers.ts';
import { CALLS, UNDOS } from '../points.ts';
import { atRest, cancel, configure, expectUndone, newOrderId, objectOf, place, received, setFault } from '../shop.ts';
import { callsTo, movements, recorded, released } from './alone.ts';

describe.concurrent('the deadline passing during compensation', () => {
  /** Four seconds, scaled. */
  const SOON = { ORDER_DEADLINE_SECONDS: '200' };

  /** The first refund fails before the deadline and the second after it. */
  async function refundedAfterwards(id: string): Promise<void> {
    await configure(id, SOON);
    const refunds = { route: '/refunds', order_id: id, times: 1 };
    await ledger('payment').addFault({ ...refunds, fault: { kind: 'fail', status: 503, retry_after: '5' } });
    await ledger('payment').addFault({ ...refunds, fault: { kind: 'fail', status: 503 } });
  }

  async function expectRefundedAfterwards(id: string, view: OrderView): Promise<void> {
    const refunds = await callsTo(id, '/refunds');
    expect(refunds.map(({ status }) => status)).toEqual([503, 503, 200]);
    expect(Date.parse(refunds[1]?.at ?? '')).toBeGreaterThan(Date.parse(view.deadline_at));
    expect(await movements(id)).toEqual({ charges: 1, refunds: 1 });
    await expectUndone(id);
  }

  it('changes nothing of why a cancelled order goes back, nor that it does', async () => {
    const id = newOrderId('deadline-cancelled');
    await refundedAfterwards(id);
    await setFault('shipping', id, { route: '/shipments', times: 1, fault: { kind: 'slow', delay_ms: 200 } });
    await place(id);
    await received(id, '/shipments');
    await cancel(id);
    await released(id);
    const view = await atRest(id);
    expect(view).toMatchObject({ status: 'cancelled', saga_status: 'compensated', error: { step: null, code: 'cancelled' } });
    await expectRefundedAfterwards(id, view);
  });

  it('does not make a failed order a cancelled one', async () => {
    const id = newOrderId('deadline-failed');
    await refundedAfterwards(id);
    await setFault('shipping', id, { route: '/shipments', fault: { kind: 'refuse', status: 422, code: 'no_carrier', message: 'No' } });
    await place(id);
    await released(id);
    const view = await atRest(id);
    expect(view).toMatchObject({ status: 'failed', saga_status: 'compensated', error: { step: 'create_shipment', code: 'no_carrier' } });
    await expectRefundedAfterwards(id, view);
  });
});

/** The object is gone, and its alarm rings only this much later, as after an outage. */
async function downFor(id: string, ms: number): Promise<number> {
  const upAgainAt = Date.now() + ms;
  const goDown = runInDurableObject(objectOf(id), async (_, state) => {
    await state.storage.setAlarm(upAgainAt);
    await state.storage.sync();
    state.abort('down');
  });
  await expect(goDown).rejects.toThrow('down');
  return upAgainAt;
}

describe.concurrent('the deadline long past when the order comes back after an outage', () => {
  const CHANGING = CALLS.filter(({ step }) => UNDOS.some((undo) => undo.step === step));

  it.each(CHANGING)('rolls it back from $step, whose answer nobody heard', async ({ step, service, route }) => {
    const id = newOrderId(`outage-${step}`);
    await configure(id, { ORDER_DEADLINE_SECONDS: '100' });
    await setFault(service, id, { route, times: 1, fault: { kind: 'lose_answer' } });
    await place(id);
    await received(id, route);
    const upAgainAt = await downFor(id, 5_500);
    await released(id);
    const view = await atRest(id);
    expect(view).toMatchObject({ status: 'cancelled', error: { step, code: 'deadline_exceeded' } });
    expect(upAgainAt).toBeGreaterThan(Date.parse(view.deadline_at) + 2_000);
    expect((await callsTo(id, '/reservations/release')).every(({ at }) => Date.parse(at) >= upAgainAt)).toBe(true);
    expect(await callsTo(id, route)).toHaveLength(1);
    await expectUndone(id);
  });

  it('rolls it back from the pause before the next attempt, which is not made', async () => {
    const id = newOrderId('outage-pause');
    await configure(id, { ORDER_DEADLINE_SECONDS: '100' });
    await setFault('payment', id, { route: '/charges', times: 1, fault: { kind: 'fail_after', status: 503, retry_after: '1' } });
    await place(id);
    await recorded(id, 'AttemptFailed');
    await downFor(id, 5_500);
    await released(id);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', error: { step: 'process_payment', code: 'deadline_exceeded' } });
    expect(await callsTo(id, '/charges')).toHaveLength(1);
    expect(await movements(id)).toEqual({ charges: 1, refunds: 1 });
    await expectUndone(id);
  });
});
