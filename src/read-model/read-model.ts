/** What people and machines ask of many orders at once. All of it may be some seconds behind the orders themselves. */

import type { CoordinatorEnv } from '../order/configuration.ts';
import type { OrderSummary } from '../order/order-message.ts';
import { eraseAt, lookAt, lookAtObject } from '../order/orders.ts';
import { recount } from './apply.ts';
import { listApprovals } from './approvals.ts';
import { eraseCustomer, type CustomerErased } from './erasing.ts';
import { exposition } from './exposition.ts';
import { listOrders, listSummaries, type OrderFilter, type OrderPage, type SummaryPage } from './listing.ts';
import { countOverdue, overdueSummaries, type OverdueCount } from './overdue.ts';
import {
  countReviews,
  countOrdersOf,
  listReviews,
  reviewedInTurn,
  type ReviewCause,
  type CauseCount,
  type ReviewedOrder,
  type ReviewPage,
  type Turn,
} from './reviews.ts';
import { rebuild, type Rebuilt, type Wanted } from './rebuild.ts';
import { readTallies, type Tallies } from './tallies.ts';
import { readTallyHistory, type TallySnapshot } from './tally-history.ts';

export interface PageRequest {
  readonly limit: number;
  /** Where the page before it ended. */
  readonly cursor?: string | undefined;
}

/** What is to be seen to now, of all tenants. */
export interface Present {
  readonly overdue: OverdueCount;
  /** Messages that wait, by queue; one that does not tell is not in it. */
  readonly backlogs: Readonly<Record<string, number>>;
}

/** Where a page is null the cursor is none of ours. */
export interface ReadModelPort {
  orders(tenant: string, filter: OrderFilter, page: PageRequest): Promise<OrderPage | null>;
  /** Like `orders`, with what each of them waits for. */
  summaries(tenant: string, filter: OrderFilter, page: PageRequest): Promise<SummaryPage | null>;
  /** Those that wait for a person to approve them, the one whose time is over first on top. */
  approvals(tenant: string, page: PageRequest): Promise<SummaryPage | null>;
  /** Those that should have moved by themselves before that time and did not, as far as is known here; the longest overdue first. */
  overdue(tenant: string, before: number, limit: number): Promise<readonly OrderSummary[]>;
  reviews(page: PageRequest): Promise<ReviewPage | null>;
  /** Null where nothing waits for this cause. */
  reviewCount(cause: ReviewCause): Promise<CauseCount | null>;
  /** Those that wait for this cause, the longest waiting first. */
  reviewedInTurn(cause: ReviewCause, turn: Turn): Promise<readonly ReviewedOrder[]>;
  tallies(): Promise<Tallies>;
  /** The tallies at `from` and from then on, one of each stretch of `everyMs`. */
  tallyHistory(from: number, everyMs: number): Promise<readonly TallySnapshot[]>;
  present(): Promise<Present>;
  /** In the Prometheus text format. */
  metrics(): Promise<string>;
  /** From the orders' journals; null likewise. */
  rebuild(wanted: Wanted): Promise<Rebuilt | null>;
  /** From this customer's orders, as many as a page has; null likewise. */
  eraseCustomer(customer: { readonly tenant: string; readonly customerId: string }, page: PageRequest): Promise<CustomerErased | null>;
  /** Of all orders that are kept: for when counts are not to be trusted. */
  recount(): Promise<void>;
}

export function readModelOf(env: CoordinatorEnv): ReadModelPort {
  const { READ_MODEL: database } = env;
  return {
    orders: (tenant, filter, page) => listOrders(database, tenant, filter, page),
    summaries: (tenant, filter, page) => listSummaries(database, tenant, filter, page),
    approvals: (tenant, page) => listApprovals(database, tenant, page),
    overdue: (tenant, before, limit) => overdueSummaries(database, tenant, before, limit),
    tallies: () => readTallies(database),
    tallyHistory: (from, everyMs) => readTallyHistory(database, from, everyMs),
    present: () => presentOf(env, Date.now()),
    reviews: (page) => listReviews(database, page),
    rebuild: (wanted) => rebuild(database, { order: lookAt(env), object: lookAtObject(env) }, wanted),
    eraseCustomer: (customer, page) => eraseCustomer(database, eraseAt(env), customer, page),
    recount: () => recount(database),
    reviewCount: (cause) => countOrdersOf(database, cause),
    reviewedInTurn: (cause, turn) => reviewedInTurn(database, cause, turn),
    async metrics() {
      const now = Date.now();
      const [tallies, present, reviews] = await Promise.all([readTallies(database), presentOf(env, now), countReviews(database)]);
      return exposition({ ...tallies, ...present, reviews, now });
    },
  };
}

async function presentOf(env: CoordinatorEnv, now: number): Promise<Present> {
  const [overdue, backlogs] = await Promise.all([countOverdue(env.READ_MODEL, now), backlogsOf(env)]);
  return { overdue, backlogs };
}

/** A queue that does not say how much waits in it is left out. */
async function backlogsOf({ COMPENSATIONS, NOTIFICATIONS, ORDER_EVENTS }: CoordinatorEnv): Promise<Readonly<Record<string, number>>> {
  const queues = { compensations: COMPENSATIONS, notifications: NOTIFICATIONS, 'order-events': ORDER_EVENTS };
  const backlogs = await Promise.all(
    Object.entries(queues).map(async ([name, queue]) => {
      try {
        return [[name, (await queue.metrics()).backlogCount] as const];
      } catch (error) {
        console.warn(JSON.stringify({ message: 'A queue does not tell its backlog', queue: name, error: String(error) }));
        return [];
      }
    }),
  );
  return Object.fromEntries(backlogs.flat());
}
