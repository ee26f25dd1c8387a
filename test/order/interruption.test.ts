import type { FaultSetting } from '../../src/participants/simulated/faults.ts';
import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { CALLS, UNDOS } from './points.ts';
import { atRest, cancel, expectServed, expectUndone, ledgersOf, newOrderId, objectOf, place, received, setFault } from './shop.ts';

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
