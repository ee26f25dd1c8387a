import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { OrderSaga } from '../../src/order/order-saga.ts';
import type { OrderJournal } from '../../src/order/orders-port.ts';
import type { SagaEvent } from '../../src/saga/event.ts';
import { ORDER, START } from '../saga/scenario.ts';
import { charging, deploy, FIRST } from '../order/deployments.ts';
import { objectOf } from '../order/shop.ts';
import { newCanary, verdictOn } from '../../src/dashboard/review/canary.ts';
import { goOn, lookAt } from '../../src/dashboard/review/stages.ts';
import { FakeReadModel } from '../http/fake-read-model.ts';
import { Dashboard, type Browser } from './desk.ts';
import { text, texts } from './html.ts';
import { operator } from './operator.ts';

const PLACED: SagaEvent = {
  type: 'OrderPlaced',
  saga: 'long_gone',
  version: 3,
  order: ORDER,
  settings: { deadlineMs: 1, timeScale: 1, needsApproval: false, confirmationFailure: 'compensate' },
  deadlineAt: START,
  idempotencyKey: null,
  traceId: '0'.repeat(32),
};

const GONE: OrderJournal = {
  entries: [{ seq: 1, at: START, events: [PLACED] }],
  stranded: { reason: 'version_not_deployed', saga: 'long_gone', version: 3 },
};

const AT_REST: SagaEvent = { type: 'OrderCompleted' };

async function lookingAt(journal: OrderJournal): Promise<Browser> {
  const dashboard = new Dashboard();
  dashboard.orders.journal = async () => journal;
  return dashboard.signedIn();
}

describe('an order that can not be taken further', () => {
  it('says so, shows its journal, and can be cancelled by nobody', async () => {
    const browser = await lookingAt(GONE);
    const page = await browser.page('/dashboard/orders/4711');
    expect(await text(page, '[role=alert]')).toBe('The order runs on long_gone version 3, which is not deployed: deploy it again.');
    expect(await texts(page, '#headline .mark')).toEqual(['Needs a person']);
    expect(await text(page, '#journal')).toContain('"saga": "long_gone"');
    expect(await texts(page, '#actions')).toEqual([]);
    const refused = await browser.visit('/dashboard/orders/4711/cancel');
    expect(refused.status).toBe(409);
    expect(await text(await refused.text(), 'main p:first-of-type')).toContain('long_gone version 3');
    expect((await browser.visit('/dashboard/orders/4711/live')).status).toBe(409);
  });

  it('at rest is at rest', async () => {
    const browser = await lookingAt({ ...GONE, entries: [{ seq: 1, at: START, events: [PLACED, AT_REST] }] });
    const page = await browser.page('/dashboard/orders/4711');
    expect(await texts(page, '#headline .mark')).toEqual(['Completed']);
    expect(await texts(page, '#review')).toEqual([]);
  });

  it('is found by its id', async () => {
    const found = await (await lookingAt(GONE)).visit('/dashboard?q=4711');
    expect(found.headers.get('Location')).toBe('/dashboard/orders/4711');
  });

  it('of which nothing can be read says that', async () => {
    const browser = await lookingAt({ entries: [], stranded: { reason: 'journal_unreadable', seq: 1 } });
    const page = await browser.page('/dashboard/orders/4711');
    expect(await text(page, '[role=alert]')).toContain("can't be read from event 1 on");
    expect(page).toContain('Nothing of it can be read.');
    expect(await texts(page, '#headline')).toEqual([]);
  });

  it.each(['process_payment', ''])('is in the group of its cause (step %j), where nothing can be tried', async (step) => {
    const dashboard = new Dashboard();
    dashboard.orders.journal = async () => GONE;
    const since = '2026-11-21T12:00:00.000Z';
    Object.assign(dashboard.readModel, {
      reviewCount: async () => ({ orders: 1, oldest_since: since, message: 'It is not deployed' }),
      reviewedInTurn: async () => [{ tenant: 'acme', order_id: '4711', since }],
    });
    const browser = await dashboard.signedIn();
    const page = await browser.page(`/dashboard/review/group?step=${step}&operation=do&code=version_not_deployed`);
    expect(await texts(page, '.plan li')).toEqual([
      "1 order can't be tried: only a deployment that can take such an order further helps, and then it goes on by itself.",
      '4711: The order runs on long_gone version 3, which is not deployed: deploy it again.',
    ]);
    expect(await texts(page, 'main form')).toEqual([]);
  });

  it('stops a group that is tried again when its turn comes', async () => {
    const { orders } = new Dashboard();
    orders.journal = async () => GONE;
    const order = { tenant: 'acme', order_id: '4711', since: '2026-11-21T12:00:00.000Z' };
    const cause = { step: 'process_payment', operation: 'undo', code: 'x' } as const;
    const fresh = newCanary({ cause, before: new Date(START).toISOString(), total: 1, by: 'Olga', note: 'Again' });
    const ports = { orders, readModel: Object.assign(new FakeReadModel(), { reviewedInTurn: async () => [order] }) };
    const stage = await goOn(ports, fresh, []);
    expect(verdictOn(stage ? await lookAt(ports, stage) : [])).toBe('untried');
  });
});

describe('in the whole Worker', () => {
  const spoil = (id: string, from: number): Promise<void> =>
    runInDurableObject<OrderSaga, void>(objectOf(id), (_, { storage }) => {
      storage.sql.exec('UPDATE journal SET events = replace(events, \'"type":"\', \'"type":"Later\') WHERE seq >= ?', from);
    });

  it.each([1, 3])('a journal that is unreadable from event %d on makes a page', async (from) => {
    const id = await charging('spoilt');
    await spoil(id, from);
    await deploy([FIRST], id);
    const browser = await operator();
    const page = await browser.page(`/dashboard/orders/${id}`);
    expect(await text(page, '[role=alert]')).toContain(`can't be read from event ${from} on`);
    expect(await texts(page, '#review li')).toEqual(
      from === 1 ? [] : [`Reserve, tried once: nobody here knows what, local.${id}.reserve.do.`],
    );
    const refused = await browser.visit(`/dashboard/orders/${id}/cancel`, { form: {} });
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain(`from event ${from} on`);
  });

  it('a version that is gone makes a page, and one that is back the usual one', async () => {
    const id = await charging('gone');
    await deploy([], id);
    const browser = await operator();
    expect(await text(await browser.page(`/dashboard/orders/${id}`), '[role=alert]')).toContain('errand version 1, which is not deployed');
    await deploy([FIRST], id);
    const page = await browser.page(`/dashboard/orders/${id}`);
    expect(await texts(page, '[role=alert]')).toEqual([]);
    expect(await texts(page, '.step-text')).toHaveLength(2);
  });
});
