/** Takes summaries that were made just now, as many as can be taken: one that can't does not keep the others out. */

import type { OrderSummary } from '../order/order-message.ts';
import { replaceSummaries, type WritableDatabase } from './apply.ts';

/** Those that were not taken; the log says why. */
export async function takeAll(database: WritableDatabase, all: readonly OrderSummary[]): Promise<readonly OrderSummary[]> {
  if (await isTaken(database, all)) return [];
  const refused: OrderSummary[] = [];
  for (const one of all) if (all.length === 1 || !(await isTaken(database, [one]))) refused.push(one);
  return refused;
}

async function isTaken(database: WritableDatabase, some: readonly OrderSummary[]): Promise<boolean> {
  try {
    await replaceSummaries(database, some);
    return true;
  } catch (error) {
    const [only, another] = some;
    if (!only || another) return false;
    const { tenant, order_id: orderId } = only.view;
    console.error(JSON.stringify({ message: 'The read model could not take an order', tenant, order_id: orderId, error: String(error) }));
    return false;
  }
}
