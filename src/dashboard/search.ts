/** Finds orders by whatever a person has at hand: the order's id, its customer's, a tracking number. */

import { factsOf } from '../order/domain-events.ts';
import type { OrderSummary } from '../order/order-message.ts';
import type { OrderJournal } from '../order/orders-port.ts';
import { strandedSummary, summaryOf } from '../order/summary.ts';
import { ORDER_ID } from '../http/order-request.ts';
import type { OrderFilter } from '../read-model/listing.ts';
import { sagaVersion } from '../sagas/registry.ts';
import type { Desk } from './desk.ts';

const LIMIT = 50;

/** The order with that id is asked itself, so it is found while the lists are behind, too, or can't be read. */
export async function search({ orders, readModel }: Desk, tenant: string, text: string): Promise<readonly OrderSummary[]> {
  const listed = async (filter: OrderFilter) => (await readModel.summaries(tenant, filter, { limit: LIMIT }))?.summaries ?? [];
  const [byId, ...byOthers] = await Promise.allSettled([
    ORDER_ID.test(text) ? orders.journal(tenant, text) : null,
    listed({ trackingNumber: text }),
    listed({ customerId: text }),
  ]);
  if (byId.status === 'rejected') throw byId.reason;
  const named = byId.value === null ? null : summarised(byId.value);
  const failed = byOthers.find(({ status }) => status === 'rejected');
  if (!named && failed?.status === 'rejected') throw failed.reason;
  const others = byOthers.flatMap((found) => (found.status === 'fulfilled' ? found.value : []));
  return distinct(named ? [named, ...others] : others);
}

/** Null where nothing of the order can be read. */
function summarised({ entries, stranded }: OrderJournal): OrderSummary | null {
  const state = factsOf(entries).at(-1)?.after;
  if (!state) return null;
  if (stranded) return strandedSummary({ why: stranded, state, entries, since: null });
  const definition = sagaVersion(state.saga, state.version);
  return definition ? summaryOf(definition, entries) : null;
}

const distinct = (summaries: readonly OrderSummary[]): readonly OrderSummary[] =>
  [...new Map(summaries.toReversed().map((summary) => [summary.view.order_id, summary])).values()].toReversed();
