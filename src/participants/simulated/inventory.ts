/** The simulated inventory: reserves all of an order's items or none, and gives back what it reserved. Reservations don't expire here. */

import * as z from 'zod';
import { refusal, route, undo, undone, type Answer, type Books, type Route } from './service.ts';

const itemSchema = z.object({ sku: z.string().min(1), quantity: z.int().positive() });

type Items = readonly z.output<typeof itemSchema>[];

const availabilitySchema = z.object({ order_id: z.string(), items: z.array(itemSchema).min(1), payment_method: z.string() });

const reservationSchema = z.object({
  order_id: z.string(),
  items: z.array(itemSchema).min(1),
  expires_in_minutes: z.number().positive(),
});

const releaseSchema = z.object({
  order_id: z.string(),
  reservation_id: z.string().nullable(),
  reason: z.string(),
  undoes: z.string().min(1),
});

export const inventory: readonly Route[] = [
  route('/availability', availabilitySchema, ({ items }, books) => availability(items, books)),
  route('/reservations', reservationSchema, ({ items }, books) => reserve(items, books)),
  route('/reservations/release', releaseSchema, release),
];

/** Several lines may name one SKU: it is their sum that has to be there. */
function quantityBySku(items: Items): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of items) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return sums;
}

const shortages = (items: Items, books: Books) =>
  [...quantityBySku(items)]
    .map(([sku, requested]) => ({ sku, requested, available: books.stockOf(sku) }))
    .filter(({ requested, available }) => requested > available);

function availability(items: Items, books: Books): Answer {
  const short = shortages(items, books);
  return { status: 200, body: short.length === 0 ? { available: true } : { available: false, unavailable_items: short } };
}

function reserve(items: Items, books: Books): Answer {
  const short = shortages(items, books);
  if (short.length > 0) {
    return refusal(409, 'out_of_stock', `Out of stock: ${short.map(({ sku }) => sku).join(', ')}`, { unavailable_items: short });
  }
  const reference = `res_${crypto.randomUUID()}`;
  for (const [sku, quantity] of quantityBySku(items)) {
    books.setStock(sku, books.stockOf(sku) - quantity);
    books.record({ kind: 'reserved', sku, quantity, reference });
  }
  return { status: 201, body: { reservation_id: reference } };
}

function release({ undoes, reservation_id }: z.output<typeof releaseSchema>, books: Books): Answer {
  return undo(books, { undoes, reference: reservation_id }, (done) => {
    const reserved = done.filter((facts) => facts.kind === 'reserved');
    for (const { sku, quantity, reference } of reserved) {
      books.setStock(sku, books.stockOf(sku) + quantity);
      books.record({ kind: 'released', sku, quantity, reference }, undoes);
    }
    return undone({ reservation_id: reserved[0]?.reference ?? null });
  });
}
