import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { OrderSaga } from '../../src/order/order-saga.ts';
import { alarmOf, charging, deploy, FIRST, historyOf, placeErrand, routesOf, viewOf } from './deployments.ts';
import { atRest, call, cancel, ledgersOf, objectOf, TOTAL } from './shop.ts';

describe('a journal that this version can not read', () => {
  /** Written by a version that knew more. Only what stands behind event `from` is spoilt. */
  async function spoilt(name: string, from: number): Promise<string> {
    const id = await charging(name);
    await rewrite(id, 'UPDATE journal SET events = replace(events, \'"type":"\', \'"type":"Later\') WHERE seq >= ?', from);
    await deploy([FIRST], id);
    return id;
  }

  const rewrite = (id: string, query: string, seq: number): Promise<void> =>
    runInDurableObject<OrderSaga, void>(objectOf(id), (_, { storage }) => void storage.sql.exec(query, seq));

  const mend = async (id: string): Promise<void> => {
    await rewrite(id, 'UPDATE journal SET events = replace(events, \'"type":"Later\', \'"type":"\') WHERE seq >= ?', 1);
    await deploy([FIRST], id);
  };

  const UNREADABLE = { code: 'journal_unreadable', message: expect.stringContaining('from event 3 on') };

  it('shows the order as far as it can be read, in review', async () => {
    const id = await spoilt('half-read', 3);
    const view = await viewOf(id);
    expect(view).toMatchObject({ status: 'needs_review', saga_status: 'needs_review', completed_steps: [], total: TOTAL });
    const outstanding = { kind: 'unknown', reference: `local.${id}.reserve.do` };
    expect(view.review?.items).toEqual([{ step: 'reserve', operation: 'do', attempts: 1, ...UNREADABLE, outstanding }]);
    expect((await historyOf(id)).events.map(({ type }) => type)).toEqual(['OrderPlaced', 'OperationStarted']);
    const refused = await cancel(id);
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: 'journal_unreadable', event: 3 });
  });

  it('says so where nothing can be read', async () => {
    const id = await spoilt('not-read', 1);
    for (const path of ['', '/status', '/events']) {
      const answer = await call('GET', `/api/v1/orders/${id}${path}`);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ code: 'order_unreadable' });
    }
    for (const answer of [await cancel(id), await placeErrand(id)]) {
      expect(answer.status).toBe(409);
      expect(await answer.json()).toMatchObject({ code: 'journal_unreadable', event: 1 });
    }
  });

  it.each(['events', 'seal'])('shows it likewise where the %s of a row are no JSON', async (column) => {
    const id = await charging('no-json');
    await rewrite(id, `UPDATE journal SET ${column} = '{' WHERE seq >= ?`, 3);
    await deploy([FIRST], id);
    expect(await viewOf(id)).toMatchObject({ saga_status: 'needs_review', review: { items: [UNREADABLE] } });
    expect(await runDurableObjectAlarm(objectOf(id))).toBe(true);
    expect(await alarmOf(id)).toBeGreaterThan(Date.now());
  });

  it.each([1, 3])('keeps the order awake, not hot, until a version can read it from event %d on', async (from) => {
    const id = await spoilt('awake', from);
    const calls = await routesOf(id);
    for (let looks = 0; looks < 7; looks += 1) {
      const now = Date.now();
      expect(await runDurableObjectAlarm(objectOf(id))).toBe(true);
      expect(await alarmOf(id)).toBeGreaterThanOrEqual(now + 60_000);
    }
    expect(await routesOf(id)).toEqual(calls);
    await mend(id);
    expect(await runDurableObjectAlarm(objectOf(id))).toBe(true);
    expect(await atRest(id)).toMatchObject({ status: 'completed', completed_steps: ['reserve', 'pay'] });
    expect((await ledgersOf(id)).money).toMatchObject({ charged: TOTAL, net: TOTAL });
  });
});
