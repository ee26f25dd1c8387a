import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CallRecord } from '../../../src/participants/simulated/calls.ts';
import type { FaultSetting } from '../../../src/participants/simulated/faults.ts';
import { ledger } from '../../participants/simulated/ledgers.ts';
import { atRest, cancel, expectUndone, newOrderId, place, received, setFault } from '../shop.ts';
import { callsTo, keysTo, movements, released } from './alone.ts';

interface Trouble {
  readonly fault: FaultSetting['fault'];
  /** No call follows another sooner. */
  readonly floorMs: number;
  /** No call but the first comes sooner. */
  readonly notBefore?: number;
}

const inUse = { kind: 'fail', status: 409, code: 'idempotency_key_in_use' } as const;
const tooMany = { kind: 'fail', status: 429 } as const;

/** Made when it is needed: a date is only good for so long. */
const TROUBLES: Readonly<Record<string, () => Trouble>> = {
  'is unavailable': () => ({ fault: { kind: 'fail', status: 503 }, floorMs: 0 }),
  // Scaled, an attempt is given up after 1.2 s, counted from before the service has it.
  'is silent': () => ({ fault: { kind: 'hang' }, floorMs: 1_000 }),
  'cuts the connection': () => ({ fault: { kind: 'drop', effect: false }, floorMs: 0 }),
  'talks nonsense': () => ({ fault: { kind: 'garbage' }, floorMs: 0 }),
  'asks for a second': () => ({ fault: { ...tooMany, retry_after: '1' }, floorMs: 1_000 }),
  'names a date': () => {
    const notBefore = Math.ceil((Date.now() + 2_000) / 1_000) * 1_000;
    return { fault: { ...tooMany, retry_after: new Date(notBefore).toUTCString() }, floorMs: 0, notBefore };
  },
  'says that the key is in use': () => ({ fault: inUse, floorMs: 0 }),
  'says that the key is in use for a second': () => ({ fault: { ...inUse, retry_after: '1' }, floorMs: 1_000 }),
};

const timesOf = (calls: readonly CallRecord[]): readonly number[] => calls.map(({ at }) => Date.parse(at)).toSorted((a, b) => a - b);

/** Half of what the policy draws the pause from after this many attempts: see the random number below. */
const pauseMs = (attemptsMade: number): number => Math.min(500 * 2 ** (attemptsMade - 1), 15_000) * 0.02;

function expectPausesOf(calls: readonly CallRecord[], { floorMs, notBefore = 0 }: Trouble): void {
  const times = timesOf(calls);
  expect(times.length).toBeGreaterThan(2);
  for (const [index, at] of times.slice(1).entries()) {
    expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(floorMs + pauseMs(index + 1));
    expect(at).toBeGreaterThanOrEqual(notBefore);
  }
}

beforeAll(() => void vi.spyOn(Math, 'random').mockReturnValue(0.5));
afterAll(() => void vi.restoreAllMocks());

describe.concurrent.each(Object.entries(TROUBLES))('a payment service that %s', (name, trouble) => {
  it('is asked for a charge five times at most, with pauses as it asked for', async () => {
    const id = newOrderId(`charge-${name}`);
    const { fault, ...pauses } = trouble();
    await setFault('payment', id, { route: '/charges', fault });
    await setFault('payment', id, { route: 'GET /operations', fault: { kind: 'no_probe' } });
    await place(id);
    await released(id);
    const charges = await callsTo(id, '/charges');
    expect(charges).toHaveLength(5);
    expectPausesOf(charges, { fault, ...pauses });
    expect(await keysTo(id, '/charges')).toHaveLength(1);
    expect(await callsTo(id, 'GET /operations')).toHaveLength(1);
    expect(await atRest(id)).toMatchObject({ status: 'failed', saga_status: 'compensated' });
    await expectUndone(id);
  });

  it('is asked for a refund again and again, with pauses as it asked for, until it is well', async () => {
    const id = newOrderId(`refund-${name}`);
    await place(id);
    await atRest(id);
    const { fault, ...pauses } = trouble();
    await setFault('payment', id, { route: '/refunds', fault });
    await cancel(id);
    await received(id, '/refunds', 3);
    await ledger('payment').clearFaults(id);
    await released(id);
    const refunds = await callsTo(id, '/refunds');
    expectPausesOf(refunds, { fault, ...pauses });
    expect(await keysTo(id, '/refunds')).toHaveLength(1);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', review: null });
    expect(await movements(id)).toEqual({ charges: 1, refunds: 1 });
    await expectUndone(id);
  });
});
