/**
 * Erases a customer's personal data, so many orders at a time: each order's object is asked, and what it says then replaces what is known
 * here. It finds the orders that the read model knows, which may be some seconds behind.
 */

import * as z from 'zod';
import { accountOf } from '../order/account.ts';
import type { OrderSummary } from '../order/order-message.ts';
import type { Refusal } from '../order/orders-port.ts';
import type { Result } from '../saga/result.ts';
import { SAGA_STATUSES } from '../saga/status.ts';
import { replaceSummaries } from './apply.ts';
import { listSummaries } from './listing.ts';
import { scrub } from './scrubbing.ts';

const left = z
  .object({
    order_id: z.string(),
    saga_status: z.enum(SAGA_STATUSES),
    code: z.enum(['not_at_rest', 'version_not_deployed', 'journal_unreadable', 'unavailable']),
  })
  .meta({
    id: 'OrderNotErased',
    description: 'An order that keeps its personal data for now, and why: it has to come to rest, or to be asked again',
  });

type Left = Readonly<z.infer<typeof left>>;

export const customerErased = z
  .object({ erased: z.int().min(0), left: z.array(left.readonly()).readonly(), next_cursor: z.string().nullable() })
  .meta({ id: 'CustomerErased', description: '`next_cursor` leads to the orders placed before those; null: there are none' });

export type CustomerErased = Readonly<z.infer<typeof customerErased>>;

/** Null where there is no such order. */
export type Erase = (tenant: string, orderId: string) => Promise<Result<OrderSummary, Refusal> | null>;

interface Asked {
  readonly known: OrderSummary;
  readonly answer: Awaited<ReturnType<Erase>> | 'unavailable';
}

/** Null where the cursor is none of ours. */
export async function eraseCustomer(
  database: D1Database,
  erase: Erase,
  { tenant, customerId }: { readonly tenant: string; readonly customerId: string },
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<CustomerErased | null> {
  const found = await listSummaries(database, tenant, { customerId }, page);
  if (!found) return null;
  const answers = await Promise.all(found.summaries.map((known) => ask(erase, known)));
  const summaries = answers.flatMap(({ known, answer }) => summaryLeft(known, answer) ?? []);
  await replaceSummaries(database, summaries);
  if (summaries.length > 0) await clean(database);
  return { erased: summaries.length, left: answers.flatMap(leftOf), next_cursor: found.next_cursor };
}

/**
 * What is erased is erased: that the file could not be cleaned, too, is told in the log alone. Two at once get in each other's way, so whoever
 * fails tries again.
 */
async function clean(database: D1Database, triesLeft = 5): Promise<void> {
  try {
    if (!(await scrub(database))) console.warn(JSON.stringify({ message: 'The read model is too large to have its file cleaned' }));
  } catch (error) {
    if (triesLeft > 0) {
      await scheduler.wait(PAUSE_MS * (1 + Math.random()));
      return clean(database, triesLeft - 1);
    }
    console.error(JSON.stringify({ message: 'The file of the read model could not be cleaned', error: String(error) }));
  }
}

/** Longer than it takes. */
const PAUSE_MS = 300;

/** One order's trouble is never another's. */
async function ask(erase: Erase, known: OrderSummary): Promise<Asked> {
  const { tenant, order_id: orderId } = known.view;
  try {
    return { known, answer: await erase(tenant, orderId) };
  } catch (error) {
    console.error(JSON.stringify({ message: 'An order could not be erased', tenant, order_id: orderId, error: String(error) }));
    return { known, answer: 'unavailable' };
  }
}

function summaryLeft(known: OrderSummary, answer: Asked['answer']): OrderSummary | null {
  // Its object is gone: what is known here is all that is left of it.
  if (answer === null) return accountOf(known);
  return answer !== 'unavailable' && answer.ok ? answer.value : null;
}

function leftOf({ known: { view }, answer }: Asked): readonly Left[] {
  if (answer === null || (answer !== 'unavailable' && answer.ok)) return [];
  const reason = answer === 'unavailable' ? answer : answer.refusal.reason;
  const code = reason === 'not_at_rest' || reason === 'version_not_deployed' || reason === 'journal_unreadable' ? reason : 'unavailable';
  return [{ order_id: view.order_id, saga_status: view.saga_status, code }];
}
