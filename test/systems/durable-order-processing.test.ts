/** Durable order processing: validate, reserve, charge, ship, confirm; all of it or nothing, whatever crashes, with a history of everything. */

import { describe, expect, it } from 'vitest';
import { ledger } from '../participants/simulated/ledgers.ts';
import { callsTo, confirmed, ENDS, keysTo, movements, recorded, released } from '../order/cases/alone.ts';
import { CALLS, UNDOS } from '../order/points.ts';
import { atRest, cancel, expectServed, expectUndone, ledgersOf, newOrderId, place, received, setFault } from '../order/shop.ts';
import { historyOf } from '../order/signed.ts';
import { decide, inAWord, moved, NOTHING_MOVED, refusing, routesOf, statusAt } from './stories.ts';

const YACHT = { items: [{ sku: 'YACHT', name: 'Yacht', quantity: 1, unit_price: '10000.00' }] };

const camera = (quantity: number) => ({ items: [{ sku: 'CAMERA-C3', name: 'Camera', quantity, unit_price: '449.00' }] });

describe.concurrent('durable order processing: an order', () => {
  it('is validated, reserved, charged, shipped and confirmed by e-mail and push', async () => {
    const id = newOrderId('durable-happy');
    await place(id);
    const view = await atRest(id);
    expect(view).toMatchObject({ status: 'completed', completed_steps: CALLS.map(({ step }) => step), compensated_steps: [] });
    expect(view.tracking_number).toMatch(/^TRK/);
    expect(await routesOf(id)).toEqual([...CALLS.map(({ route }) => route), '/notifications']);
    await expectServed(id);
    const { messages } = await ledgersOf(id);
    expect(messages.map(({ channel, template }) => `${channel} ${template}`).toSorted()).toEqual([
      'email order_confirmed',
      'push order_confirmed',
    ]);
  });

  it('takes its items out of the stock, and puts them back', async () => {
    const [first, second, third] = ['first', 'second', 'third'].map((name) => newOrderId(`durable-stock-${name}`));
    if (!first || !second || !third) throw new Error('Three orders are needed');
    await ledger('inventory').setStock('CAMERA-C3', 3);
    await place(first, {}, camera(2));
    expect(await atRest(first)).toMatchObject({ status: 'completed' });
    await place(second, {}, camera(2));
    expect(await atRest(second)).toMatchObject({ status: 'failed', error: { step: 'validate_order', code: 'not_available' } });
    await cancel(first);
    expect(await atRest(first)).toMatchObject({ status: 'cancelled' });
    await place(third, {}, camera(3));
    expect(await atRest(third)).toMatchObject({ status: 'completed' });
    expect(await moved(third)).toMatchObject({ taken: [3] });
  });

  it.each([
    ['inventory', 'not_available', 'Not available: CAMERA-C3'],
    ['a payment method', 'payment_method_not_supported', 'We take no cheques'],
  ])('that is not valid for its %s has nothing done', async (what, code, message) => {
    const id = newOrderId(`durable-invalid-${what}`);
    await setFault('inventory', id, { route: '/availability', fault: refusing(code, message) });
    await place(id, {}, { payment_method: 'cheque' });
    expect(await atRest(id)).toMatchObject({ status: 'failed', error: { step: 'validate_order', code, message } });
    expect(await routesOf(id)).toEqual(['/availability']);
    expect(await moved(id)).toEqual(NOTHING_MOVED);
  });
});

/** What is undone when this step fails, in this order. */
const UNDONE_AFTER: Readonly<Record<string, readonly string[]>> = {
  validate_order: [],
  reserve_inventory: [],
  process_payment: ['reserve_inventory'],
  create_shipment: ['process_payment', 'reserve_inventory'],
  send_confirmation: ['create_shipment', 'process_payment', 'reserve_inventory'],
};

describe.concurrent('durable order processing: any step that fails', () => {
  it.each(CALLS)('($step) has all steps before it undone, last first', async ({ step, service, route }) => {
    const id = newOrderId(`durable-fails-${step}`);
    await setFault(service, id, { route, times: route === '/notifications' ? 2 : 1, fault: refusing('broken') });
    await place(id);
    const undone = UNDONE_AFTER[step] ?? [];
    expect(await atRest(id)).toMatchObject({ status: 'failed', error: { step, code: 'broken' }, compensated_steps: undone });
    const undoRoutes = UNDOS.filter((undo) => undone.includes(undo.step)).map((undo) => undo.route);
    const called = (await routesOf(id)).filter((called) => UNDOS.some((undo) => undo.route === called));
    expect(called).toEqual(undoRoutes);
    await expectUndone(id);
  });
});

describe.concurrent.each(ENDS)('durable order processing: a process $end', ({ end, strike }) => {
  it.each(CALLS)('while it waits for $step goes on where it was, unasked', async ({ step, service, route }) => {
    const id = newOrderId(`durable-${end}-${step}`);
    await setFault(service, id, { route, times: 1, fault: { kind: 'lose_answer' } });
    await place(id);
    await received(id, route);
    await strike(id);
    await confirmed(id);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await expectServed(id);
    expect(await movements(id)).toEqual({ charges: 1, refunds: 0 });
    for (const before of CALLS.slice(
      0,
      CALLS.findIndex((point) => point.step === step),
    ))
      expect(await callsTo(id, before.route)).toHaveLength(1);
  });

  it.each(UNDOS)('while it waits for $route goes on undoing, unasked', async ({ service, route }) => {
    const id = newOrderId(`durable-${end}-back-${route.replace('/', '')}`);
    await setFault('notification', id, { route: '/notifications', times: 2, fault: refusing('no_such_user') });
    await setFault(service, id, { route, times: 1, fault: { kind: 'lose_answer' } });
    await place(id);
    await received(id, route);
    await strike(id);
    await released(id);
    expect(await atRest(id)).toMatchObject({ status: 'failed', saga_status: 'compensated' });
    await expectUndone(id);
    expect(await movements(id)).toEqual({ charges: 1, refunds: 1 });
    expect(await keysTo(id, route)).toHaveLength(1);
  });
});

describe.concurrent('durable order processing: the history', () => {
  it('tells the start and the end of every call, forward and back, numbered without gaps', async () => {
    const id = newOrderId('durable-history');
    await setFault('shipping', id, { route: '/shipments', fault: refusing('no_carrier') });
    await place(id);
    await atRest(id);
    const history = await historyOf(id);
    expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
    expect(history.map(({ type, step, data }) => [type, step, Object(data).operation].filter(Boolean).join(' '))).toEqual([
      'OrderPlaced',
      ...['validate_order', 'reserve_inventory', 'process_payment'].flatMap((step) => [
        ...(step === 'reserve_inventory' ? ['StepSkipped approval'] : []),
        `OperationStarted ${step} do`,
        `OperationSucceeded ${step} do`,
      ]),
      'OperationStarted create_shipment do',
      'OperationRefused create_shipment do',
      'RollbackStarted create_shipment',
      ...['process_payment', 'reserve_inventory'].flatMap((step) => [`OperationStarted ${step} undo`, `OperationSucceeded ${step} undo`]),
      'OrderCompensated',
    ]);
    for (const [index, { at }] of history.entries()) expect(at >= (history[index - 1]?.at ?? '')).toBe(true);
  });
});

describe.concurrent('durable order processing: a person', () => {
  it('is asked about a large order before anything of it is done, and it goes on when approved', async () => {
    const id = newOrderId('durable-approved');
    await place(id, {}, YACHT);
    await recorded(id, 'ApprovalRequested');
    expect(await statusAt(id, '/availability')).toMatchObject({ saga_status: 'waiting', current_step: 'approval' });
    expect(await routesOf(id)).toEqual(['/availability']);
    expect((await decide(id, 'approve')).status).toBe(200);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    expect(await moved(id)).toEqual({ charged: '10000.00', refunded: '0.00', taken: [1] });
  });

  it('who rejects it cancels it, and nobody can approve it any more', async () => {
    const id = newOrderId('durable-rejected');
    await place(id, {}, YACHT);
    await recorded(id, 'ApprovalRequested');
    expect((await decide(id, 'reject')).status).toBe(200);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', error: { code: 'approval_rejected' } });
    expect(await inAWord(await decide(id, 'approve', 'bob'))).toEqual([409, 'already_decided']);
    expect(await moved(id)).toEqual(NOTHING_MOVED);
  });
});
