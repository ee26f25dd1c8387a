/** Carries a stage of a group's retry out, and looks what became of it. One order's trouble is never another's. */

import type { ReviewAction } from '../../order/orders-port.ts';
import type { ReviewedOrder } from '../../read-model/reviews.ts';
import type { Desk } from '../desk.ts';
import type { Stranded } from '../../order/stranded.ts';
import { insightOf, type Insight } from '../story/insight.ts';
import { sizeOf, withNext, type Canary, type Seen } from './canary.ts';
import { fateOf, waitsFor } from './fate.ts';

type Ports = Pick<Desk, 'orders' | 'readModel'>;

/** The orders whose turn it is in that stage. */
export const inTurn = ({ readModel }: Ports, { cause, before }: Canary, after: ReviewedOrder | null, stage: number) =>
  readModel.reviewedInTurn(cause, { before, after, limit: sizeOf(stage) });

/** The next stage, carried out; null where no order is left. */
export async function goOn(ports: Ports, state: Canary, seen: readonly Seen[]): Promise<Canary | null> {
  const batch = await inTurn(ports, state, state.batch.at(-1) ?? null, state.stage + 1);
  if (batch.length === 0) return null;
  const next = withNext(state, seen, batch);
  await carryOut(ports, next);
  return next;
}

/** Tries every order of the batch again that still waits as it did. Asked twice, it tries none of them twice. */
async function carryOut(ports: Ports, { batch, cause, before, by, note }: Canary): Promise<void> {
  const action = { action: 'retry', step: cause.step, by, note } as const;
  await Promise.all(batch.map((order) => tryAgain(ports, order, action, (insight) => waitsFor(insight, cause, Date.parse(before)))));
}

async function tryAgain(ports: Ports, order: ReviewedOrder, action: ReviewAction, waits: (insight: Insight) => boolean): Promise<void> {
  try {
    const { insight } = await lookInto(ports, order);
    if (insight && waits(insight)) await ports.orders.review(order.tenant, order.order_id, action);
  } catch (error) {
    tell('An order could not be tried again', order, error);
  }
}

/** What became of the batch so far. */
export const lookAt = (ports: Ports, { batch, cause, before }: Canary): Promise<readonly Seen[]> =>
  Promise.all(
    batch.map(async (order): Promise<Seen> => {
      try {
        const { insight, stranded } = await lookInto(ports, order);
        if (stranded) return { order, fate: 'untried' };
        return { order, fate: insight ? fateOf(insight, cause, Date.parse(before)) : 'passed_by' };
      } catch (error) {
        tell('An order could not be looked at', order, error);
        return { order, fate: 'under_way' };
      }
    }),
  );

export interface Looked {
  readonly order: ReviewedOrder;
  /** Null where there is no such order, or this deployment can't take it further. */
  readonly insight: Insight | null;
  readonly stranded: Stranded | null;
}

/** What the order itself says. */
export async function lookInto({ orders }: Ports, order: ReviewedOrder): Promise<Looked> {
  const journal = await orders.journal(order.tenant, order.order_id);
  if (!journal) return { order, insight: null, stranded: null };
  return { order, insight: journal.stranded ? null : insightOf(journal.entries), stranded: journal.stranded };
}

const tell = (message: string, { tenant, order_id: orderId }: ReviewedOrder, error: unknown): void =>
  console.error(JSON.stringify({ message, tenant, order_id: orderId, error: String(error) }));
