/** What accounting needs of an order that is gone: what it was worth, what became of it and when. Nothing in it tells who its customer was. */

import type { OrderSummary } from './order-message.ts';
import { ERASED, isCode } from './personal-data.ts';

/** Newer than whatever the order has told of itself: it is the last word. */
export function accountOf({ view, ...summary }: OrderSummary): OrderSummary {
  const { error } = view;
  return {
    ...summary,
    seq: summary.seq + 1,
    due_at: null,
    waits: [],
    view: {
      ...view,
      customer_id: ERASED,
      error: error && { ...error, code: isCode(error.code) ? error.code : ERASED, message: ERASED },
      reservation_id: null,
      shipment_id: null,
      tracking_number: null,
      review: null,
    },
  };
}
