import { describe, expect, it } from 'vitest';
import type { SagaEvent } from '../../src/saga/event.ts';
import { ORDER } from '../saga/scenario.ts';
import { begun, completed, inReview, rolledBack, START, summary } from '../read-model/summaries.ts';
import { Dashboard, type Browser } from './desk.ts';
import { attributes, text, texts } from './html.ts';

const MINUTE = 60_000;

const PLACED: SagaEvent = {
  type: 'OrderPlaced',
  saga: 'order_fulfillment',
  version: 1,
  order: { ...ORDER, orderId: '4711' },
  settings: { deadlineMs: MINUTE, timeScale: 1, needsApproval: false, confirmationFailure: 'compensate' },
  deadlineAt: START + MINUTE,
  idempotencyKey: null,
  traceId: '0'.repeat(32),
};

/** At one o'clock, an hour after the orders of summaries.ts. */
async function visited(dashboard = new Dashboard()): Promise<{ readonly dashboard: Dashboard; readonly browser: Browser }> {
  dashboard.now = START + 60 * MINUTE;
  return { dashboard, browser: await dashboard.signedIn() };
}

describe('the list of orders', () => {
  it('says of each where it stands, what it waits for until when, and since when it has not moved', async () => {
    const { dashboard, browser } = await visited();
    const until = dashboard.now + 5 * MINUTE;
    dashboard.readModel.summariesKept = [
      begun('moving', {
        due_at: until,
        waits: [{ for: 'retry', step: 'process_payment', operation: 'undo', until }],
        view: {
          saga_status: 'compensating',
          status: 'processing',
          total: '20000.00',
          updated_at: new Date(dashboard.now - 3_000).toISOString(),
        },
      }),
      rolledBack('failed', { view: { error: { step: 'process_payment', code: 'card_declined', message: 'The card was declined' } } }),
      completed('done'),
      inReview('stuck'),
    ];
    const page = await browser.page('/dashboard');
    expect(await texts(page, 'tbody th a')).toEqual(['moving', 'failed', 'done', 'stuck']);
    expect(await texts(page, 'tbody .mark')).toEqual(['Going back', 'Rolled back', 'Completed', 'Needs a person']);
    expect(await texts(page, 'tbody tr:first-child td')).toEqual([
      'Going back Processing',
      'Undo of process payment waits for its next attempt at 13:05:00 (in 5 min)',
      '3 s ago',
      '20,000.00 USD',
      '1 h ago',
    ]);
    expect((await texts(page, 'tbody tr:nth-child(2) td'))[1]).toBe('The card was declined');
    expect((await texts(page, 'tbody tr:nth-child(4) td'))[1]).toBe('Undo of process payment waits for a person to settle it');
    expect(await attributes(page, 'tbody th a', 'href')).toContain('/dashboard/orders/moving');
  });

  it('never hides behind "running" that an order should have moved', async () => {
    const { dashboard, browser } = await visited();
    const late = {
      due_at: dashboard.now - MINUTE,
      waits: [{ for: 'answer', step: 'create_shipment', operation: 'do', until: dashboard.now - MINUTE }],
    } as const;
    dashboard.readModel.summariesKept = [
      begun('late', late),
      begun('in-time', { due_at: dashboard.now + 1 }),
      begun('just-due', { due_at: dashboard.now - 1 }),
    ];
    const page = await browser.page('/dashboard');
    expect(await texts(page, 'tbody tr td:nth-of-type(1)')).toEqual(['Running OverduePending', 'Running Pending', 'Running Pending']);
    expect(await texts(page, '.standings a')).toContain('Overdue 1');
    const overdue = await browser.page('/dashboard?overdue=1');
    expect(await texts(overdue, 'tbody th a')).toEqual(['late']);
    expect(await text(overdue, 'caption')).toContain('should have moved');
  });

  it('counts how many stand where, of this tenant', async () => {
    const { dashboard, browser } = await visited();
    const tally = (tenant: string, saga: string, running: number) => ({ tenant, saga, counts: { running, completed: 7 } });
    dashboard.readModel.tallied = {
      tallies: [tally('acme', 'order_fulfillment', 2), tally('acme', 'payment_first', 3), tally('bolt', 'order_fulfillment', 40)],
      stepFailures: [],
      sweeps: {},
    };
    const page = await browser.page('/dashboard');
    expect(await texts(page, '.standings a')).toEqual([
      'All',
      'Running 5',
      'Waiting 0',
      'Going back 0',
      'Completed 14',
      'Rolled back 0',
      'Needs a person 0',
      'Overdue 0',
    ]);
  });

  it('asks for what its filters say', async () => {
    const { dashboard, browser } = await visited();
    const query = 'saga_status=waiting&status=processing&saga=payment_first&after=2026-11-20T08:30&before=2026-11-21';
    const page = await browser.page(`/dashboard?${query}`);
    expect(dashboard.readModel.asked.at(-1)).toMatchObject({
      tenant: 'acme',
      filter: {
        sagaStatus: 'waiting',
        status: 'processing',
        saga: 'payment_first',
        createdAfter: Date.UTC(2026, 10, 20, 8, 30),
        createdBefore: Date.UTC(2026, 10, 21),
      },
    });
    expect(await attributes(page, 'option[selected]', 'value')).toEqual(['waiting', 'processing', 'payment_first']);
    expect(await text(page, '.empty')).toBe('No order fits.');
  });

  it('says what it could not understand, and leaves it out', async () => {
    const { dashboard, browser } = await visited();
    const page = await browser.page('/dashboard?saga_status=nonsense&after=yesterday&before=2026-13-45');
    expect(await texts(page, '[role=alert]')).toHaveLength(3);
    expect(dashboard.readModel.asked.at(-1)).toMatchObject({ filter: {} });
  });

  it('leads on to older orders and back to the newest, with the same filters', async () => {
    const { dashboard, browser } = await visited();
    dashboard.readModel.summariesKept = [completed('one')];
    dashboard.readModel.hasMore = true;
    expect(await attributes(await browser.page('/dashboard?status=completed'), '.pager a', 'href')).toEqual([
      '/dashboard?status=completed&cursor=next',
    ]);
    const older = await browser.page('/dashboard?status=completed&cursor=next');
    expect(await texts(older, '.pager a')).toEqual(['Newest', 'Older']);
    expect(dashboard.readModel.asked.at(-1)).toMatchObject({ cursor: 'next', filter: { status: 'completed' } });
  });

  it('says where a page of it does not exist', async () => {
    const { browser } = await visited();
    expect(await text(await browser.page('/dashboard?cursor=nonsense'), '.empty')).toContain('does not exist');
  });

  it('shows what a customer typed as text, and keeps its direction to itself', async () => {
    const { dashboard, browser } = await visited();
    const evil = '\u202E<script>alert(1)</script>"><img src=x onerror=alert(2)>';
    dashboard.readModel.summariesKept = [
      rolledBack('evil', { view: { customer_id: evil, error: { step: null, code: 'cancelled', message: evil } } }),
      summary('other', { view: { customer_id: evil } }),
    ];
    const page = await browser.page(`/dashboard?q=${encodeURIComponent(evil)}`);
    expect(await texts(page, 'tbody bdi')).toEqual([evil, evil, evil]);
    expect(await attributes(page, '#q', 'value')).toEqual([evil]);
    expect(await texts(page, 'img, script:not([src])')).toEqual([]);
  });
});

describe('the search box', () => {
  it('finds an order by its id while the lists can’t be read', async () => {
    const { dashboard, browser } = await visited();
    dashboard.orders.journal = async () => ({ entries: [{ seq: 1, at: START, events: [PLACED] }], stranded: null });
    const away = async () => Promise.reject(new Error('D1_ERROR: Network connection lost.'));
    Object.assign(dashboard.readModel, { summaries: away, overdue: away, tallies: away });
    const found = await browser.visit('/dashboard?q=4711');
    expect([found.status, found.headers.get('Location')]).toEqual([302, '/dashboard/orders/4711']);
    dashboard.orders.journal = async () => null;
    expect((await browser.visit('/dashboard?q=nobody')).status).toBe(503);
  });

  it('looks for customers and tracking numbers', async () => {
    const { dashboard, browser } = await visited();
    dashboard.readModel.summariesKept = [completed('one'), completed('two')];
    const page = await browser.page('/dashboard?q=c-1');
    expect(dashboard.readModel.asked.map(({ filter }) => filter)).toEqual([{ trackingNumber: 'c-1' }, { customerId: 'c-1' }]);
    expect(await texts(page, 'tbody th a')).toEqual(['one', 'two']);
  });

  it('says where it finds nothing', async () => {
    const { browser } = await visited();
    expect(await text(await browser.page('/dashboard?q=nobody'), '.empty')).toContain('typed in full');
  });
});
