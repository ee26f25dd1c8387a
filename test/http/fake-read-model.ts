/** A read model that keeps what it was asked, and tells what a test gave it to tell. It takes the cursor `next`, and no other. */

import type { OrderSummary } from '../../src/order/order-message.ts';
import type { OrderFilter, OrderPage, SummaryPage } from '../../src/read-model/listing.ts';
import type { CustomerErased } from '../../src/read-model/erasing.ts';
import type { PageRequest, Present, ReadModelPort } from '../../src/read-model/read-model.ts';
import type { Rebuilt, Wanted } from '../../src/read-model/rebuild.ts';
import type { Tallies } from '../../src/read-model/tallies.ts';
import type { TallySnapshot } from '../../src/read-model/tally-history.ts';
import type { ReviewPage } from '../../src/read-model/reviews.ts';

interface Asked extends PageRequest {
  readonly list: 'orders' | 'approvals' | 'reviews';
  readonly tenant?: string;
  readonly filter?: OrderFilter;
}

const isCursor = ({ cursor }: PageRequest): boolean => cursor === undefined || cursor === 'next';

export class FakeReadModel implements ReadModelPort {
  readonly asked: Asked[] = [];
  /** Of every tenant, whatever is asked for: whether filters find what they should is the real one's to prove. */
  summariesKept: readonly OrderSummary[] = [];
  hasMore = false;
  history: readonly TallySnapshot[] = [];
  readonly historiesAsked: { readonly from: number; readonly everyMs: number }[] = [];
  presentNow: Present = { overdue: { count: 0, oldestMs: 0 }, backlogs: {} };
  tallied: Tallies = { tallies: [], stepFailures: [], sweeps: {} };

  async orders(tenant: string, filter: OrderFilter, page: PageRequest): Promise<OrderPage | null> {
    this.asked.push({ list: 'orders', tenant, filter, ...page });
    return isCursor(page) ? { orders: [], next_cursor: null } : null;
  }

  async summaries(tenant: string, filter: OrderFilter, page: PageRequest): Promise<SummaryPage | null> {
    this.asked.push({ list: 'orders', tenant, filter, ...page });
    return isCursor(page) ? { summaries: this.summariesKept, next_cursor: this.hasMore ? 'next' : null } : null;
  }

  async eraseCustomer(
    { tenant, customerId }: Parameters<ReadModelPort['eraseCustomer']>[0],
    page: PageRequest,
  ): Promise<CustomerErased | null> {
    this.asked.push({ list: 'orders', tenant, filter: { customerId }, ...page });
    return isCursor(page) ? { erased: 0, left: [], next_cursor: null } : null;
  }

  async approvals(tenant: string, page: PageRequest): Promise<SummaryPage | null> {
    this.asked.push({ list: 'approvals', tenant, ...page });
    return isCursor(page) ? { summaries: this.summariesKept, next_cursor: this.hasMore ? 'next' : null } : null;
  }

  async overdue(_tenant: string, before: number): Promise<readonly OrderSummary[]> {
    return this.summariesKept.filter(({ due_at: dueAt }) => dueAt !== null && dueAt < before);
  }

  async tallies(): ReturnType<ReadModelPort['tallies']> {
    return this.tallied;
  }

  async tallyHistory(from: number, everyMs: number): ReturnType<ReadModelPort['tallyHistory']> {
    this.historiesAsked.push({ from, everyMs });
    return this.history;
  }

  async present(): ReturnType<ReadModelPort['present']> {
    return this.presentNow;
  }

  async reviews(page: PageRequest): Promise<ReviewPage | null> {
    this.asked.push({ list: 'reviews', ...page });
    return isCursor(page) ? { groups: [], next_cursor: null } : null;
  }

  async reviewCount(): ReturnType<ReadModelPort['reviewCount']> {
    return null;
  }

  async reviewedInTurn(): ReturnType<ReadModelPort['reviewedInTurn']> {
    return [];
  }

  async metrics(): Promise<string> {
    return '# nothing\n';
  }

  async rebuild(wanted: Wanted): Promise<Rebuilt | null> {
    if (wanted.type === 'known' && wanted.cursor !== undefined && wanted.cursor !== 'next') return null;
    return { rebuilt: 0, absent: [], failed: [], next_cursor: null };
  }

  async recount(): Promise<void> {}
}
