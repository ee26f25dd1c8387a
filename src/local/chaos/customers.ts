/** Places orders and does to them what is planned, and remembers what was answered. Nobody asks how an order is getting on. */

import type { Services, Shop, Status } from './client.ts';
import type { Act, PlannedOrder } from './planned-order.ts';
import type { Clock } from './clock.ts';

/** What was asked of the coordinator, when, and what came back when. */
export interface Answered {
  readonly asked: 'place' | 'cancel' | 'decide';
  readonly status: Status;
  readonly from: number;
  readonly to: number;
}

/** What the customer of an order knows. */
export interface Told {
  readonly order: PlannedOrder;
  readonly answers: Answered[];
  /** Whether the order was answered 202. Where it was not, it may exist all the same. */
  isAccepted: boolean;
  /** A cancel was answered 202, or 200. */
  isCancelTaken: boolean;
  /** A decision that was answered 200. */
  decision: 'approve' | 'reject' | null;
}

/** A cancel or a decision without an answer is sent again, while the coordinator is down. */
const MAX_TRIES = 10;
const TRY_AGAIN_MS = 700;

const CALLED_WITHIN_MS = 10_000;

export class Customers {
  readonly told = new Map<string, Told>();
  readonly #shop: Shop;
  readonly #services: Services;
  readonly #clock: Clock;
  readonly #acting = new Set<Promise<void>>();

  constructor(shop: Shop, services: Services, clock: Clock) {
    this.#shop = shop;
    this.#services = services;
    this.#clock = clock;
  }

  /** What will go wrong has to be known to the services before the order is placed. */
  async prepare(orders: readonly PlannedOrder[]): Promise<void> {
    await Promise.all(
      orders.map(async ({ orderId, faults }) => {
        for (const fault of faults) await this.#services.addFault(orderId, fault);
      }),
    );
  }

  /**
   * Sends the request until somebody takes it. One that breaks is not sent again by everyone: that would wake the order. Resolves with
   * the answer; what people do to the order later goes on by itself.
   */
  async place(order: PlannedOrder): Promise<Told> {
    const told: Told = { order, answers: [], isAccepted: false, isCancelTaken: false, decision: null };
    this.told.set(order.orderId, told);
    const ask = () => noted(told, 'place', () => this.#shop.place(order));
    let status = await ask();
    while (status === 'nobody' || (status === 'broken' && order.isSentAgain)) {
      await this.#clock.pause(TRY_AGAIN_MS);
      status = await ask();
    }
    told.isAccepted = status === 202;
    if (told.isAccepted) for (const act of order.acts) this.#later(this.#act(told, act));
    return told;
  }

  /** Places them one after the other, spread over this time. Goes on by itself. */
  placeOver(orders: readonly PlannedOrder[], durationMs: number): void {
    for (const [index, order] of orders.entries()) {
      this.#later(
        this.#clock
          .pause((durationMs * index) / orders.length)
          .then(() => this.place(order))
          .then(() => undefined),
      );
    }
  }

  /** When nobody does anything any more. */
  async quiet(): Promise<void> {
    while (this.#acting.size > 0) await Promise.all(this.#acting);
  }

  #later(work: Promise<void>): void {
    const done = work.finally(() => this.#acting.delete(done));
    this.#acting.add(done);
    // Whoever waits for quiet is told.
    done.catch(() => undefined);
  }

  async #act(told: Told, act: Act): Promise<void> {
    const { orderId } = told.order;
    if (act.type === 'cancel' && act.once !== undefined) await this.#untilCalled(orderId, act.once);
    await this.#clock.pause(act.afterMs);
    switch (act.type) {
      case 'dispatch':
        return this.#services.dispatch(orderId);
      case 'cancel': {
        const status = await this.#untilAnswered(() => noted(told, 'cancel', () => this.#shop.cancel(orderId)));
        told.isCancelTaken = status === 202 || status === 200;
        return undefined;
      }
      case 'decide': {
        const status = await this.#untilAnswered(() => noted(told, 'decide', () => this.#shop.decide(orderId, act.decision)));
        if (status === 200) told.decision = act.decision;
        return undefined;
      }
      default:
        return act satisfies never;
    }
  }

  /** It may never come to that. */
  async #untilCalled(orderId: string, route: string): Promise<void> {
    await this.#clock.until(async () => (await this.#services.calls(orderId)).some((call) => call.route === route), CALLED_WITHIN_MS);
  }

  async #untilAnswered(ask: () => Promise<Status>): Promise<Status> {
    for (let tries = 1; ; tries += 1) {
      const status = await ask();
      // While the coordinator is being killed, something in front of it may answer with a 5xx.
      if ((typeof status === 'number' && status < 500) || tries >= MAX_TRIES) return status;
      await this.#clock.pause(TRY_AGAIN_MS);
    }
  }
}

async function noted({ answers }: Told, asked: Answered['asked'], ask: () => Promise<Status>): Promise<Status> {
  const from = Date.now();
  const status = await ask();
  answers.push({ asked, status, from, to: Date.now() });
  return status;
}
