/** Orders in memory, for tests of the HTTP edge: no saga runs, a test says what becomes of an order. */

import type { History, OrdersPort, OrderStatus, OrderView, StartOrder } from '../../src/order/orders-port.ts';
import { formatMoney } from '../../src/saga/money.ts';
import type { Order } from '../../src/saga/order.ts';
import { ok, refuse } from '../../src/saga/result.ts';
import { sameOrder } from '../../src/saga/same-order.ts';

interface Kept {
  readonly command: StartOrder;
  view: OrderView;
  decision: 'approve' | 'reject' | null;
}

export class FakeOrders implements OrdersPort {
  readonly commands: StartOrder[] = [];
  readonly cancelReasons: (string | null)[] = [];
  readonly waits: number[] = [];
  readonly callbacks: Parameters<OrdersPort['callBack']>[2][] = [];
  readonly reports: Parameters<OrdersPort['reportShipment']>[2][] = [];
  /** What an order looks like once it was waited for. */
  atRest: Partial<OrderView> = {};
  /** Thrown by every call that follows. */
  failure: unknown = null;
  /** Thrown by the wait only. */
  waitFailure: unknown = null;
  readonly #kept = new Map<string, Kept>();

  async start(command: StartOrder): ReturnType<OrdersPort['start']> {
    this.#mayFail();
    this.commands.push(command);
    if (command.saga !== 'order_fulfillment') return refuse({ reason: 'unknown_saga', saga: command.saga });
    const name = keyOf(command.order.tenant, command.order.orderId);
    const earlier = this.#kept.get(name);
    if (earlier && !sameOrder(earlier.command.order, command.order))
      return refuse({ reason: command.order.orderId === command.keyOrderId ? 'idempotency_key_reused' : 'order_exists' });
    const kept = earlier ?? { command, view: viewOf(command), decision: null };
    this.#kept.set(name, kept);
    return ok({ view: kept.view, replayed: earlier !== undefined });
  }

  async view(tenant: string, orderId: string): Promise<OrderView | null> {
    this.#mayFail();
    return this.#kept.get(keyOf(tenant, orderId))?.view ?? null;
  }

  async status(tenant: string, orderId: string): Promise<OrderStatus | null> {
    const view = await this.view(tenant, orderId);
    if (!view) return null;
    const { order_id, status, saga_status, current_step, completed_steps, error } = view;
    return { order_id, status, saga_status, current_step, completed_steps, error };
  }

  async events(tenant: string, orderId: string, afterSeq: number): Promise<History | null> {
    const view = await this.view(tenant, orderId);
    if (!view) return null;
    const all = [1, 2, 3].map((seq) => ({ seq, id: `${orderId}-${seq}`, type: 'StepStarted', at: view.created_at, data: {} }));
    return { events: all.filter(({ seq }) => seq > afterSeq), next_after: Math.max(afterSeq, 3), rows: [] };
  }

  /** Over at once: nothing happens here while one watches. */
  async watch(tenant: string, orderId: string, afterSeq: number): ReturnType<OrdersPort['watch']> {
    const history = await this.events(tenant, orderId, afterSeq);
    if (!history) return null;
    if (history.events.length === 0) return 'over';
    return new Blob(history.events.map((event) => `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)).stream();
  }

  /** No saga runs here, so there is nothing to keep a journal of. */
  async journal(): ReturnType<OrdersPort['journal']> {
    return null;
  }

  async cancel(tenant: string, orderId: string, reason: string | null): ReturnType<OrdersPort['cancel']> {
    this.#mayFail();
    const kept = this.#kept.get(keyOf(tenant, orderId));
    if (!kept) return null;
    const { status } = kept.view;
    if (status === 'failed' || status === 'needs_review') return refuse({ reason: 'cannot_cancel', status });
    this.cancelReasons.push(reason);
    return ok({ view: kept.view, already: kept.view.status === 'cancelled' });
  }

  async approve(...[tenant, orderId, { decision }]: Parameters<OrdersPort['approve']>): ReturnType<OrdersPort['approve']> {
    this.#mayFail();
    const kept = this.#kept.get(keyOf(tenant, orderId));
    if (!kept) return null;
    if (kept.view.saga_status !== 'waiting') return refuse({ reason: 'not_waiting' });
    if (kept.decision && kept.decision !== decision) return refuse({ reason: 'already_decided', decision: kept.decision });
    kept.decision = decision;
    return ok(kept.view);
  }

  async review(...[tenant, orderId, { step }]: Parameters<OrdersPort['review']>): ReturnType<OrdersPort['review']> {
    this.#mayFail();
    const kept = this.#kept.get(keyOf(tenant, orderId));
    if (!kept) return null;
    const isParked = kept.view.review?.items.some((item) => item.step === step);
    return isParked ? ok(kept.view) : refuse({ reason: 'not_in_review', step, stands: 'succeeded' });
  }

  async callBack(...[tenant, orderId, callback]: Parameters<OrdersPort['callBack']>): ReturnType<OrdersPort['callBack']> {
    this.#mayFail();
    const kept = this.#kept.get(keyOf(tenant, orderId));
    if (!kept) return null;
    const { step, idempotencyKey, outcome } = callback;
    if (!idempotencyKey.startsWith(`${tenant}.${orderId}.${step}.`)) return refuse({ reason: 'wrong_key', step });
    if (outcome.type === 'succeeded' && outcome.output === null) return refuse({ reason: 'unreadable_output', step });
    this.callbacks.push(callback);
    return ok(kept.view);
  }

  async reportShipment(...[tenant, orderId, report]: Parameters<OrdersPort['reportShipment']>): ReturnType<OrdersPort['reportShipment']> {
    this.#mayFail();
    const kept = this.#kept.get(keyOf(tenant, orderId));
    if (!kept) return null;
    const { status, saga_status, tracking_number } = kept.view;
    if (saga_status !== 'completed') return refuse({ reason: 'not_completed', status });
    if (report.trackingNumber !== null && report.trackingNumber !== tracking_number) return refuse({ reason: 'wrong_tracking_number' });
    this.reports.push(report);
    return ok(kept.view);
  }

  async whenAtRest(tenant: string, orderId: string, waitMs: number): Promise<OrderView | null> {
    this.waits.push(waitMs);
    if (this.waitFailure) throw this.waitFailure;
    this.become(tenant, orderId, this.atRest);
    return this.view(tenant, orderId);
  }

  /** Changes an order as its saga would have. */
  become(tenant: string, orderId: string, change: Partial<OrderView>): void {
    const kept = this.#kept.get(keyOf(tenant, orderId));
    if (kept) kept.view = { ...kept.view, ...change };
  }

  #mayFail(): void {
    if (this.failure) throw this.failure;
  }
}

const keyOf = (tenant: string, orderId: string): string => `${tenant}/${orderId}`;

function viewOf({ order, saga }: StartOrder): OrderView {
  const self = `/api/v1/orders/${order.orderId}`;
  const at = '2026-11-21T00:00:00.000Z';
  return {
    order_id: order.orderId,
    tenant: order.tenant,
    saga,
    saga_version: 1,
    status: 'pending',
    saga_status: 'running',
    current_step: 'validate_order',
    completed_steps: [],
    compensated_steps: [],
    error: null,
    customer_id: order.customerId,
    currency: order.currency,
    total: formatMoney(order.totalMinor, order.currency),
    items: itemsOf(order),
    shipping_address: addressOf(order),
    payment_method: order.paymentMethod,
    reservation_id: null,
    payment_id: null,
    shipment_id: null,
    tracking_number: null,
    review: null,
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    created_at: at,
    updated_at: at,
    deadline_at: at,
    links: { self, status: `${self}/status`, events: `${self}/events`, cancel: `${self}/cancel` },
  };
}

const itemsOf = ({ items, currency }: Order): OrderView['items'] =>
  items.map(({ sku, name, quantity, unitPriceMinor }) => ({ sku, name, quantity, unit_price: formatMoney(unitPriceMinor, currency) }));

const addressOf = ({ shippingAddress: { postalCode, ...rest } }: Order): OrderView['shipping_address'] => ({
  ...rest,
  postal_code: postalCode,
});
