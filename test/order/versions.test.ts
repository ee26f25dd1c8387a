import { afterEach, describe, expect, it } from 'vitest';
import { charging, deploy, FIRST, placeErrand, routesOf, SECOND } from './deployments.ts';
import { atRest, cancel, expectUndone, ledgersOf, newOrderId, TOTAL } from './shop.ts';

afterEach(() => deploy([FIRST, SECOND]));

describe('two versions side by side', () => {
  it('an order ends on the one that it began with, though another is the newest by then', async () => {
    const old = await charging('began-on-first');
    await deploy([FIRST, SECOND], old);
    const young = newOrderId('began-on-second');
    await placeErrand(young);
    expect(await atRest(young)).toMatchObject({ saga_version: 2, status: 'completed', completed_steps: ['pay', 'reserve'] });
    expect(await atRest(old)).toMatchObject({ saga_version: 1, status: 'completed', completed_steps: ['reserve', 'pay'] });
    expect([...new Set(await routesOf(old))]).toEqual(['/reservations', '/charges']);
    expect([...new Set(await routesOf(young))]).toEqual(['/charges', '/reservations']);
    expect((await ledgersOf(old)).money.charged).toBe(TOTAL);
  });

  it('an order goes back on the one that it began with', async () => {
    const id = await charging('back-on-first');
    await deploy([FIRST, SECOND], id);
    await cancel(id);
    expect(await atRest(id)).toMatchObject({ saga_version: 1, status: 'cancelled', compensated_steps: ['pay', 'reserve'] });
    await expectUndone(id);
  });

  it('the same request again is the same order, on the version that it began with', async () => {
    const id = await charging('replayed');
    await deploy([FIRST, SECOND], id);
    const again = await placeErrand(id);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await again.json()).toMatchObject({ saga_version: 1 });
  });
});
