/** The list of orders: one box to search, filters, and for each order where it stands, since when, and until when. */

import { Hono, type Context } from 'hono';
import type { OrderSummary } from '../../order/order-message.ts';
import { SAGA_STATUSES } from '../../saga/status.ts';
import type { Tallies } from '../../read-model/tallies.ts';
import type { SagaStatus } from '../../saga/status.ts';
import type { DashboardPage } from '../dashboard-page.ts';
import type { DashboardEnv, Desk } from '../desk.ts';
import { page } from '../layout.tsx';
import type { Link } from '../link.ts';
import { LATE_MS } from '../overdue.ts';
import { OrdersTable } from '../parts/orders-table.tsx';
import { search } from '../search.ts';
import { oneTenant } from '../tenant.ts';
import { SAGA_STATUS_WORDS, spelled } from '../words/names.ts';
import { exact } from '../words/times.ts';
import { ordersQuery, SAGA_NAMES, STATUSES, type OrdersQuery } from './orders-query.ts';

const PAGE = 50;
const MOST_OVERDUE = 100;

export const ordersPage: DashboardPage = {
  routes: new Hono<DashboardEnv>().get('/', oneTenant, showOrders).get('/orders', (c) => c.redirect(c.get('desk').link(''))),
  entry: { path: '', label: 'Orders' },
};

interface Found {
  readonly summaries: readonly OrderSummary[];
  readonly next: string | null;
}

async function showOrders(c: Context<DashboardEnv>): Promise<Response> {
  const desk = c.get('desk');
  const query = ordersQuery(new URL(c.req.url).searchParams);
  const found = await find(desk, c.get('tenant'), query);
  const [only, another] = found?.summaries ?? [];
  // Before anything is asked of the lists, which may be away.
  if (only && !another && query.search === only.view.order_id) return c.redirect(desk.link(`/orders/${only.view.order_id}`));
  const [overdue, tallies] = await Promise.all([
    desk.readModel.overdue(c.get('tenant'), desk.now - LATE_MS, MOST_OVERDUE),
    desk.readModel.tallies(),
  ]);
  const shown = query.overdueOnly ? { summaries: overdue, next: null } : found;
  const counts = countsOf(tallies, c.get('tenant'));
  const content = <Orders desk={desk} query={query} found={shown} counts={counts} overdue={overdue.length} />;
  return page(c, { title: 'Orders', section: '', content });
}

/** Null where the page to go on with is none of this list. */
async function find({ readModel, ...desk }: Desk, tenant: string, query: OrdersQuery): Promise<Found | null> {
  if (query.search !== '') return { summaries: await search({ readModel, ...desk }, tenant, query.search), next: null };
  if (query.overdueOnly) return { summaries: [], next: null };
  const found = await readModel.summaries(tenant, query.filter, { limit: PAGE, cursor: query.cursor });
  return found && { summaries: found.summaries, next: found.next_cursor };
}

type Counts = Readonly<Record<SagaStatus, number>>;

function countsOf({ tallies }: Tallies, tenant: string): Counts {
  const own = tallies.filter((tally) => tally.tenant === tenant);
  const count = (status: SagaStatus) => own.reduce((sum, { counts }) => sum + (counts[status] ?? 0), 0);
  return {
    running: count('running'),
    waiting: count('waiting'),
    compensating: count('compensating'),
    completed: count('completed'),
    compensated: count('compensated'),
    needs_review: count('needs_review'),
  };
}

interface OrdersProps {
  readonly desk: Desk;
  readonly query: OrdersQuery;
  readonly found: Found | null;
  readonly counts: Counts;
  readonly overdue: number;
}

const Orders = ({ desk, query, found, counts, overdue }: OrdersProps) => (
  <>
    <div class="head">
      <h1>Orders</h1>
      <SearchBox desk={desk} text={query.search} />
    </div>
    <Standings link={desk.link} query={query} counts={counts} overdue={overdue} />
    <Filters desk={desk} query={query} />
    {query.problems.map((problem) => (
      <p class="problem" role="alert">
        {problem}
      </p>
    ))}
    {found === null ? (
      <p class="empty">
        This page of the list does not exist. <a href={desk.link('')}>Begin with the newest.</a>
      </p>
    ) : (
      <Listed desk={desk} query={query} found={found} />
    )}
  </>
);

const Listed = ({ desk, query, found: { summaries, next } }: { desk: Desk; query: OrdersQuery; found: Found }) => (
  <>
    {summaries.length > 0 && <OrdersTable desk={desk} summaries={summaries} caption={captionOf(query)} />}
    {summaries.length === 0 && <p class="empty">{nothingFound(query, next)}</p>}
    <nav class="pager" aria-label="Pages of the list">
      {query.cursor !== undefined && <a href={desk.link('', query.given)}>Newest</a>}
      {next !== null && <a href={desk.link('', { ...query.given, cursor: next })}>Older</a>}
    </nav>
    <p class="as-of">
      As of {exact(desk.now)}. Lists may be some seconds behind; an order's own page is not.{' '}
      <a href={desk.link('', { ...query.given, q: query.search })}>Reload</a>
    </p>
  </>
);

function captionOf({ search, overdueOnly }: OrdersQuery): string {
  if (search !== '') return 'Orders found, newest first';
  return overdueOnly ? 'Orders that should have moved by themselves and did not, the longest overdue first' : 'Orders, newest first';
}

function nothingFound({ search, overdueOnly, filter, cursor }: OrdersQuery, next: string | null): string {
  if (search !== '') return 'No order, no customer and no tracking number of this name. It has to be typed in full.';
  if (overdueOnly) return 'No order is overdue.';
  if (next !== null) return 'None of the orders looked at so far fits. There are older ones.';
  const isFiltered = cursor !== undefined || Object.values(filter).some((value) => value !== undefined);
  return isFiltered ? 'No order fits.' : 'There is no order yet.';
}

const SearchBox = ({ desk, text }: { desk: Desk; text: string }) => (
  <form method="get" action={desk.link('')} role="search" class="search">
    <TenantField desk={desk} />
    <label class="hidden" for="q">
      Order id, customer or tracking number
    </label>
    <input
      id="q"
      name="q"
      type="search"
      value={text}
      placeholder="Order id, customer or tracking number"
      maxlength={256}
      autocomplete="off"
      spellcheck={false}
    />
    <button>Search</button>
  </form>
);

/** A form that is sent with GET leaves out what its address says. */
const TenantField = ({ desk }: { desk: Desk }) => {
  const named = new URL(desk.link(''), 'http://here.invalid').searchParams.get('tenant');
  return named === null ? null : <input type="hidden" name="tenant" value={named} />;
};

/** How many there are of each kind, each a way to them. */
const Standings = ({ link, query, counts, overdue }: { link: Link; query: OrdersQuery; counts: Counts; overdue: number }) => {
  const isAll = query.search === '' && !query.overdueOnly && query.given.saga_status === '';
  return (
    <nav class="standings" aria-label="Orders by where they stand">
      <ul>
        <li>
          <a href={link('', { ...query.given, saga_status: null })} aria-current={isAll ? 'true' : undefined}>
            All
          </a>
        </li>
        {SAGA_STATUSES.map((status) => (
          <li>
            <a
              class={`is-${status}`}
              href={link('', { ...query.given, saga_status: status })}
              aria-current={query.search === '' && query.given.saga_status === status ? 'true' : undefined}
            >
              {SAGA_STATUS_WORDS[status]} <b>{counts[status]}</b>
            </a>
          </li>
        ))}
        <li>
          <a
            class={overdue > 0 ? 'is-overdue' : undefined}
            href={link('', { overdue: '1' })}
            aria-current={query.overdueOnly ? 'true' : undefined}
          >
            Overdue <b>{overdue === MOST_OVERDUE ? `${overdue} or more` : overdue}</b>
          </a>
        </li>
      </ul>
    </nav>
  );
};

const Filters = ({ desk, query: { given } }: { desk: Desk; query: OrdersQuery }) => {
  const used = [given.status, given.saga, given.after, given.before].filter((value) => value !== '').length;
  return (
    <details class="filters" open={used > 0}>
      <summary>{used > 0 ? `Filters (${used})` : 'Filters'}</summary>
      <form method="get" action={desk.link('')}>
        <TenantField desk={desk} />
        <Choice
          label="Where it stands"
          name="saga_status"
          given={given.saga_status}
          options={SAGA_STATUSES.map((word) => [word, SAGA_STATUS_WORDS[word]])}
        />
        <Choice
          label="What the customer is told"
          name="status"
          given={given.status}
          options={STATUSES.map((word) => [word, spelled(word)])}
        />
        <Choice label="Saga" name="saga" given={given.saga} options={SAGA_NAMES.map((word) => [word, spelled(word)])} />
        <label>
          Placed from <span class="hint">UTC</span>
          <input type="datetime-local" name="after" value={given.after} />
        </label>
        <label>
          Placed before <span class="hint">UTC</span>
          <input type="datetime-local" name="before" value={given.before} />
        </label>
        <div class="buttons">
          <button>Filter</button>
          <a href={desk.link('')}>Clear</a>
        </div>
      </form>
    </details>
  );
};

interface ChoiceProps {
  readonly label: string;
  readonly name: string;
  readonly given: string;
  readonly options: readonly (readonly [value: string, label: string])[];
}

const Choice = ({ label, name, given, options }: ChoiceProps) => (
  <label>
    {label}
    <select name={name}>
      <option value="">Any</option>
      {options.map(([value, text]) => (
        <option value={value} selected={value === given}>
          {text}
        </option>
      ))}
    </select>
  </label>
);
