/**
 * The floor: an object that makes the same calls and writes a row for each step, with nothing that would take them up again after a crash.
 * It is here to show what the calls and the writes cost by themselves, and is no way to handle an order.
 */

import { DurableObject } from 'cloudflare:workers';
import type { OrderRequest } from '../../order.ts';
import { calls, Refused, send, type Services } from '../calls.ts';

interface Env extends Services {
  readonly ORDERS: DurableObjectNamespace<OrderObject>;
}

export class OrderObject extends DurableObject<Env> {
  start(order: OrderRequest): void {
    this.ctx.storage.sql.exec('CREATE TABLE steps (id INTEGER PRIMARY KEY, step TEXT NOT NULL, data TEXT NOT NULL)');
    this.#note('placed', order);
    setTimeout(() => void this.#run(order), 0);
  }

  async #run(order: OrderRequest): Promise<void> {
    await this.#do('availability', order, calls.availability(order));
    const { reservation_id: reservation } = await this.#do<{ reservation_id: string }>('reserve', order, calls.reserve(order));
    try {
      await this.#do('charge', order, calls.charge(order));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      await this.#do('release', order, calls.release(order, reservation));
      return;
    }
    await this.#do('ship', order, calls.ship(order));
    const channels = ['email', 'push'] as const;
    const sent = await Promise.all(channels.map((channel) => send(this.env, channel, order.order_id, calls.confirm(order, channel))));
    this.#note('confirm', sent);
  }

  async #do<Answer>(step: string, order: OrderRequest, call: Parameters<typeof send>[3]): Promise<Answer> {
    const answer = await send<Answer>(this.env, step, order.order_id, call);
    this.#note(step, answer);
    return answer;
  }

  #note(step: string, data: unknown): void {
    this.ctx.storage.sql.exec('INSERT INTO steps (step, data) VALUES (?, ?)', step, JSON.stringify(data));
  }
}

export default {
  async fetch(request, env) {
    const order = await request.json<OrderRequest>();
    await env.ORDERS.getByName(order.order_id).start(order);
    return Response.json({ id: order.order_id }, { status: 202 });
  },
} satisfies ExportedHandler<Env>;
