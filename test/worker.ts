/** The Worker for local use, with an ear at the queue of domain events: what it carries is kept outside of the runtime, for tests to see. */

import { env } from 'cloudflare:workers';
import local from '../src/local/worker.ts';
import { RECEIVER } from './order/event-receiver.ts';

export { OrderSaga, SimulatedLedger, SimulatedServices } from '../src/local/worker.ts';

interface Told {
  readonly events: readonly unknown[];
}

export default {
  ...local,
  async queue(batch: MessageBatch<Told>) {
    if (batch.queue === 'order-events') for (const { body } of batch.messages) await keep(body);
    await local.queue(batch, env);
  },
};

async function keep({ events }: Told): Promise<void> {
  if (events.length > 0) await fetch(`${RECEIVER}/queue`, { method: 'POST', body: JSON.stringify(events) });
}
