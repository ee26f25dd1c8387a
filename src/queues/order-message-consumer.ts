/**
 * Feeds the read model with what the orders' objects tell, many orders in one transaction. While the database is away the messages stay
 * in their queue, and after that in its dead letters, which come here as well: orders themselves never wait for any of it.
 */

import { orderMessage, type OrderSummary } from '../order/order-message.ts';
import { applySummaries, type WritableDatabase } from '../read-model/apply.ts';
import { tellAnalytics, type Analytics } from './order-analytics.ts';

const TROUBLE_SECONDS = 10;
const MAX_TROUBLE_SECONDS = 600;

interface Places {
  readonly database: WritableDatabase;
  readonly analytics: Analytics | undefined;
}

interface Readable {
  readonly message: Message;
  readonly summary: OrderSummary;
}

/** Never throws: a consumer that does has the whole batch brought again, acknowledged messages too. */
export async function consumeOrderMessages(
  batch: Pick<MessageBatch, 'messages'>,
  database: WritableDatabase,
  analytics?: Analytics,
): Promise<void> {
  const readable = batch.messages.flatMap((message) => read(message) ?? []);
  const places = { database, analytics };
  if (await take(places, readable)) return;
  // One that can't be taken must not keep the others out.
  await Promise.all(readable.map((one) => take(places, [one])));
}

function read(message: Message): Readable | null {
  const parsed = orderMessage.safeParse(message.body);
  if (parsed.success) return { message, summary: parsed.data.order };
  // Nobody of ours sends this, and no later try will make it readable.
  console.error(JSON.stringify({ message: 'An order message could not be read', id: message.id, issues: parsed.error.issues }));
  message.ack();
  return null;
}

/** Whether they were taken. Several that were not are left as they are; a single one is asked for again. */
async function take({ database, analytics }: Places, messages: readonly Readable[]): Promise<boolean> {
  try {
    const rested = await applySummaries(
      database,
      messages.map(({ summary }) => summary),
    );
    for (const { message } of messages) message.ack();
    tellAnalytics(analytics, rested);
    return true;
  } catch (error) {
    const [only, another] = messages;
    if (!only || another) return false;
    const { tenant, order_id: orderId } = only.summary.view;
    console.error(JSON.stringify({ message: 'The read model could not take an order', tenant, order_id: orderId, error: String(error) }));
    only.message.retry({ delaySeconds: Math.min(TROUBLE_SECONDS * only.message.attempts, MAX_TROUBLE_SECONDS) });
    return false;
  }
}
