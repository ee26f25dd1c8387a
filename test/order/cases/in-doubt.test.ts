import { describe, expect, it } from 'vitest';
import type { FaultSetting } from '../../../src/participants/simulated/faults.ts';
import { ledger } from '../../participants/simulated/ledgers.ts';
import { atRest, configure, expectServed, expectUndone, newOrderId, place, setFault, TOTAL } from '../shop.ts';
import { callsTo, confirmed, keysTo, movements, released } from './alone.ts';

const NO_PROBE = { route: 'GET /operations', fault: { kind: 'no_probe' } } as const;

const EVERY_ATTEMPT: readonly {
  readonly effect: string;
  readonly fault: FaultSetting['fault'];
  readonly hasProbe: boolean;
  readonly charges: number;
  readonly isServed: boolean;
}[] = [
  { effect: 'happened', fault: { kind: 'lose_answer' }, hasProbe: true, charges: 1, isServed: true },
  { effect: 'happened', fault: { kind: 'lose_answer' }, hasProbe: false, charges: 1, isServed: false },
  { effect: 'never happened', fault: { kind: 'hang' }, hasProbe: true, charges: 0, isServed: false },
  { effect: 'never happened', fault: { kind: 'hang' }, hasProbe: false, charges: 0, isServed: false },
];

describe.concurrent('a charge in doubt on every attempt', () => {
  it.each(EVERY_ATTEMPT)('which $effect, with a probe: $hasProbe, is charged once at most', async (doubt) => {
    const id = newOrderId('every-attempt');
    await setFault('payment', id, { route: '/charges', fault: doubt.fault });
    if (!doubt.hasProbe) await setFault('payment', id, NO_PROBE);
    await place(id);
    await (doubt.isServed ? confirmed(id) : released(id));
    const view = await atRest(id);
    if (doubt.isServed) {
      expect(view).toMatchObject({ status: 'completed', error: null });
      await expectServed(id);
    } else {
      expect(view).toMatchObject({ status: 'failed', saga_status: 'compensated', error: { step: 'process_payment', code: 'timed_out' } });
      await expectUndone(id);
    }
    expect(await movements(id)).toEqual({ charges: doubt.charges, refunds: doubt.isServed ? 0 : doubt.charges });
    expect(await keysTo(id, '/charges')).toEqual([`local.${id}.process_payment.do`]);
  });
});

describe.concurrent('a provider that goes away after it charged, and whose proxy then answers 404', () => {
  it.each([{ fault: { kind: 'no_probe' } }, { fault: { kind: 'fail', status: 503 } }] as const)(
    'gets its charge undone by its key, with $fault.kind for the probe',
    async ({ fault }) => {
      const id = newOrderId('proxy-404');
      await setFault('payment', id, { route: '/charges', times: 1, fault: { kind: 'lose_answer' } });
      await ledger('payment').addFault({ order_id: id, route: '/charges', fault: { kind: 'gateway', status: 404 } });
      await setFault('payment', id, { route: 'GET /operations', fault });
      await place(id);
      await released(id);
      expect(await atRest(id)).toMatchObject({ status: 'failed', saga_status: 'compensated', review: null });
      await expectUndone(id);
      expect(await movements(id)).toEqual({ charges: 1, refunds: 1 });
    },
  );
});

describe.concurrent('a provider that replays a stored 500', () => {
  it.each([
    { route: '/charges', effect: true, charges: 1 },
    { route: '/charges', effect: false, charges: 0 },
  ])('for the charge, effect: $effect, is asked to undo it by its key', async ({ route, effect, charges }) => {
    const id = newOrderId('replayed-charge');
    await setFault('payment', id, { route, times: 1, fault: { kind: 'replay', effect } });
    await place(id);
    await released(id);
    const view = await atRest(id);
    expect(view).toMatchObject({
      status: 'failed',
      saga_status: 'compensated',
      error: { step: 'process_payment', code: 'internal_error' },
    });
    await expectUndone(id);
    expect(await movements(id)).toEqual({ charges, refunds: charges });
    expect((await callsTo(id, route)).map(({ status }) => status)).toEqual([500, 500, 500, 500, 500]);
    expect(await keysTo(id, route)).toEqual([`local.${id}.process_payment.do`]);
  });

  it.each([
    { effect: true, refunds: 1 },
    { effect: false, refunds: 0 },
  ])('for the refund, effect: $effect, has a person told of the amount when its time is over', async ({ effect, refunds }) => {
    const id = newOrderId('replayed-refund');
    await configure(id, { PARTICIPANTS: '{"payment": {"fences": true, "key_lifetime_seconds": 250}}' });
    await setFault('shipping', id, { route: '/shipments', fault: { kind: 'refuse', status: 422, code: 'no_carrier', message: 'No' } });
    await setFault('payment', id, { route: '/refunds', times: 1, fault: { kind: 'replay', effect } });
    await place(id);
    await released(id);
    const view = await atRest(id);
    expect(view).toMatchObject({ status: 'needs_review', compensated_steps: ['reserve_inventory'] });
    const outstanding = { kind: 'money', amount: TOTAL, currency: 'USD', reference: view.payment_id };
    expect(view.review?.items).toMatchObject([{ step: 'process_payment', operation: 'undo', code: 'internal_error', outstanding }]);
    expect(await movements(id)).toEqual({ charges: 1, refunds });
    expect((await callsTo(id, '/refunds')).length).toBeGreaterThan(1);
    expect(await keysTo(id, '/refunds')).toEqual([`local.${id}.process_payment.undo`]);
  });
});

describe.concurrent('"key reused" after a lost answer whose effect happened', () => {
  it.each([
    { hasProbe: true, ends: 'is found by the probe, and the order goes on' },
    { hasProbe: false, ends: 'is undone where there is no probe' },
  ])('is not taken for a refusal: the charge $ends', async ({ hasProbe }) => {
    const id = newOrderId('key-reused');
    await setFault('payment', id, { route: '/charges', times: 1, fault: { kind: 'lose_answer' } });
    const reused = { kind: 'fail', status: 422, code: 'idempotency_key_reused' } as const;
    await ledger('payment').addFault({ route: '/charges', order_id: id, fault: reused });
    if (!hasProbe) await setFault('payment', id, NO_PROBE);
    await place(id);
    await (hasProbe ? confirmed(id) : released(id));
    const view = await atRest(id);
    if (hasProbe) {
      expect(view).toMatchObject({ status: 'completed', error: null });
      await expectServed(id);
    } else {
      expect(view).toMatchObject({ status: 'failed', saga_status: 'compensated', error: { code: 'idempotency_key_reused' } });
      await expectUndone(id);
    }
    expect(await movements(id)).toEqual({ charges: 1, refunds: hasProbe ? 0 : 1 });
  });
});
