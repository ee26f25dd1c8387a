/**
 * The same saga on Cloudflare Workflows, as its documentation teaches it: a step for each call, the undo beside it as the step's `rollback`,
 * retries with back-off, and `NonRetryableError` for what will not be otherwise next time.
 */

import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers';
import { NonRetryableError } from 'cloudflare:workflows';
import type { OrderRequest } from '../../order.ts';
import { calls, Refused, send, type Services } from '../calls.ts';

interface Env extends Services {
  readonly ORDERS: Workflow<OrderRequest>;
}

const STEP = { retries: { limit: 5, delay: '1 second', backoff: 'exponential' }, timeout: '30 seconds' } as const;

const rollbackConfig = { retries: { limit: 5, delay: '1 second', backoff: 'exponential' }, timeout: '2 minutes' } as const;

export class OrderWorkflow extends WorkflowEntrypoint<Env, OrderRequest> {
  override async run({ payload: order }: Readonly<WorkflowEvent<OrderRequest>>, step: WorkflowStep): Promise<void> {
    const make = <Answer>(operation: string, call: Parameters<typeof send>[3]) => this.#make<Answer>(operation, order, call);
    await step.do('check availability', STEP, () => make<{ available: boolean }>('availability', calls.availability(order)));
    await step.do('reserve stock', STEP, () => make<{ reservation_id: string }>('reserve', calls.reserve(order)), {
      // A step that failed has no output: a service that refused has done nothing.
      rollback: async ({ output }) => void (output && (await make('release', calls.release(order, output.reservation_id)))),
      rollbackConfig,
    });
    await step.do('charge', STEP, () => make<{ payment_id: string }>('charge', calls.charge(order)), {
      rollback: async ({ output }) => void (output && (await make('refund', calls.refund(order, output.payment_id)))),
      rollbackConfig,
    });
    await step.do('ship', STEP, () => make<{ shipment_id: string }>('ship', calls.ship(order)), {
      rollback: async ({ output }) => void (output && (await make('cancel', calls.cancelShipment(order, output.shipment_id)))),
      rollbackConfig,
    });
    await Promise.all([
      step.do('confirm by e-mail', STEP, () => make<object>('email', calls.confirm(order, 'email'))),
      step.do('confirm by push', STEP, () => make<object>('push', calls.confirm(order, 'push'))),
    ]);
  }

  async #make<Answer>(operation: string, order: OrderRequest, call: Parameters<typeof send>[3]): Promise<Answer> {
    try {
      return await send<Answer>(this.env, operation, order.order_id, call);
    } catch (error) {
      throw error instanceof Refused ? new NonRetryableError(error.message) : error;
    }
  }
}

export default {
  async fetch(request, env) {
    const order = await request.json<OrderRequest>();
    const instance = await env.ORDERS.create({ id: order.order_id, params: order });
    return Response.json({ id: instance.id }, { status: 202 });
  },
} satisfies ExportedHandler<Env>;
