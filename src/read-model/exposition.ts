/**
 * Metrics in the Prometheus text format (https://prometheus.io/docs/instrumenting/exposition_formats/), made of what was counted anyway.
 * Label values are escaped; nothing that a customer types is one.
 */

import { newestSaga, SAGAS } from '../sagas/registry.ts';
import { MOST_COUNTED, type OverdueCount } from './overdue.ts';
import type { ReviewCount } from './reviews.ts';
import { SAGA_STATUSES } from '../saga/status.ts';
import { DURATION_BOUNDS_MS } from './tally-columns.ts';
import type { StepFailures, Tallies, Tally } from './tallies.ts';

export interface Measured extends Tallies {
  readonly overdue: OverdueCount;
  readonly reviews: readonly ReviewCount[];
  readonly now: number;
  /** Messages that wait, by queue. */
  readonly backlogs: Readonly<Record<string, number>>;
}

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

export function exposition(measured: Measured): string {
  const { tallies, sweeps, overdue, reviews, backlogs, now } = measured;
  const each = (name: string): Sample[] => tallies.map((tally) => [of(tally), tally.counts[name] ?? 0]);
  const sum = (name: string): Sample[] => byTenant(tallies.map((tally) => [tally.tenant, tally.counts[name] ?? 0]));
  return [
    family('saga_started_total', 'counter', 'Orders placed', each('started')),
    family('saga_executions_total', 'counter', 'Orders that came to their end: completed, or rolled back (compensated)', [
      ...withStatus(tallies, ['completed', 'compensated'], 'ended_'),
    ]),
    family('saga_reviews_total', 'counter', 'Times that an order came to need a person', each('ended_needs_review')),
    durations(tallies),
    family('saga_step_failures_total', 'counter', 'Operations that failed for good', failures(measured)),
    family('saga_states', 'gauge', 'Orders by where their saga stands now', withStatus(tallies, SAGA_STATUSES, '')),
    family('orders_created_total', 'counter', 'Orders placed', sum('started')),
    family('orders_confirmed_total', 'counter', 'Orders completed', sum('ended_completed')),
    family('orders_cancelled_total', 'counter', 'Orders rolled back', sum('ended_compensated')),
    family('payment_failures_total', 'counter', 'Calls of the payment service that failed for good', failuresAt('payment', measured)),
    family('inventory_failures_total', 'counter', 'Calls of the inventory service that failed for good', failuresAt('inventory', measured)),
    family('avg_order_duration_seconds', 'gauge', 'Mean time from the placing of an order to its first end', averages(tallies)),
    family(
      'backstitch_reviews',
      'gauge',
      'Steps that wait for a person',
      reviews.map((review) => [causeOf(review), review.count]),
    ),
    family(
      'backstitch_oldest_review_seconds',
      'gauge',
      'For how long the oldest of them has waited',
      reviews.map((review) => [causeOf(review), Math.max(0, now - Date.parse(review.oldest_since)) / 1_000]),
    ),
    family('backstitch_overdue_orders', 'gauge', `Orders that should have moved by themselves and did not, counted up to ${MOST_COUNTED}`, [
      [{}, overdue.count],
    ]),
    family('backstitch_oldest_overdue_seconds', 'gauge', 'How long ago the most overdue order should have moved', [
      [{}, overdue.oldestMs / 1_000],
    ]),
    family('backstitch_overdue_found_total', 'counter', 'Overdue orders that the sweep has found', [[{}, sweeps['overdue_found'] ?? 0]]),
    family('backstitch_overdue_revived_total', 'counter', 'Overdue orders that moved when the sweep looked at them', [
      [{}, sweeps['overdue_revived'] ?? 0],
    ]),
    family(
      'backstitch_queue_backlog',
      'gauge',
      'Messages that wait in a queue',
      Object.entries(backlogs).map(([queue, count]) => [{ queue }, count]),
    ),
  ].join('');
}

const of = ({ tenant, saga }: { readonly tenant: string; readonly saga: string }): Labels => ({ saga_type: saga, tenant });

const withStatus = (tallies: readonly Tally[], statuses: readonly string[], prefix: string): Sample[] =>
  tallies.flatMap((tally) => statuses.map((status): Sample => [{ ...of(tally), status }, tally.counts[`${prefix}${status}`] ?? 0]));

const causeOf = ({ step, operation, code }: ReviewCount): Labels => ({ step, operation, code });

/** A step that has never failed has a count, too, so that its first failure shows as a rise from zero. */
function failures({ tallies, stepFailures }: Tallies): Sample[] {
  const never = tallies.flatMap(({ tenant, saga }) => operationsOf(saga).map((operation) => ({ tenant, saga, ...operation, failures: 0 })));
  const samples = [...never, ...stepFailures].map(
    ({ step, operation, failures: count, ...one }) =>
      [JSON.stringify([one, step, operation]), [{ ...of(one), step, operation }, count]] as const,
  );
  return [...new Map<string, Sample>(samples).values()];
}

/** What can fail in the newest version of a saga. */
function operationsOf(saga: string): readonly Pick<StepFailures, 'step' | 'operation'>[] {
  const steps = newestSaga(saga)?.steps ?? [];
  return steps.flatMap((step) => {
    if (step.kind !== 'call') return [];
    const { name } = step;
    return [{ step: name, operation: 'do' as const }, ...(step.undo ? [{ step: name, operation: 'undo' as const }] : [])];
  });
}

const byTenant = (counts: readonly (readonly [tenant: string, count: number])[]): Sample[] =>
  [...Map.groupBy(counts, ([tenant]) => tenant)].map(([tenant, own]) => [{ tenant }, own.reduce((sum, [, count]) => sum + count, 0)]);

/** A tenant without a failure has a count, too: zero. */
const failuresAt = (participant: string, { tallies, stepFailures }: Tallies): Sample[] =>
  byTenant([
    ...tallies.map(({ tenant }) => [tenant, 0] as const),
    ...stepFailures
      .filter(({ saga, step, operation }) => operation === 'do' && participantOf(saga, step) === participant)
      .map(({ tenant, failures }) => [tenant, failures] as const),
  ]);

/** Of any version: a step's participant is part of its name. */
function participantOf(saga: string, name: string): string | undefined {
  const steps = SAGAS.filter((definition) => definition.name === saga).flatMap((definition) => definition.steps);
  const step = steps.find((candidate) => candidate.name === name);
  return step?.kind === 'call' ? step.call.participant : undefined;
}

const averages = (tallies: readonly Tally[]): Sample[] =>
  [...Map.groupBy(tallies, ({ tenant }) => tenant)].map(([tenant, own]) => {
    const [sum, count] = ['took_sum', 'took_count'].map((name) => own.reduce((total, { counts }) => total + (counts[name] ?? 0), 0));
    return [{ tenant }, count ? (sum ?? 0) / count / 1_000 : 0];
  });

function durations(tallies: readonly Tally[]): string {
  const name = 'saga_duration_seconds';
  const lines = tallies.flatMap((tally) => {
    const count = tally.counts['took_count'] ?? 0;
    const buckets = DURATION_BOUNDS_MS.map((bound) => [String(bound / 1_000), tally.counts[`took_${bound}`] ?? 0] as const);
    return [
      ...[...buckets, ['+Inf', count] as const].map(([le, below]) => line(`${name}_bucket`, { ...of(tally), le }, below)),
      line(`${name}_sum`, of(tally), (tally.counts['took_sum'] ?? 0) / 1_000),
      line(`${name}_count`, of(tally), count),
    ];
  });
  return `${head(name, 'histogram', 'From the placing of an order to its first end')}${lines.join('')}`;
}

const family = (name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): string =>
  `${head(name, type, help)}${samples.map(([labels, value]) => line(name, labels, value)).join('')}`;

const head = (name: string, type: string, help: string): string => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`;
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
