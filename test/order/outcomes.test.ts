import type { FaultSetting } from '../../src/participants/simulated/faults.ts';
import { describe, expect, it } from 'vitest';
import { CALLS } from './points.ts';
import { atRest, configure, expectServed, expectUndone, ledgersOf, newOrderId, place, setFault } from './shop.ts';

const refusal = { kind: 'refuse', status: 422, code: 'no', message: 'No' } as const;

describe.concurrent('a refusal', () => {
  it.each(CALLS)('at $step rolls back whatever was done before it', async ({ step, service, route }) => {
    const id = newOrderId(`refused-${step}`);
    await setFault(service, id, { route, times: 2, fault: refusal });
    await place(id);
    const view = await atRest(id);
    expect(view).toMatchObject({ status: 'failed', saga_status: 'compensated', error: { step, code: 'no' } });
    expect(view.completed_steps).toEqual(step === 'validate_order' ? [] : ['validate_order']);
    await expectUndone(id);
  });
});

/** Each strikes once or twice and is then over: the order goes through, and nothing happens twice. */
const PASSING: Readonly<Record<string, { readonly fault: FaultSetting['fault']; readonly times: number }>> = {
  'no answer, no effect': { fault: { kind: 'hang' }, times: 1 },
  'an effect whose answer is lost': { fault: { kind: 'lose_answer' }, times: 1 },
  'an effect answered 503': { fault: { kind: 'fail_after', status: 503 }, times: 2 },
  'an effect answered with a page': { fault: { kind: 'garbage' }, times: 1 },
  'a service that is down': { fault: { kind: 'fail', status: 503 }, times: 3 },
  'too many requests, with Retry-After': { fault: { kind: 'fail', status: 429, retry_after: '1' }, times: 1 },
  'an answer after the time-out': { fault: { kind: 'slow', delay_ms: 1_500 }, times: 1 },
  'a request that arrives late, beside its retry': { fault: { kind: 'late', delay_ms: 1_500 }, times: 1 },
  'an acceptance with the result to come': { fault: { kind: 'accept', delay_ms: 300, outcome: 'succeeded' }, times: 1 },
};

describe.concurrent.each(Object.entries(PASSING))('%s', (name, { fault, times }) => {
  it.each(CALLS)('at $step does not stop the order, and happens once', async ({ step, service, route }) => {
    const id = newOrderId(`${name}-${step}`);
    await setFault(service, id, { route, times, fault });
    await place(id);
    expect(await atRest(id)).toMatchObject({ status: 'completed', error: null });
    await expectServed(id);
  });
});

/** Each lasts for every attempt of the call: nobody ever learns from the call itself whether it happened. */
const LASTING: Readonly<Record<string, FaultSetting['fault']>> = {
  'no answer, no effect': { kind: 'hang' },
  'an effect whose answer is lost': { kind: 'lose_answer' },
  'an effect answered with a page': { kind: 'garbage' },
  'an effect answered 500': { kind: 'fail_after', status: 500 },
  'a service that is down': { kind: 'fail', status: 503 },
  'a request that arrives after its undo': { kind: 'late', delay_ms: 8_000 },
};

/** Both channels of the confirmation, five times; the cancellation, which takes the same route, gets through. */
const timesOf = (step: string): number | null => (step === 'send_confirmation' ? 10 : null);

describe.concurrent.each(Object.entries(LASTING))('%s, on every attempt', (name, fault) => {
  it.each(CALLS)('at $step ends with all done or all undone', async ({ step, service, route }) => {
    const id = newOrderId(`${name}-${step}`);
    await setFault(service, id, { route, fault, times: timesOf(step) });
    await place(id);
    const view = await atRest(id);
    if (view.status === 'completed') {
      await expectServed(id);
      return;
    }
    expect(view).toMatchObject({ status: 'failed', saga_status: 'compensated', error: { step } });
    if (fault.kind === 'late') await arrived(id, fault.delay_ms);
    await expectUndone(id);
  });
});

/** The late requests have reached the service, and were answered there, though nobody listens any more. */
async function arrived(id: string, delayMs: number): Promise<void> {
  await scheduler.wait(delayMs);
  const late = (await ledgersOf(id)).calls.filter(({ fault }) => fault === 'late');
  expect(late.length).toBeGreaterThanOrEqual(5);
  expect(late.map(({ status }) => status)).not.toContain(null);
}

describe.concurrent('an effect that nobody heard of', () => {
  it('is undone by its key, and nobody asks, where the participant is declared to have no probe', async () => {
    const id = newOrderId('declared-no-probe');
    await configure(id, { PARTICIPANTS: '{"payment": {"fences": true, "probe": false}}' });
    await setFault('payment', id, { route: '/charges', fault: { kind: 'lose_answer' } });
    await place(id);
    expect(await atRest(id)).toMatchObject({ status: 'failed', error: { step: 'process_payment', code: 'timed_out' } });
    const { money, calls } = await ledgersOf(id);
    expect(money).toMatchObject({ charged: '1359.97', refunded: '1359.97' });
    expect(calls.map(({ route }) => route)).not.toContain('GET /operations');
  });
});
