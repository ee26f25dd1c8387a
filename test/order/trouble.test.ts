import { describe, expect, it } from 'vitest';
import { atRest, cancel, configure, expectServed, expectUndone, losingQueue, newOrderId, place, setFault } from './shop.ts';

describe('a message lost by its queue', () => {
  it.each(['COMPENSATIONS', 'NOTIFICATIONS'] as const)('(%s) is sent again by the alarm', async (queue) => {
    const id = newOrderId(`lost-${queue}`);
    // What succeeds at once needs no message.
    const isAway = { kind: 'fail', status: 503 } as const;
    if (queue === 'NOTIFICATIONS') await setFault('notification', id, { route: '/notifications', times: 2, fault: isAway });
    await place(id, {}, { customer_id: 'c-lost' });
    const lost: unknown[] = [];
    await configure(id, { [queue]: losingQueue(lost) });
    if (queue === 'COMPENSATIONS') {
      await atRest(id);
      await cancel(id);
    }
    await expect.poll(() => lost.length, { timeout: 5_000 }).toBe(queue === 'COMPENSATIONS' ? 2 : 1);
    await configure(id, {});
    expect(await atRest(id)).toMatchObject({ status: queue === 'COMPENSATIONS' ? 'cancelled' : 'completed' });
    await (queue === 'COMPENSATIONS' ? expectUndone(id) : expectServed(id));
  });
});
