import { describe, expect, it } from 'vitest';
import { ledger } from '../../participants/simulated/ledgers.ts';
import { atRest, configure, expectServed, newOrderId, place, received } from '../shop.ts';
import { callsTo, confirmed } from './alone.ts';

const ORDERS = 200;

/** With this scale the first pause is drawn from four seconds, long enough to tell a crowd from a queue. */
const TIME_SCALE = '4';
const SPREAD_MS = 4_000;

describe('two hundred orders that wait for one service', () => {
  it('are all served when it returns, and do not come all at once', async () => {
    const ids = Array.from({ length: ORDERS }, () => newOrderId('waiting'));
    const backAt = Math.ceil((Date.now() + 8_000) / 1_000) * 1_000;
    const away = { kind: 'fail', status: 503, retry_after: new Date(backAt).toUTCString() } as const;
    await ledger('payment').setFault({ route: '/charges', fault: away });
    for (const id of ids) await configure(id, { TIME_SCALE });
    await Promise.all(ids.map((id) => place(id)));
    await Promise.all(ids.map((id) => received(id, '/charges')));
    await ledger('payment').clearFaults();
    expect(Date.now()).toBeLessThan(backAt);
    await Promise.all(ids.map(confirmed));
    for (const id of ids) {
      expect(await atRest(id)).toMatchObject({ status: 'completed' });
      await expectServed(id);
    }
    const returns = (await Promise.all(ids.map((id) => callsTo(id, '/charges')))).map((calls) => Date.parse(calls[1]?.at ?? '') - backAt);
    expect(Math.min(...returns)).toBeGreaterThanOrEqual(0);
    const busiest = Math.max(...returns.map((start) => returns.filter((at) => at >= start && at < start + SPREAD_MS / 10).length));
    expect(busiest / (ORDERS / 10)).toBeLessThan(4);
  });
});
