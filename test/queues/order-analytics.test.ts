import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OrderSummary } from '../../src/order/order-message.ts';
import type { Analytics } from '../../src/queues/order-analytics.ts';
import { consumeOrderMessages } from '../../src/queues/order-message-consumer.ts';
import { begun, completed, inReview, rolledBack } from '../read-model/summaries.ts';

const database = env.READ_MODEL;

beforeEach(async () => {
  await database.batch(
    ['orders', 'reviews', 'review_causes', 'tallies', 'step_failures'].map((table) => database.prepare(`DELETE FROM ${table}`)),
  );
});

/** A data set that keeps what is written. */
function dataSet(): { readonly points: (AnalyticsEngineDataPoint | undefined)[]; readonly analytics: Analytics } {
  const points: (AnalyticsEngineDataPoint | undefined)[] = [];
  return { points, analytics: { writeDataPoint: (point) => void points.push(point) } };
}

function bring(analytics: Analytics | undefined, ...summaries: readonly OrderSummary[]): Promise<void> {
  const messages = summaries.map((order, index) => ({
    id: `m${index}`,
    timestamp: new Date(),
    attempts: 1,
    body: { order, events: [] },
    ack: () => undefined,
    retry: () => expect.fail('The message was not taken'),
  }));
  return consumeOrderMessages({ messages }, database, analytics);
}

describe('a data set that is bound', () => {
  it('gets a point for each order that comes to rest, and none for what comes twice, late, or on the way', async () => {
    const { points, analytics } = dataSet();
    await bring(analytics, begun('a'), begun('b'), begun('c'));
    expect(points).toEqual([]);
    const updated = { updated_at: '2026-11-21T12:00:01.500Z' };
    await bring(analytics, completed('a', { view: updated }), rolledBack('b', { view: updated }));
    await bring(analytics, completed('a'), begun('a'), rolledBack('b'));
    expect(points).toEqual([
      { indexes: ['acme'], blobs: ['order_fulfillment', 'completed', 'completed', '', '', 'acme'], doubles: [1.5, 0] },
      { indexes: ['acme'], blobs: ['order_fulfillment', 'compensated', 'failed', '', '', 'acme'], doubles: [1.5, 1] },
    ]);
  });

  it('gets another when an order that rested comes to rest again, and none when a carrier reports', async () => {
    const { points, analytics } = dataSet();
    await bring(analytics, inReview('a'), completed('b'));
    const reviewed = { completed: 0, compensated: 1, needs_review: 1 };
    await bring(analytics, rolledBack('a', { seq: 20, ended: reviewed }), completed('b', { seq: 10, view: { status: 'delivered' } }));
    expect(points.map((point) => point?.blobs?.[1])).toEqual(['needs_review', 'completed', 'compensated']);
  });

  it('that fails, or none at all, keeps nothing from the read model', async () => {
    await bring({ writeDataPoint: () => expect.fail('Too many data points') }, completed('a'));
    await bring(undefined, completed('b'));
    expect(await database.prepare('SELECT count(*) AS count FROM orders').first()).toEqual({ count: 2 });
  });
});
