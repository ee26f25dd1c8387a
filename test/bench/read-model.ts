/**
 * `npm run bench:read-model`: what each question to the read model costs with ten thousand orders and with a million, side by side: rows
 * that D1 reads for it, time, and the query plan. Ends with status 1 where anything grows with the number of orders.
 */

import { applySummaries, recount } from '../../src/read-model/apply.ts';
import { listApprovals } from '../../src/read-model/approvals.ts';
import { listOrders, type OrderFilter } from '../../src/read-model/listing.ts';
import { countOverdue, overdueOrders, overdueSummaries } from '../../src/read-model/overdue.ts';
import { rebuild } from '../../src/read-model/rebuild.ts';
import { countOrdersOf, countReviews, listReviews, reviewedInTurn, type ReviewCause } from '../../src/read-model/reviews.ts';
import { readTallies } from '../../src/read-model/tallies.ts';
import { readTallyHistory, rememberTallies } from '../../src/read-model/tally-history.ts';
import { newScratch, removeScratch } from '../../src/local/scratch.ts';
import { completed } from '../read-model/summaries.ts';
import { APART_MS, filledDatabase, FIRST_AT, sharesOf } from './filled-database.ts';
import { watched, type Watched } from './watched-database.ts';

const SIZES = [10_000, 1_000_000] as const;
const TIMES = 15;

interface Question {
  readonly name: string;
  /** With what is overdue: nobody waits for it. */
  readonly mayGrow?: boolean;
  readonly ask: (database: D1Database) => Promise<unknown>;
}

const NOW = Date.now();

const list =
  (name: string, filter: (orders: number) => OrderFilter, tenant = 'acme') =>
  (orders: number): Question => ({
    name,
    ask: (database) => listOrders(database, tenant, filter(orders), { limit: 50 }),
  });

const CAUSE: ReviewCause = { step: 'process_payment', operation: 'undo', code: 'cause_1' };
const LONG_AGO = { since: '2000-01-01T00:00:00.000Z', tenant: '', order_id: '' };
const TOMORROW = new Date(NOW + 86_400_000).toISOString();
const HOUR = 3_600_000;

const middle = (orders: number): number => FIRST_AT + (orders / 2) * APART_MS;

let news = 0;
const fresh = (count: number) => Array.from({ length: count }, () => completed(`news-${(news += 1)}`, { placed_at: NOW }));

const QUESTIONS: readonly ((orders: number) => Question)[] = [
  list('all, newest first', () => ({})),
  list('all, from the middle on', (orders) => ({ createdBefore: middle(orders) })),
  list('placed within a minute', (orders) => ({ createdAfter: middle(orders), createdBefore: middle(orders) + 60_000 })),
  list('status=completed', () => ({ status: 'completed' })),
  list('status=completed, from the middle on', (orders) => ({ status: 'completed', createdBefore: middle(orders) })),
  list('status=failed', () => ({ status: 'failed' })),
  list('status=unheard_of', () => ({ status: 'unheard_of' })),
  list('saga_status=completed', () => ({ sagaStatus: 'completed' })),
  list('saga_status=waiting', () => ({ sagaStatus: 'waiting' })),
  list('saga_status=needs_review', () => ({ sagaStatus: 'needs_review' })),
  list('saga=order_fulfillment', () => ({ saga: 'order_fulfillment' })),
  list('saga=payment_first (one, the oldest)', () => ({ saga: 'payment_first' })),
  list('customer_id', () => ({ customerId: 'c-77' })),
  list('customer_id and status', () => ({ customerId: 'c-77', status: 'failed' })),
  list('customer_id, unknown', () => ({ customerId: 'nobody' })),
  list('tracking_number', () => ({ trackingNumber: 'TRACK-o-4711' })),
  list('tracking_number, unknown', () => ({ trackingNumber: 'TRACK-none' })),
  list('tracking_number and status', () => ({ trackingNumber: 'TRACK-o-4711', status: 'completed' })),
  list('all of a small tenant', () => ({}), 'bolt'),
  () => ({ name: 'approvals', ask: (database) => listApprovals(database, 'acme', { limit: 50 }) }),
  () => ({ name: 'reviews, grouped', ask: (database) => listReviews(database, { limit: 50 }) }),
  () => ({ name: 'a review group: how many', ask: (database) => countOrdersOf(database, CAUSE) }),
  () => ({
    name: 'a review group: whose turn it is',
    ask: (database) => reviewedInTurn(database, CAUSE, { before: TOMORROW, after: LONG_AGO, limit: 100 }),
  }),
  () => ({ name: 'overdue orders of a tenant', ask: (database) => overdueSummaries(database, 'acme', NOW, 50) }),
  () => ({ name: 'health: the last hour', ask: (database) => readTallyHistory(database, NOW - HOUR, HOUR / 60) }),
  () => ({ name: 'health: the last week', ask: (database) => readTallyHistory(database, NOW - 168 * HOUR, 2 * HOUR) }),
  () => ({ name: '/metrics: tallies', ask: readTallies }),
  () => ({ name: '/metrics: reviews', ask: countReviews }),
  () => ({ name: '/metrics: overdue', ask: (database) => countOverdue(database, NOW) }),
  () => ({ name: 'sweep: overdue orders, each minute', mayGrow: true, ask: (database) => overdueOrders(database, NOW, 100) }),
  () => ({
    name: 'rebuild: a page of known orders',
    ask: (database) => rebuild(database, { order: async () => null, object: async () => null }, { type: 'known' }),
  }),
  () => ({ name: 'a message of one new order', ask: (database) => applySummaries(database, fresh(1)) }),
  () => ({ name: 'messages of a hundred new orders', ask: (database) => applySummaries(database, fresh(100)) }),
];

interface Figures {
  readonly mayGrow: boolean;
  readonly rowsRead: number;
  readonly medianMs: number;
  readonly plan: readonly string[];
}

async function measure(database: Watched, { ask, mayGrow = false }: Question): Promise<Figures> {
  await ask(database.database);
  const times: number[] = [];
  database.forget();
  for (let time = 0; time < TIMES; time += 1) {
    const begin = performance.now();
    await ask(database.database);
    times.push(performance.now() - begin);
  }
  const rowsRead = Math.round(database.rowsRead() / TIMES);
  return {
    mayGrow,
    rowsRead,
    medianMs: times.toSorted((left, right) => left - right)[Math.floor(TIMES / 2)] ?? 0,
    plan: await database.plans(),
  };
}

async function measureAll(directory: string, orders: number): Promise<ReadonlyMap<string, Figures>> {
  const { underWay, overdue, inReview } = sharesOf(orders);
  const begin = performance.now();
  const filled = await filledDatabase(directory, orders, NOW);
  const secondsSince = (from: number) => ((performance.now() - from) / 1_000).toFixed(1);
  console.log(`${orders} orders placed into a local D1 in ${secondsSince(begin)} s`);
  console.log(`Of them, ${underWay} are under way, ${overdue} of these overdue, and ${inReview} wait for a person`);
  const counting = performance.now();
  await recount(filled.database);
  console.log(`All of them counted anew (npm run rebuild does it, at its end) in ${secondsSince(counting)} s`);
  await rememberAWeek(filled.database);
  const figures = new Map<string, Figures>();
  const database = watched(filled.database);
  for (const question of QUESTIONS.map((make) => make(orders))) figures.set(question.name, await measure(database, question));
  await filled.dispose();
  return figures;
}

/** As the sweep would have. */
async function rememberAWeek(database: D1Database): Promise<void> {
  for (let at = NOW - 168 * HOUR; at < NOW - 24 * HOUR; at += HOUR / 4) await database.batch([...rememberTallies(database, at)]);
  for (let at = NOW - 24 * HOUR; at < NOW; at += HOUR / 60) await database.batch([...rememberTallies(database, at)]);
}

/** A few rows more are the depth of an index, or what came in between. */
const grows = (few: Figures, many: Figures): boolean => many.rowsRead > few.rowsRead * 1.5 + 10;

const scans = ({ plan }: Figures): boolean => plan.some((line) => /^SCAN (?:orders|reviews)\b/.test(line));

const directory = newScratch('bench-read-model');
try {
  const [few, many] = [await measureAll(directory, SIZES[0]), await measureAll(directory, SIZES[1])];
  const bad: string[] = [];
  console.log(
    `\n${'rows read'.padStart(60)}${'median ms'.padStart(20)}\n${' '.repeat(40)}${`10 000`.padStart(10)}${'1 000 000'.padStart(10)}${'10 000'.padStart(10)}${'1 000 000'.padStart(10)}`,
  );
  for (const [name, before] of few) {
    const after = many.get(name);
    if (!after) continue;
    const isBad = (grows(before, after) && !after.mayGrow) || scans(after);
    if (isBad) bad.push(name);
    const numbers = [before.rowsRead, after.rowsRead, before.medianMs.toFixed(1), after.medianMs.toFixed(1)];
    console.log(
      `${name.padEnd(40)}${numbers.map((number) => String(number).padStart(10)).join('')}${isBad ? '  GROWS' : after.mayGrow ? '  (grows with what is overdue)' : ''}`,
    );
  }
  console.log('\nQuery plans, with a million orders:');
  for (const [name, { plan }] of many) console.log(`  ${name}\n${plan.map((line) => `      ${line}`).join('\n')}`);
  console.log(
    bad.length > 0
      ? `\nGrows with the number of orders: ${bad.join(', ')}`
      : '\nNothing grows with the number of orders, and no query goes through all of them.',
  );
  if (bad.length > 0) process.exitCode = 1;
} finally {
  removeScratch(directory);
}
