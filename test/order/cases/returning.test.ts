import { describe, expect, it } from 'vitest';
import { atRest, configure, expectServed, newOrderId, place, setFault } from '../shop.ts';
import { callsTo, confirmed } from './alone.ts';

/** Seconds, on a machine that is not busy with other things as well. */
const HEAVY_MS = 180_000;

const ORDERS = 200;

/** With this scale the first pause is drawn from four seconds, long enough to tell a crowd from a queue. */
const TIME_SCALE = '4';
const SPREAD_MS = 4_000;

describe('two hundred orders that wait for one service', () => {
  it(
    'are all served when it returns, and do not come all at once',
    async () => {
      const ids = Array.from({ length: ORDERS }, () => newOrderId('waiting'));
      for (const id of ids) await configure(id, { TIME_SCALE });
      const backAt = Math.ceil((Date.now() + 9_000) / 1_000) * 1_000;
      const away = { kind: 'fail', status: 503, retry_after: new Date(backAt).toUTCString() } as const;
      await Promise.all(ids.map((id) => setFault('payment', id, { route: '/charges', times: 1, fault: away })));
      await Promise.all(ids.map((id) => place(id)));
      for (const id of ids) {
        await confirmed(id);
        expect(await atRest(id)).toMatchObject({ status: 'completed' });
        await expectServed(id);
      }
      const returns = (await Promise.all(ids.map((id) => callsTo(id, '/charges')))).map((calls) => Date.parse(calls[1]?.at ?? '') - backAt);
      expect(Math.min(...returns)).toBeGreaterThanOrEqual(0);
      const busiest = Math.max(...returns.map((start) => returns.filter((at) => at >= start && at < start + SPREAD_MS / 10).length));
      expect(busiest / (ORDERS / 10)).toBeLessThan(4);
    },
    HEAVY_MS,
  );
});
