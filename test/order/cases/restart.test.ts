import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { isRecord } from '../../../src/saga/read-answer.ts';
import {
  atRest,
  cancel,
  configure,
  eventually,
  expectServed,
  expectUndone,
  losingQueue,
  newOrderId,
  objectOf,
  place,
  setFault,
} from '../shop.ts';
import { callsTo, confirmed, ENDS, eventsOf, keysTo, kill, ledgersShow, lifeOf, movements, recorded, released } from './alone.ts';

const LATER = { kind: 'fail', status: 503, retry_after: '2' } as const;

describe('an order killed', () => {
  // An eviction would wait for the call in flight.
  it('between "refund made" and "refund recorded" makes no second one', async () => {
    const id = newOrderId('unrecorded');
    await place(id);
    await atRest(id);
    await setFault('payment', id, { route: '/refunds', times: 1, fault: { kind: 'lose_answer' } });
    await cancel(id);
    await ledgersShow(id, ({ money }) => money.net === '0.00');
    await kill(id);
    await released(id);
    expect((await callsTo(id, '/refunds')).map(({ status }) => status)).toEqual([null, 200]);
    const refund = (await eventsOf(id)).filter(
      ({ step, data }) => step === 'process_payment' && isRecord(data) && data['operation'] === 'undo',
    );
    expect(refund.map(({ type }) => type)).toEqual(['OperationStarted', 'AttemptInterrupted', 'AttemptStarted', 'OperationSucceeded']);
    expect(await keysTo(id, '/refunds')).toHaveLength(1);
    expect(await movements(id)).toEqual({ charges: 1, refunds: 1 });
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', review: null });
    await expectUndone(id);
  });
});

describe.concurrent.each(ENDS)('an order $end', ({ end, strike }) => {
  it('with nothing pending but a queue message goes on when it comes', async () => {
    const id = newOrderId(`${end}-message`);
    await setFault('payment', id, { route: '/refunds', times: 1, fault: LATER });
    await place(id);
    await atRest(id);
    await cancel(id);
    await recorded(id, 'AttemptFailed');
    await runInDurableObject(objectOf(id), (_, { storage }) => storage.deleteAlarm());
    const isOver = await lifeOf(id);
    await strike(id);
    expect(await callsTo(id, '/refunds')).toHaveLength(1);
    await released(id);
    expect(await isOver()).toBe(true);
    expect((await callsTo(id, '/refunds')).map(({ status }) => status)).toEqual([503, 200]);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled' });
    await expectUndone(id);
  });

  it('whose queue message is lost sends it again by its alarm', async () => {
    const id = newOrderId(`${end}-message-lost`);
    await place(id);
    await atRest(id);
    await withoutOldAlarm(id);
    const lost: unknown[] = [];
    await configure(id, { COMPENSATIONS: losingQueue(lost) });
    await cancel(id);
    await eventually(() => lost.length === 2, 'the messages');
    await strike(id);
    await released(id);
    // The life that lost them would have sent them again, and lost them again.
    expect(lost).toHaveLength(2);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled' });
    await expectUndone(id);
  });

  // Longer than the watch over the call before it, whose alarm still stands and may ring in vain.
  it('with nothing pending but its alarm goes on when that rings', async () => {
    const id = newOrderId(`${end}-alarm`);
    await setFault('payment', id, { route: '/charges', times: 1, fault: { kind: 'fail_after', status: 503, retry_after: '7' } });
    await place(id);
    await recorded(id, 'AttemptFailed');
    const isOver = await lifeOf(id);
    await strike(id);
    expect(await callsTo(id, '/charges')).toHaveLength(1);
    await confirmed(id);
    expect(await isOver()).toBe(true);
    expect((await callsTo(id, '/charges')).map(({ status }) => status)).toEqual([503, 201]);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await expectServed(id);
  });
});

/** An alarm that was set for an earlier call would ring, too. */
async function withoutOldAlarm(id: string): Promise<void> {
  await runInDurableObject(objectOf(id), (_, { storage }) => storage.deleteAlarm());
  await evictDurableObject(objectOf(id));
}

describe('six alarms in a row that fail for trouble of our own', () => {
  it('leave an alarm standing each time, and the order goes on by it when the trouble is over', async () => {
    const id = newOrderId('six-failures');
    await setFault('payment', id, { route: '/charges', times: 1, fault: LATER });
    await place(id);
    await recorded(id, 'AttemptFailed');
    await evictDurableObject(objectOf(id));
    await configure(id, { TIME_SCALE: 'nonsense' });
    for (let failures = 0; failures < 6; failures += 1) await ring(id);
    expect(await callsTo(id, '/charges')).toHaveLength(1);
    await configure(id, {});
    await runInDurableObject(objectOf(id), (_, { storage }) => storage.setAlarm(Date.now() + 2_000));
    await confirmed(id);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await expectServed(id);
  });
});

/** Brings the alarm forward, and waits until it has rung in vain and stands again a minute from now. */
async function ring(id: string): Promise<void> {
  const alarmAt = () => runInDurableObject(objectOf(id), (_, { storage }) => storage.getAlarm());
  const start = Date.now();
  await runInDurableObject(objectOf(id), (_, { storage }) => storage.setAlarm(start));
  while (((await alarmAt()) ?? 0) < start + 30_000) await scheduler.wait(10);
}
