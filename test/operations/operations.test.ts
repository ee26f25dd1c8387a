import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import rulesText from '../../src/operations/alert-rules.yml?raw';
import dashboardText from '../../src/operations/grafana-dashboard.json?raw';
import { exposition } from '../../src/read-model/exposition.ts';
import { TALLY_COLUMNS } from '../../src/read-model/tally-columns.ts';

const TEXT = exposition({
  tallies: [{ tenant: 'acme', saga: 'order_fulfillment', counts: Object.fromEntries(Object.keys(TALLY_COLUMNS).map((name) => [name, 1])) }],
  stepFailures: [{ tenant: 'acme', saga: 'order_fulfillment', step: 'process_payment', operation: 'do', failures: 3 }],
  sweeps: {},
  overdue: { count: 0, oldestMs: 0 },
  reviews: [{ step: 'process_payment', operation: 'undo', code: 'a "quoted" \\ code', count: 2, oldest_since: '2026-11-21T12:00:00.000Z' }],
  backlogs: { compensations: 0 },
  now: Date.parse('2026-11-21T12:01:00.000Z'),
});

/** The labels of each series that is told, by its name. */
const LABELS = new Map(
  [...TEXT.matchAll(/^(\w+)(?:\{(.*)\})? [\d.]+$/gm)].map(([, name = '', labels = '']) => [
    name,
    new Set([...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label)),
  ]),
);

const dashboard = z
  .object({ panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })) })
  .parse(JSON.parse(dashboardText));

const QUERIES = [
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ...[...rulesText.matchAll(/- alert: (\w+)\n +expr: (.+)$/gm)].map(([, alert = '', expr = '']) => [alert, expr] as const),
];

interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** The metrics that a query names, with the labels that it chooses them by. */
const selectorsOf = (query: string): readonly Selector[] =>
  [...query.matchAll(/\b((?:saga|orders|payment|inventory|avg|backstitch)_\w+)\b(?:\{([^}]*)\})?/g)]
    .map(([, metric = '', labels = '']) => ({ metric, labels: [...labels.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label) }))
    .filter(({ metric }) => !LABEL_NAMES.has(metric));

const LABEL_NAMES = new Set([...LABELS.values()].flatMap((labels) => [...labels]));

/** What it groups or joins by. */
const groupedBy = (query: string): readonly string[] =>
  [...query.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(',').map((label) => label.trim()));

describe('the dashboard and the alarms', () => {
  it('have the panels and alarms that they should', () => {
    const titles = dashboard.panels.map(({ title }) => title);
    expect(titles).toEqual(
      expect.arrayContaining(['Saga Completion Rate', 'Average Saga Duration', 'Step Failure Rate', 'Active Compensations']),
    );
    expect(titles).toEqual(expect.arrayContaining(['Overdue orders', 'Reviews by cause', 'Queue backlogs', 'Duration p50 and p95']));
    expect(rulesText.match(/- alert:/g)).toHaveLength(7);
    expect(QUERIES).toHaveLength(dashboard.panels.flatMap(({ targets }) => targets).length + 7);
  });

  it.each(QUERIES)('%s asks only for what is told: %s', (_, query) => {
    const selectors = selectorsOf(query);
    expect(selectors).not.toEqual([]);
    for (const { metric, labels } of selectors) {
      const told = LABELS.get(metric);
      expect(told, metric).toBeDefined();
      for (const label of labels) expect(told, `${metric}{${label}}`).toContain(label);
    }
    const known = new Set(selectors.flatMap(({ metric }) => [...(LABELS.get(metric) ?? [])]));
    for (const label of groupedBy(query)) expect([...known], query).toContain(label);
  });
});

describe('the metrics', () => {
  it('count a step that has never failed as zero, in both directions', () => {
    const failures = [...TEXT.matchAll(/^saga_step_failures_total\{.*step="(\w+)",operation="(\w+)"\} (\d+)$/gm)];
    expect(failures.map(([, step, operation, count]) => `${step}.${operation} ${count}`).toSorted()).toEqual([
      'create_shipment.do 0',
      'create_shipment.undo 0',
      'process_payment.do 3',
      'process_payment.undo 0',
      'reserve_inventory.do 0',
      'reserve_inventory.undo 0',
      'send_confirmation.do 0',
      'send_confirmation.undo 0',
      'validate_order.do 0',
    ]);
  });

  it('tell for how long a person was waited for, with what a participant wrote escaped', () => {
    expect(TEXT).toContain(
      'backstitch_oldest_review_seconds{step="process_payment",operation="undo",code="a \\"quoted\\" \\\\ code"} 60\n',
    );
  });
});
