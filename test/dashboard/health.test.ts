import { describe, expect, it } from 'vitest';
import { quantileMs } from '../../src/dashboard/health/quantile.ts';
import { durationScale, linearScale } from '../../src/dashboard/health/scale.ts';
import type { TallySnapshot } from '../../src/read-model/tally-history.ts';
import { START } from '../read-model/summaries.ts';
import { Dashboard } from './desk.ts';
import { attributes, text, texts } from './html.ts';

const MINUTE = 60_000;

const counts = (completed: number, more: Readonly<Record<string, number>> = {}) => ({
  started: completed,
  ended_completed: completed,
  ended_compensated: 0,
  compensating: 0,
  needs_review: 0,
  took_count: completed,
  took_500: 0,
  took_1000: completed,
  ...more,
});

const snapshot = (minutesAgo: number, completed: number, saga = 'order_fulfillment'): TallySnapshot => ({
  at: START - minutesAgo * MINUTE,
  tenant: 'acme',
  saga,
  counts: counts(completed),
  failures: { 'process_payment.do': completed },
});

/** What stands beneath a name, among the figures on top. */
async function figure(page: string, name: string): Promise<string> {
  const index = (await texts(page, '.figures dt')).indexOf(name);
  return (await texts(page, '.figures dd'))[index] ?? '';
}

const rows = (page: string, chart: string) => texts(page, `#${chart} tbody tr`);

async function watched(): Promise<Dashboard> {
  const dashboard = new Dashboard();
  dashboard.readModel.history = [snapshot(60, 100), snapshot(3, 103), snapshot(2, 105), snapshot(2, 40, 'payment_first'), snapshot(1, 111)];
  dashboard.readModel.tallied = {
    tallies: [
      { tenant: 'acme', saga: 'order_fulfillment', counts: counts(112, { ended_compensated: 4, compensating: 2, needs_review: 3 }) },
      { tenant: 'acme', saga: 'payment_first', counts: counts(40) },
    ],
    stepFailures: [
      { tenant: 'acme', saga: 'order_fulfillment', step: 'process_payment', operation: 'do', failures: 107 },
      { tenant: 'acme', saga: 'order_fulfillment', step: 'process_payment', operation: 'undo', failures: 9 },
    ],
    sweeps: {},
  };
  return dashboard;
}

const healthOf = async (dashboard: Dashboard, query = ''): Promise<string> =>
  (await dashboard.signedIn()).page(`/dashboard/health${query}`);

describe('the health page', () => {
  it('tells what was counted in the time that is looked at, and what is open now', async () => {
    const page = await healthOf(await watched());
    expect(await figure(page, 'Completed')).toBe('52 in the last hour');
    expect(await figure(page, 'Rolled back')).toBe('4 7.1 % of those that ended');
    expect(await figure(page, 'p50')).toMatch(/^≈ 750 ms/);
    expect(await figure(page, 'Going back now')).toMatch(/^2 /);
    expect(await figure(page, 'Need a person')).toMatch(/^3 /);
    expect(await figure(page, 'Overdue')).toMatch(/^0 /);
  });

  it('tells the oldest overdue order and the backlogs', async () => {
    const dashboard = new Dashboard();
    dashboard.readModel.presentNow = { overdue: { count: 2, oldestMs: 3 * 3_600_000 }, backlogs: { compensations: 7, 'order-events': 0 } };
    const page = await healthOf(dashboard);
    expect(await figure(page, 'Overdue')).toBe('2 the oldest for 3 h');
    expect(await rows(page, 'backlogs')).toEqual(['Compensations7', 'Order events0']);
  });

  it('draws rates from what was counted between two times, and none over a gap', async () => {
    const page = await healthOf(await watched());
    expect(await rows(page, 'rates')).toEqual(['11:57:00–––', '11:58:0042420', '11:59:00660']);
    expect(await attributes(page, '#rates svg[role=img]', 'aria-labelledby')).toEqual(['rates-title rates-said']);
    expect(await text(page, '#rates desc')).toBe(
      'Placed: 6 at the end, 42 at most. Completed: 6 at the end, 42 at most. Rolled back: 0 at the end, 0 at most.',
    );
    const [placed] = await attributes(page, '#rates .nth-1 > path', 'd');
    expect(placed).not.toContain('NaN');
  });

  it('tells which steps failed for good, the most frequent first', async () => {
    expect(await rows(await healthOf(await watched()), 'failing')).toEqual(['Undo of process payment9', 'Process payment7']);
  });

  it('looks as far back as it is asked to', async () => {
    const dashboard = new Dashboard();
    const browser = await dashboard.signedIn();
    await browser.page('/dashboard/health?span=week');
    await browser.page('/dashboard/health?span=%3Cb%3E');
    expect(dashboard.readModel.historiesAsked).toEqual([
      { from: START - 7 * 24 * 60 * MINUTE, everyMs: 120 * MINUTE },
      { from: START - 60 * MINUTE, everyMs: MINUTE },
    ]);
  });

  it('has words where there is nothing to draw', async () => {
    const page = await healthOf(new Dashboard());
    expect(await texts(page, '.chart .nothing')).toHaveLength(5);
    expect(await figure(page, 'p95')).toMatch(/^–/);
  });
});

describe('an estimated percentile', () => {
  const histogram = { took_500: 0, took_1000: 50, took_2500: 100, took_5000: 100, took_count: 100 };

  it('lies within its bucket as far as its share', () => {
    expect(quantileMs(0.25, histogram)).toBe(750);
    expect(quantileMs(0.5, histogram)).toBe(1_000);
    expect(quantileMs(0.75, histogram)).toBe(1_750);
  });

  it('is not known where nothing was counted, and the last bound where it lies above', () => {
    expect(quantileMs(0.5, {})).toBeNull();
    expect(quantileMs(0.5, { took_count: 3 })).toBe(7_200_000);
  });
});

describe('an axis', () => {
  it.each([
    [[], [0, 0.5, 1]],
    [[3], [0, 1, 2, 3]],
    [[7], [0, 2, 4, 6, 8]],
    [
      [103, 20],
      [0, 50, 100, 150],
    ],
  ])('for %j has its lines at %j', (values, ticks) => {
    const scale = linearScale(values);
    expect(scale.ticks).toEqual(ticks);
    expect(scale.place(ticks.at(-1) ?? 1)).toBe(1);
  });

  it('of durations shows seconds and hours alike', () => {
    const scale = durationScale([800, 5_400_000]);
    expect(scale.ticks).toEqual([100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000]);
    expect(scale.place(100)).toBe(0);
    expect(scale.place(36_000_000)).toBe(1);
    expect(durationScale([]).ticks).toEqual([100, 1_000]);
  });
});
