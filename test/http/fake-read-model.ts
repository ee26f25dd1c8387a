/** A read model that keeps what it was asked and has nothing to tell. It takes the cursor `next`, and no other. */

import type { OrderFilter, OrderPage } from '../../src/read-model/listing.ts';
import type { PageRequest, ReadModelPort } from '../../src/read-model/read-model.ts';
import type { Rebuilt, Wanted } from '../../src/read-model/rebuild.ts';
import type { ReviewPage } from '../../src/read-model/reviews.ts';

interface Asked extends PageRequest {
  readonly list: 'orders' | 'reviews';
  readonly tenant?: string;
  readonly filter?: OrderFilter;
}

const isCursor = ({ cursor }: PageRequest): boolean => cursor === undefined || cursor === 'next';

export class FakeReadModel implements ReadModelPort {
  readonly asked: Asked[] = [];

  async orders(tenant: string, filter: OrderFilter, page: PageRequest): Promise<OrderPage | null> {
    this.asked.push({ list: 'orders', tenant, filter, ...page });
    return isCursor(page) ? { orders: [], next_cursor: null } : null;
  }

  async reviews(page: PageRequest): Promise<ReviewPage | null> {
    this.asked.push({ list: 'reviews', ...page });
    return isCursor(page) ? { groups: [], next_cursor: null } : null;
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
