import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { ledger } from '../participants/simulated/ledgers.ts';
import {
  atRest,
  cancel,
  eventually,
  expectServed,
  expectUndone,
  ledgersOf,
  newOrderId,
  objectOf,
  place,
  received,
  setFault,
  TOTAL,
} from './shop.ts';
import { accepting, callBack, historyOf, keyOf } from './signed.ts';

const CHARGE = 'process_payment.do';

const paid = { outcome: 'succeeded', output: { payment_id: 'pay_made_up' } };
const declined = { outcome: 'refused', error: { code: 'fraud', message: 'Suspicious' } };

const callsOf = async (id: string, route: string) => (await ledgersOf(id)).calls.filter((entry) => entry.route === route);

const rowsOf = (id: string) =>
  runInDurableObject(objectOf(id), (_, { storage }) => storage.sql.exec('SELECT count(*) AS rows FROM journal').one()['rows']);

describe.concurrent('a charge that was accepted', () => {
  it('and called back goes on, and nobody asks the probe', async () => {
    const id = newOrderId('called-back');
    await setFault('payment', id, { route: '/charges', fault: accepting('succeeded', 0) });
    await place(id);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await expectServed(id);
    expect(await callsOf(id, '/charges')).toHaveLength(1);
  });

  it('and refused by its callback is rolled back', async () => {
    const id = newOrderId('called-back-refused');
    await setFault('payment', id, { route: '/charges', fault: accepting('refused', 20) });
    await place(id);
    expect(await atRest(id)).toMatchObject({ status: 'failed', error: { step: 'process_payment', code: 'fraud' } });
    await expectUndone(id);
    expect((await ledgersOf(id)).money.charged).toBe('0');
  });

  it('is found by the probe where the callback is lost', async () => {
    const id = newOrderId('callback-lost');
    await setFault('payment', id, { route: '/charges', fault: accepting('succeeded', 20, null) });
    await place(id);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await expectServed(id);
  });

  it('is woken by its callback long before the probe is due again', async () => {
    const id = newOrderId('woken');
    await setFault('payment', id, { route: '/charges', fault: accepting('succeeded', 600_000, null) });
    await setFault('payment', id, { route: 'GET /operations', fault: { kind: 'no_probe' } });
    await place(id);
    await eventually(async () => (await historyOf(id)).some(({ type }) => type === 'ProbeUnanswered'), 'the wait for the callback');
    const answer = await callBack(id, CHARGE, paid);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ order_id: id, payment_id: 'pay_made_up', current_step: 'create_shipment' });
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
  });
});

describe.concurrent('a callback', () => {
  it('that comes twenty times at once, and again when all is over, is one', async () => {
    const id = newOrderId('many');
    await setFault('payment', id, { route: '/charges', fault: accepting('succeeded', 600_000, null) });
    await setFault('payment', id, { route: 'GET /operations', fault: { kind: 'no_probe' } });
    await place(id);
    await received(id, '/charges');
    const answers = await Promise.all(Array.from({ length: 20 }, () => callBack(id, CHARGE, paid)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    await atRest(id);
    const before = await rowsOf(id);
    expect((await callBack(id, CHARGE, paid)).status).toBe(200);
    expect((await callBack(id, CHARGE, declined)).status).toBe(200);
    expect(await rowsOf(id)).toBe(before);
    const successes = (await historyOf(id)).filter(({ type, step }) => type === 'OperationSucceeded' && step === 'process_payment');
    expect(successes).toMatchObject([{ data: { payment_id: 'pay_made_up' } }]);
    expect(await callsOf(id, '/shipments')).toHaveLength(1);
  });

  it('that is faster than the answer is the result; the answer changes nothing', async () => {
    const id = newOrderId('faster');
    await setFault('payment', id, { route: '/charges', fault: { kind: 'slow', delay_ms: 500 } });
    await place(id);
    await received(id, '/charges');
    expect((await callBack(id, CHARGE, paid)).status).toBe(200);
    expect(await atRest(id)).toMatchObject({ status: 'completed', payment_id: 'pay_made_up' });
    await eventually(async () => (await callsOf(id, '/charges'))[0]?.status === 201, 'the answer');
    await expectServed(id);
    expect((await historyOf(id)).filter(({ type, step }) => type === 'OperationSucceeded' && step === 'process_payment')).toHaveLength(1);
  });

  it('with a key of nothing that was asked for is refused', async () => {
    const id = newOrderId('wrong-key');
    await place(id);
    await atRest(id);
    for (const operation of ['process_payment.undo', 'process_payment.do.email', 'nonsense.do']) {
      const answer = await callBack(id, operation, paid);
      expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'wrong_key' }]);
    }
    const other = await callBack(id, CHARGE, { ...paid, idempotency_key: keyOf(newOrderId('other'), CHARGE) });
    expect(other.status).toBe(409);
    expect((await callBack(newOrderId('unknown'), CHARGE, paid)).status).toBe(404);
  });

  it('without what the step needs changes nothing', async () => {
    const id = newOrderId('unreadable');
    await setFault('payment', id, { route: '/charges', fault: accepting('succeeded', 300, null) });
    await place(id);
    await received(id, '/charges');
    const answer = await callBack(id, CHARGE, { outcome: 'succeeded', output: { payment: 'pay_1' } });
    expect([answer.status, await answer.json()]).toMatchObject([422, { code: 'unreadable_output' }]);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await expectServed(id);
  });
});

describe.concurrent('a charge that was said to be refused, and then is made', () => {
  it('is refunded with a key of its own, and the order is compensated again', async () => {
    const id = newOrderId('late');
    await setFault('payment', id, { route: '/charges', fault: accepting('succeeded', 1_500) });
    await place(id);
    await received(id, '/charges');
    await callBack(id, CHARGE, declined);
    expect(await atRest(id)).toMatchObject({ status: 'failed', saga_status: 'compensated' });
    await received(id, '/refunds');
    expect(await atRest(id)).toMatchObject({ status: 'failed', saga_status: 'compensated', error: { code: 'fraud' } });
    const { money, calls } = await ledgersOf(id);
    expect(money).toMatchObject({ charged: TOTAL, refunded: TOTAL, net: '0.00' });
    const refunds = calls.filter(({ route }) => route === '/refunds');
    expect(refunds).toMatchObject([{ idempotency_key: keyOf(id, 'process_payment.undo.late') }]);
    expect((await atRest(id)).compensated_steps).toContain('process_payment');
    expect((await historyOf(id)).map(({ type }) => type)).toContain('OperationSucceededLate');
    await expectUndone(id);
  });

  it('goes to a person with its reference where the refund fails', async () => {
    const id = newOrderId('late-parked');
    await setFault('payment', id, { route: '/charges', fault: accepting('succeeded', 1_500) });
    await setFault('payment', id, { route: '/refunds', fault: { kind: 'refuse', status: 422, code: 'account_closed', message: 'Closed' } });
    await place(id);
    await received(id, '/charges');
    await callBack(id, CHARGE, declined);
    await atRest(id);
    await received(id, '/refunds');
    const view = await atRest(id);
    expect(view).toMatchObject({ status: 'needs_review', payment_id: expect.stringMatching(/^pay_/) as unknown });
    expect(view.review?.items).toMatchObject([
      { step: 'process_payment', operation: 'undo', code: 'account_closed', outstanding: { amount: TOTAL, reference: view.payment_id } },
    ]);
  });
});

describe.concurrent('an undo that was accepted', () => {
  it('and called back is done', async () => {
    const id = newOrderId('undo');
    await setFault('payment', id, { route: '/refunds', fault: accepting('succeeded', 20) });
    await place(id);
    await atRest(id);
    await cancel(id);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', saga_status: 'compensated' });
    await expectUndone(id);
    expect(await callsOf(id, '/refunds')).toHaveLength(1);
  });

  it('and parked for a person is settled by the callback; the person is too late', async () => {
    const id = newOrderId('undo-parked');
    await setFault('payment', id, { route: '/refunds', fault: { kind: 'fail', status: 401 } });
    await place(id);
    await atRest(id);
    await cancel(id);
    expect(await atRest(id)).toMatchObject({ status: 'needs_review' });
    await ledger('payment').clearFaults(id);
    expect((await callBack(id, 'process_payment.undo', { outcome: 'succeeded', output: { undone: true } })).status).toBe(200);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', saga_status: 'compensated', review: null });
  });
});
