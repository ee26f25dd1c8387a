import { describe, expect, it } from 'vitest';
import {
  atRest,
  cancel,
  configure,
  expectServed,
  expectUndone,
  ledgersOf,
  losingQueue,
  newOrderId,
  place,
  setFault,
  TOTAL,
} from './shop.ts';

const undeliverable = { kind: 'refuse', status: 422, code: 'no_such_user', message: 'Nobody of that name' } as const;

describe.concurrent('a confirmation that can not be delivered', () => {
  it('takes the order back where it is told to compensate, and tells nobody who was told nothing', async () => {
    const id = newOrderId('compensate');
    await setFault('notification', id, { route: '/notifications', fault: undeliverable });
    await place(id);
    expect(await atRest(id)).toMatchObject({ status: 'failed', error: { step: 'send_confirmation', code: 'no_such_user' } });
    expect((await ledgersOf(id)).calls.filter(({ route }) => route === '/notifications')).toHaveLength(2);
    await expectUndone(id);
  });

  it('leaves the order complete where it is told to', async () => {
    const id = newOrderId('complete');
    await configure(id, { CONFIRMATION_FAILURE: 'complete' });
    await setFault('notification', id, { route: '/notifications', fault: undeliverable });
    await place(id);
    expect(await atRest(id)).toMatchObject({ status: 'completed', error: null });
    await expectServed(id);
  });
});

describe.concurrent('a participant that does not fence', () => {
  it('is believed at once when it says that it undid it', async () => {
    const id = newOrderId('no-fence-undone');
    await configure(id, { PARTICIPANTS: '{}' });
    await setFault('payment', id, { route: '/charges', fault: { kind: 'lose_answer' } });
    await setFault('payment', id, { route: 'GET /operations', fault: { kind: 'no_probe' } });
    await place(id);
    expect(await atRest(id)).toMatchObject({ status: 'failed', saga_status: 'compensated' });
    await expectUndone(id);
  });
});

describe.concurrent('an undo', () => {
  it('that was accepted is waited for by the probe', async () => {
    const id = newOrderId('undo-accepted');
    await setFault('payment', id, { route: '/refunds', times: 1, fault: { kind: 'accept', delay_ms: 300, outcome: 'succeeded' } });
    await place(id);
    await atRest(id);
    await cancel(id);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled' });
    await expectUndone(id);
    expect((await ledgersOf(id)).money.refunded).toBe(TOTAL);
  });
});

describe.concurrent('the way forward', () => {
  it('waits for no queue', async () => {
    const id = newOrderId('no-queue');
    await configure(id, { COMPENSATIONS: losingQueue(), NOTIFICATIONS: losingQueue() });
    await place(id);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await expectServed(id);
  });
});
