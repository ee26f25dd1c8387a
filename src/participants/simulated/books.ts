/** The tables behind the services' handlers: entries, stock. Entries are only ever appended. */

import * as z from 'zod';
import { entryFactsSchema, type Entry, type EntryFacts } from './entry.ts';
import type { Books } from './service.ts';

const DEFAULT_STOCK = 1_000_000_000;

/** The row that holds the default: no item has an empty SKU. */
const ANY_SKU = '';

const factsColumn = z.string().transform((text) => entryFactsSchema.parse(JSON.parse(text)));

const factsRowSchema = z.object({ facts: factsColumn }).transform(({ facts }) => facts);

const entrySchema = z.object({
  seq: z.int(),
  tenant: z.string(),
  order_id: z.string(),
  idempotency_key: z.string(),
  undoes: z.string().nullable(),
  at: z.string(),
  facts: factsColumn,
});

const levelSchema = z.object({ level: z.int() });

/** Whose operation it is that writes. */
export interface Author {
  readonly key: string;
  readonly tenant: string;
  readonly orderId: string;
}

export class LedgerBooks {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`create table if not exists entries (seq integer primary key, tenant text not null, order_id text not null,
      idempotency_key text not null, undoes text, at text not null, facts text not null)`);
    sql.exec('create index if not exists entries_of_order on entries (order_id, tenant)');
    sql.exec('create index if not exists entries_under_key on entries (idempotency_key)');
    sql.exec('create index if not exists entries_undoing on entries (undoes) where undoes is not null');
    sql.exec('create table if not exists stock (sku text primary key, level integer not null) without rowid');
  }

  /** The books for one operation. The caller holds the transaction. */
  openFor(author: Author, now: number): Books {
    return {
      record: (facts, undoes) => this.#append(author, facts, undoes ?? null, now),
      doneUnder: (key) => this.#factsUnder(key),
      isReversed: (key) => this.#has('select 1 from entries where undoes = ? limit 1', key),
      isDispatched: (id) => this.#dispatched(author).includes(id),
      stockOf: (sku) => this.#levelOf(sku) ?? this.#levelOf(ANY_SKU) ?? DEFAULT_STOCK,
      setStock: (sku, level) => this.setStock(sku, level),
    };
  }

  /** With null, the level that SKUs never heard of start with. */
  setStock(sku: string | null, level: number): void {
    this.#sql.exec('insert or replace into stock (sku, level) values (?, ?)', sku ?? ANY_SKU, level);
  }

  /** Marks the order's live shipments as picked up. Returns how many that were. */
  dispatch(tenant: string, orderId: string, now: number): number {
    const entries = this.entriesOf(tenant, orderId).map(({ facts }) => facts);
    const settled = new Set(entries.flatMap((facts) => (facts.kind !== 'shipped' && 'reference' in facts ? [facts.reference] : [])));
    const live = entries.filter((facts) => facts.kind === 'shipped').filter(({ reference }) => !settled.has(reference));
    for (const { reference } of live) this.#append({ key: '', tenant, orderId }, { kind: 'dispatched', reference }, null, now);
    return live.length;
  }

  entriesOf(tenant: string, orderId: string): readonly Entry[] {
    return this.#sql
      .exec('select * from entries where order_id = ? and tenant = ? order by seq', orderId, tenant)
      .toArray()
      .map((row) => entrySchema.parse(row));
  }

  #append({ key, tenant, orderId }: Author, facts: EntryFacts, undoes: string | null, now: number): void {
    const values = [tenant, orderId, key, undoes, new Date(now).toISOString(), JSON.stringify(facts)];
    this.#sql.exec('insert into entries (tenant, order_id, idempotency_key, undoes, at, facts) values (?, ?, ?, ?, ?, ?)', ...values);
  }

  #factsUnder(key: string): readonly EntryFacts[] {
    const rows = this.#sql.exec('select facts from entries where idempotency_key = ? order by seq', key).toArray();
    return rows.map((row) => factsRowSchema.parse(row));
  }

  #dispatched({ tenant, orderId }: Author): readonly string[] {
    const dispatched = this.entriesOf(tenant, orderId).map(({ facts }) => facts);
    return dispatched.filter((facts) => facts.kind === 'dispatched').map(({ reference }) => reference);
  }

  #levelOf(sku: string): number | undefined {
    const [row] = this.#sql.exec('select level from stock where sku = ?', sku).toArray();
    return row && levelSchema.parse(row).level;
  }

  #has(query: string, key: string): boolean {
    return this.#sql.exec(query, key).toArray().length > 0;
  }
}
