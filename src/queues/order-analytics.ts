/**
 * One data point for each order that comes to rest, for Workers Analytics Engine, where a data set is bound. Not exactly one: a Worker that
 * ends between the read model and this writes none, and a read model made anew brings no points back. Counts that have to be right are
 * the read model's.
 */

import type { OrderSummary } from '../order/order-message.ts';

/** What is needed of the data set. */
export type Analytics = Pick<AnalyticsEngineDataset, 'writeDataPoint'>;

/** Never throws: no order is worth less for a point that could not be written. */
export function tellAnalytics(analytics: Analytics | undefined, rested: readonly OrderSummary[]): void {
  if (!analytics) return;
  for (const summary of rested) {
    try {
      analytics.writeDataPoint(pointOf(summary));
    } catch (error) {
      console.warn(JSON.stringify({ message: 'A data point could not be written', error: String(error) }));
    }
  }
}

/** Sampled by tenant. Nothing in it is a customer's. */
function pointOf({ view, placed_at: placedAt, failures }: OrderSummary): AnalyticsEngineDataPoint {
  const seconds = (Date.parse(view.updated_at) - placedAt) / 1_000;
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
  return {
    indexes: [view.tenant],
    blobs: [view.saga, view.saga_status, view.status, view.error?.step ?? '', view.error?.code ?? '', view.tenant],
    doubles: [seconds, failed],
  };
}
