import { describe, expect, it } from 'vitest';
import type { CallRecord } from '../../../src/participants/simulated/calls.ts';
import { atRest, cancel, configure, expectUndone, ledgersOf, newOrderId, place, received, setFault, TOTAL } from '../shop.ts';
import { callsTo, keysTo, ledgersShow, movements, released } from './alone.ts';

/** Half of what the others have, since the settling time is waited for. */
const NOTHING_DECLARED = { PARTICIPANTS: '{}', TIME_SCALE: '0.01' };

/** Ten minutes, scaled. */
const SETTLING_MS = 6_000;

/** The order is cancelled while its charge is on its way, and goes back before the charge has arrived. */
async function cancelBeforeItLands(id: string, delay_ms: number): Promise<void> {
  await setFault('payment', id, { route: '/charges', times: 1, fault: { kind: 'late', delay_ms } });
  await place(id);
  await received(id, '/charges');
  await cancel(id);
}

const landed = (id: string, status: number) =>
  ledgersShow(id, ({ calls }) => calls.some((made) => made.route === '/charges' && made.status === status));

const pauseMs = ([first, second]: readonly CallRecord[]): number => Date.parse(second?.at ?? '') - Date.parse(first?.at ?? '');

describe.concurrent('a charge that lands after its undo', () => {
  it('is refused by a provider that fences', async () => {
    const id = newOrderId('lands-fenced');
    await cancelBeforeItLands(id, 3_000);
    await released(id);
    expect(await movements(id)).toEqual({ charges: 0, refunds: 0 });
    await landed(id, 409);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', saga_status: 'compensated' });
    expect(await movements(id)).toEqual({ charges: 0, refunds: 0 });
    await expectUndone(id);
  });

  it('is undone after the settling time by the second undo, where the provider does not fence', async () => {
    const id = newOrderId('lands-between');
    await configure(id, NOTHING_DECLARED);
    await setFault('payment', id, { route: '/refunds', times: 1, fault: { kind: 'no_fence' } });
    await cancelBeforeItLands(id, 3_000);
    await landed(id, 201);
    expect(await callsTo(id, '/refunds')).toMatchObject([{ status: 200 }]);
    expect((await ledgersOf(id)).money.net).toBe(TOTAL);
    await released(id);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', saga_status: 'compensated', review: null });
    expect(await movements(id)).toEqual({ charges: 1, refunds: 1 });
    await expectUndone(id);
    expect(pauseMs(await callsTo(id, '/refunds'))).toBeGreaterThanOrEqual(SETTLING_MS);
    expect(await keysTo(id, '/refunds')).toEqual([`local.${id}.process_payment.undo`]);
  });

  it('is what a person has been told of, where it lands after the second undo too', async () => {
    const id = newOrderId('lands-last');
    await configure(id, NOTHING_DECLARED);
    await setFault('payment', id, { route: '/refunds', fault: { kind: 'no_fence' } });
    await cancelBeforeItLands(id, 10_500);
    await released(id);
    expect((await ledgersOf(id)).money.charged).toBe('0');
    await landed(id, 201);
    expect((await ledgersOf(id)).money).toMatchObject({ charged: TOTAL, net: TOTAL, currency: 'USD' });
    const view = await atRest(id);
    expect(view).toMatchObject({ status: 'needs_review', compensated_steps: ['reserve_inventory'] });
    const outstanding = { kind: 'money', amount: TOTAL, currency: 'USD' };
    expect(view.review?.items).toMatchObject([
      { step: 'process_payment', operation: 'undo', code: 'outcome_unknown', attempts: 2, outstanding },
    ]);
    const refunds = await callsTo(id, '/refunds');
    expect(refunds).toHaveLength(2);
    expect(pauseMs(refunds)).toBeGreaterThanOrEqual(SETTLING_MS);
  });
});

describe.concurrent('an undo for a reservation that was never made, answered 404,', () => {
  const asksInVain = async (id: string) => {
    await setFault('inventory', id, { route: '/reservations', times: 1, fault: { kind: 'hang' } });
    await setFault('inventory', id, { route: '/reservations/release', fault: { kind: 'fail', status: 404, code: 'no_reservation' } });
    await place(id);
    await received(id, '/reservations');
    await cancel(id);
  };

  const asked = (id: string, times: number) =>
    ledgersShow(id, ({ calls }) => calls.filter((made) => made.route === '/reservations/release' && made.status === 404).length === times);

  it('is done, where the inventory fences', async () => {
    const id = newOrderId('never-reserved');
    await asksInVain(id);
    await asked(id, 1);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', compensated_steps: ['reserve_inventory'], review: null });
    expect((await ledgersOf(id)).entries).toEqual([]);
    expect(await callsTo(id, '/reservations/release')).toHaveLength(1);
  });

  it('is asked once more where it does not, and then a person is told which stock it is about', async () => {
    const id = newOrderId('never-reserved-unfenced');
    await configure(id, NOTHING_DECLARED);
    await asksInVain(id);
    await asked(id, 2);
    const view = await atRest(id);
    const items = [
      { sku: 'LAPTOP-X1', quantity: 1 },
      { sku: 'MOUSE-M2', quantity: 2 },
    ];
    expect(view.status).toBe('needs_review');
    expect(view.review?.items).toMatchObject([
      { step: 'reserve_inventory', operation: 'undo', code: 'outcome_unknown', outstanding: { kind: 'stock', items } },
    ]);
    const releases = await callsTo(id, '/reservations/release');
    expect(releases).toHaveLength(2);
    expect(pauseMs(releases)).toBeGreaterThanOrEqual(SETTLING_MS);
  });
});
