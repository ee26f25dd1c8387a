/** A local D1 with the read model's tables, filled with as many orders as one likes, without any order having run. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getPlatformProxy } from 'wrangler';
import { migrate } from '../../src/local/wrangler.ts';
import { completed, inReview } from '../read-model/summaries.ts';

/** As in the configuration for local use, whose migrations make the tables. */
const DATABASE = { binding: 'READ_MODEL', database_name: 'backstitch', database_id: '00000000-0000-0000-0000-000000000000' };

const AT_ONCE = 25_000;

/** Who has more orders has more trouble: these grow with them. */
export interface Shares {
  readonly underWay: number;
  /** Of those under way. */
  readonly overdue: number;
  readonly inReview: number;
}

export const sharesOf = (orders: number): Shares => ({ underWay: orders / 5, overdue: orders / 10, inReview: orders / 50 });

/** For so many different reasons. */
const CAUSES = 2;

export const FIRST_AT = Date.UTC(2026, 0, 1);
/** Between two orders. */
export const APART_MS = 1_000;

export interface Filled {
  readonly database: D1Database;
  readonly dispose: () => Promise<void>;
}

export async function filledDatabase(directory: string, orders: number, now: number): Promise<Filled> {
  const state = join(directory, `state-${orders}`);
  mkdirSync(state, { recursive: true });
  await migrate(state);
  const config = join(directory, 'wrangler.json');
  writeFileSync(config, JSON.stringify({ name: 'bench', compatibility_date: '2026-10-20', d1_databases: [DATABASE] }));
  const { env, dispose } = await getPlatformProxy<{ READ_MODEL: D1Database }>({ configPath: config, persist: { path: join(state, 'v3') } });
  const database = env.READ_MODEL;
  for (let from = 0; from < orders; from += AT_ONCE) {
    await database
      .prepare(FILL)
      .bind(COMPLETED, from, Math.min(AT_ONCE, orders - from), orders, now, IN_REVIEW)
      .run();
  }
  return { database, dispose };
}

const view = { customer_id: '@CUSTOMER' };
const COMPLETED = JSON.stringify(completed('@ID', { placed_at: 4_711, view: { ...view, saga_status: 'completed' } }));
const IN_REVIEW = JSON.stringify(inReview('@ID', { placed_at: 4_711, view })).replaceAll('account_closed', '@CODE');

/** The last ones are under way (the first of them overdue), those before them in review; of the others each tenth was rolled back. */
const FILL = `
  WITH RECURSIVE numbers(n) AS (SELECT CAST(?2 AS INTEGER) UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?2 + ?3),
  made AS (
    SELECT n, 'o-' || n AS order_id, 'c-' || (n % CAST(?4 / 20 AS INTEGER)) AS customer_id, ${FIRST_AT} + n * ${APART_MS} AS placed_at,
      CASE WHEN n >= ?4 * 0.8 THEN 'waiting' WHEN n >= ?4 * 0.78 THEN 'needs_review'
        WHEN n % 10 = 3 THEN 'compensated' ELSE 'completed' END AS saga_status
    FROM numbers
  )
  INSERT INTO orders (tenant, placed_at, order_id, seq, saga, saga_status, status, customer_id, tracking_number, due_at,
    approval_until, summary)
  SELECT CASE WHEN n % 50 = 7 THEN 'bolt' ELSE 'acme' END, placed_at, order_id, 9,
    CASE WHEN n = 5 THEN 'payment_first' ELSE 'order_fulfillment' END, saga_status,
    CASE saga_status WHEN 'compensated' THEN 'failed' WHEN 'waiting' THEN 'processing' ELSE saga_status END, customer_id,
    CASE saga_status WHEN 'completed' THEN 'TRACK-' || order_id END,
    CASE WHEN saga_status = 'waiting' THEN CAST(?5 AS INTEGER) + CASE WHEN n < ?4 * 0.9 THEN -3600000 ELSE 3600000 END END,
    CASE WHEN saga_status = 'waiting' THEN CAST(?5 AS INTEGER) + 3600000 END,
    replace(replace(replace(replace(CASE saga_status WHEN 'needs_review' THEN ?6 ELSE ?1 END, '@ID', order_id),
      '@CUSTOMER', customer_id), '4711', placed_at), '@CODE', 'cause_' || (n % ${CAUSES}))
  FROM made`;
