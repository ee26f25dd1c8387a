/** Answers that more than one field decides. */

import type { ReadAnswer } from '../saga/definition.ts';
import { parseMoney } from '../saga/money.ts';
import { fields, isRecord, unavailableItemsOf } from '../saga/read-answer.ts';

/** `{available: false, unavailable_items?}` is a refusal; without a Boolean `available` nothing is known. */
export const available: ReadAnswer<Readonly<Record<never, string>>> = (body) => {
  if (!isRecord(body) || typeof body['available'] !== 'boolean') return null;
  if (body['available']) return { type: 'succeeded', output: {} };
  const unavailableItems = unavailableItemsOf(body);
  const skus = unavailableItems?.map(({ sku }) => sku).join(', ');
  const message = skus ? `Not available: ${skus}` : 'The items are not available';
  return { type: 'refused', code: 'not_available', message, ...(unavailableItems && { unavailableItems }) };
};

const payment = fields('payment_id');

/** A charge that names another amount than the order's is not the charge that was asked for: nothing is known, so it will be undone. */
export const charged: ReadAnswer<Readonly<Record<'payment_id', string>>> = (body, order) => {
  if (isRecord(body) && body['amount'] !== undefined) {
    const { amount } = body;
    if (typeof amount !== 'string' && typeof amount !== 'number') return null;
    const parsed = parseMoney(amount, order.currency);
    if (!parsed.ok || parsed.value !== order.totalMinor) return null;
  }
  return payment(body);
};
