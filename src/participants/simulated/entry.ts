/** The entries of a ledger: facts, appended and never changed. What an order cost or holds is only ever derived from these. */

import * as z from 'zod';

const stockFacts = <Kind extends string>(kind: Kind) =>
  z.object({ kind: z.literal(kind), sku: z.string(), quantity: z.int(), reference: z.string() });

const moneyFacts = <Kind extends string>(kind: Kind) =>
  z.object({ kind: z.literal(kind), amount_minor: z.int(), currency: z.string(), reference: z.string() });

const shipmentFacts = <Kind extends string>(kind: Kind) => z.object({ kind: z.literal(kind), reference: z.string() });

export const entryFactsSchema = z.discriminatedUnion('kind', [
  stockFacts('reserved'),
  stockFacts('released'),
  moneyFacts('charged'),
  moneyFacts('refunded'),
  shipmentFacts('shipped'),
  shipmentFacts('dispatched'),
  shipmentFacts('cancelled'),
  shipmentFacts('returned'),
  z.object({ kind: z.literal('notified'), channel: z.string(), template: z.string() }),
]);

export type EntryFacts = z.output<typeof entryFactsSchema>;

export interface Entry {
  readonly seq: number;
  readonly tenant: string;
  readonly order_id: string;
  readonly idempotency_key: string;
  /** The key of the operation that this one reversed. */
  readonly undoes: string | null;
  readonly at: string;
  readonly facts: EntryFacts;
}
