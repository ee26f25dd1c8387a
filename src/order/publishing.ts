/** The outbox of an order's object, put together: from its record, to the queue and the webhook, with its note in the object's storage. */

import { sagaStatus } from '../saga/status.ts';
import type { Configuration, CoordinatorEnv } from './configuration.ts';
import type { OrderRecord } from './order-record.ts';
import { Outbox } from './outbox.ts';

const PUBLISHED = 'published';

export const openOutbox = (
  { id, storage }: DurableObjectState,
  env: () => CoordinatorEnv,
  record: OrderRecord,
  { configured, arm }: { readonly configured: () => Configuration; readonly arm: () => void },
): Outbox =>
  new Outbox({
    order: id.name ?? id.toString(),
    journal: () => ({ definition: record.current().definition, entries: record.entries() }),
    lastSeq: () => record.lastSeq,
    // An order that is gone is at rest.
    isAtRest: () => record.state === null || record.state.ending !== null,
    isRunning: () => {
      const { standing } = record;
      return standing.type === 'driven' && sagaStatus(standing.definition, standing.state) === 'running';
    },
    queue: (message) => env().ORDER_EVENTS.send(message),
    webhook: () => configured().eventWebhook,
    readNote: () => (record.exists ? storage.kv.get(PUBLISHED) : undefined),
    writeNote: (note) => storage.kv.put(PUBLISHED, note),
    arm,
  });
