/** The simulated shipping service. A shipment can be cancelled until it is picked up; after that it can only be returned. */

import * as z from 'zod';
import { refusal, route, undo, undone, type Answer, type Books, type Route } from './service.ts';

const shipmentSchema = z.object({
  order_id: z.string(),
  address: z.object({ street: z.string(), city: z.string(), state: z.string(), postal_code: z.string(), country: z.string() }),
  items: z.array(z.object({ sku: z.string().min(1), quantity: z.int().positive(), name: z.string() })).min(1),
});

const undoSchema = z.object({ order_id: z.string(), shipment_id: z.string().nullable(), reason: z.string(), undoes: z.string().min(1) });

type Undo = z.output<typeof undoSchema>;

export const shipping: readonly Route[] = [
  route('/shipments', shipmentSchema, (_shipment, books) => ship(books)),
  route('/shipments/cancel', undoSchema, cancel),
  route('/shipments/return', undoSchema, giveBack),
];

function ship(books: Books): Answer {
  const reference = `shp_${crypto.randomUUID()}`;
  books.record({ kind: 'shipped', reference });
  return { status: 201, body: { shipment_id: reference, tracking_number: `TRK${crypto.randomUUID().replaceAll('-', '').toUpperCase()}` } };
}

function cancel({ undoes, shipment_id }: Undo, books: Books): Answer {
  return undoShipment(books, undoes, shipment_id, (reference) => {
    if (books.isDispatched(reference)) return refusal(409, 'already_dispatched', `${reference} has been picked up`);
    books.record({ kind: 'cancelled', reference }, undoes);
    return undone({ shipment_id: reference });
  });
}

/** What was never picked up has nowhere to come back from: it is cancelled. */
function giveBack({ undoes, shipment_id }: Undo, books: Books): Answer {
  return undoShipment(books, undoes, shipment_id, (reference) => {
    books.record({ kind: books.isDispatched(reference) ? 'returned' : 'cancelled', reference }, undoes);
    return undone({ shipment_id: reference });
  });
}

function undoShipment(books: Books, undoes: string, shipmentId: string | null, reverse: (reference: string) => Answer): Answer {
  return undo(books, { undoes, reference: shipmentId }, (done) => {
    const shipped = done.find((facts) => facts.kind === 'shipped');
    return shipped ? reverse(shipped.reference) : refusal(409, 'reference_mismatch', `${undoes} is not a shipment`);
  });
}
