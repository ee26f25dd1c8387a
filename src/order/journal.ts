/**
 * The order's journal: one append-only table, one row for each transaction. The state is a fold over it, the history is it.
 * Rows are what an order costs, so it has no index and no column that is not needed. Each row is sealed: src/order/seal.ts.
 */

import type { SagaEvent } from '../saga/event.ts';
import { journalRow, lastSeal, storedRow } from './journal-schema.ts';
import { erased, NO_SEAL, sealOf, shownRow, type Pointers, type Seal } from './seal.ts';
import { recordedRow, type RecordedRow } from './wire.ts';

export interface JournalEntry {
  /** The sequence number of its first event; the others follow on. */
  readonly seq: number;
  readonly at: number;
  readonly events: readonly SagaEvent[];
}

export interface SealedEntry extends JournalEntry {
  /** Of this row's seal: it stands for the journal up to here. */
  readonly hash: string;
}

interface StoredRow {
  readonly seq: number;
  readonly at: number;
  readonly events: readonly unknown[];
  readonly seal: Seal;
}

export interface JournalRead {
  readonly entries: readonly SealedEntry[];
  /** Where the first entry that can't be read begins. */
  readonly unreadable: { readonly seq: number; readonly why: string } | null;
}

/** What is needed of an object's storage. */
export type JournalStorage = Pick<DurableObjectStorage, 'sql' | 'transactionSync'>;

export class Journal {
  readonly #sql: SqlStorage;
  readonly #storage: JournalStorage;
  #exists: boolean;
  /** Its rows have a place for a seal. */
  #hasSeals: boolean;
  /** The last row's; null: not looked at in this life. */
  #lastHash: string | null = null;

  constructor(storage: JournalStorage) {
    const { sql } = storage;
    this.#storage = storage;
    this.#sql = sql;
    const tables = sql.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('journal', 'blank')").toArray();
    const journal = tables.find(({ name }) => name === 'journal');
    this.#exists = journal !== undefined;
    this.#hasSeals = !journal || sql.exec("SELECT 1 FROM pragma_table_info('journal') WHERE name = 'seal'").toArray().length > 0;
    if (tables.some(({ name }) => name === 'blank')) this.tidy();
  }

  /** There was an order, and its time is over. */
  get isEmptied(): boolean {
    return this.#exists && this.#sql.exec('SELECT seq FROM journal LIMIT 1').toArray().length === 0;
  }

  /** Oldest first, up to the first that can't be read: nothing is ever skipped. */
  read(): JournalRead {
    const entries: SealedEntry[] = [];
    for (const row of this.#select()) {
      const entry = journalRow.safeParse(row);
      if (!entry.success) return { entries, unreadable: { seq: Number(row['seq']), why: entry.error.message } };
      const { seal, ...recorded } = entry.data;
      entries.push({ ...recorded, hash: seal.hash });
    }
    return { entries, unreadable: null };
  }

  /** Every row as others may see it, with the seal before it. Throws where a row is none of ours. */
  rows(): readonly RecordedRow[] {
    const rows = this.#stored();
    return rows.map(({ seq, at, events, seal }, index) => {
      const shown = shownRow(events, seal);
      return recordedRow.parse({ seq, at, events: shown.events, previous: rows[index - 1]?.seal.hash ?? NO_SEAL, ...shown.seal });
    });
  }

  /** One row, durable together with whatever else is written in the same turn. The table is made with the first: looking at an order that does not exist writes nothing. */
  append(entry: JournalEntry, pointers: Pointers): SealedEntry {
    if (this.#exists) return this.#add(entry, pointers);
    const added = this.#atOnce(() => {
      this.#sql.exec(TABLE);
      return this.#add(entry, pointers);
    });
    this.#exists = true;
    return added;
  }

  #add(entry: JournalEntry, pointers: Pointers): SealedEntry {
    const seal = sealOf(this.#readLastHash(), entry, pointers, newSalt);
    this.#insert({ ...entry, seal });
    return { ...entry, hash: seal.hash };
  }

  /** Rows that a version of a time before there were seals has written get their own now; `entries` are all that there are. True where there were any. */
  sealAll(entries: readonly SealedEntry[], pointersIn: (events: readonly SagaEvent[]) => Pointers): boolean {
    const from = entries.findIndex(({ hash }) => hash === NO_SEAL);
    if (from === -1) return false;
    if (!this.#hasSeals) this.#sql.exec("ALTER TABLE journal ADD COLUMN seal TEXT NOT NULL DEFAULT ''");
    this.#hasSeals = true;
    let hash = entries[from - 1]?.hash ?? NO_SEAL;
    for (const { seq, at, events } of entries.slice(from)) {
      const seal = sealOf(hash, { seq, at, events }, pointersIn(events), newSalt);
      this.#sql.exec('UPDATE journal SET seal = ? WHERE seq = ?', JSON.stringify(seal), seq);
      ({ hash } = seal);
    }
    return true;
  }

  /** A last row, and with it the personal data goes out of every row: both, or neither. */
  appendErasure(entry: JournalEntry, pointers: Pointers): void {
    this.#atOnce(() => {
      this.#add(entry, pointers);
      this.#erase();
    });
  }

  #erase(): void {
    this.#replace(this.#stored().map(({ seq, at, events, seal }) => ({ seq, at, ...erased(events, seal) })));
  }

  /** Nothing is left but that there was a journal. */
  empty(): void {
    this.#atOnce(() => this.#replace([]));
  }

  /** A turn alone does not undo what it has written where it fails half-way, and half-way there is no journal, or an empty one. */
  #atOnce<Value>(work: () => Value): Value {
    try {
      return this.#storage.transactionSync(work);
    } catch (error) {
      this.#lastHash = null;
      throw error;
    }
  }

  /**
   * The pages that held the rows are filled with zeros, or they would keep them for as long as nothing else needs them: SQLite only marks
   * them as free. They stay in a table until that is durable, since free pages are not written.
   */
  #replace(rows: readonly (Omit<StoredRow, 'events'> & { readonly events: unknown })[]): void {
    const pages = Math.ceil(this.#sql.databaseSize / PAGE_BYTES);
    this.#sql.exec('CREATE TABLE IF NOT EXISTS blank (bytes BLOB)');
    this.#sql.exec('DROP TABLE journal');
    for (let filled = 0; filled <= pages; filled += MAX_BLANK_PAGES) {
      this.#sql.exec('INSERT INTO blank VALUES (zeroblob(?))', blankBytes(Math.min(pages + 1 - filled, MAX_BLANK_PAGES)));
    }
    this.#sql.exec(TABLE);
    this.#lastHash = null;
    for (const row of rows) this.#insert(row);
  }

  /** To be called when an erasure is durable; harmless at any time. */
  tidy(): void {
    this.#sql.exec('DROP TABLE IF EXISTS blank');
  }

  #select(): readonly Record<string, SqlStorageValue>[] {
    if (!this.#exists) return [];
    const seal = this.#hasSeals ? `iif(seal = '', '{"hash":""}', seal)` : `'{"hash":""}'`;
    return this.#sql.exec(`SELECT seq, at, events, ${seal} AS seal FROM journal ORDER BY seq`).toArray();
  }

  readonly #stored = (): readonly StoredRow[] => this.#select().map((row) => storedRow.parse(row));

  #insert({ seq, at, events, seal }: Omit<StoredRow, 'events'> & { readonly events: unknown }): void {
    const row = [seq, at, JSON.stringify(events), JSON.stringify(seal)];
    this.#sql.exec('INSERT INTO journal (seq, at, events, seal) VALUES (?, ?, ?, ?)', ...row);
    this.#lastHash = seal.hash;
  }

  #readLastHash(): string {
    if (this.#lastHash !== null) return this.#lastHash;
    const [last] = this.#sql.exec("SELECT seal ->> '$.hash' AS hash FROM journal ORDER BY seq DESC LIMIT 1").toArray();
    return last ? lastSeal.parse(last).hash : NO_SEAL;
  }
}

const newSalt = (): string => crypto.randomUUID();

/** A version of before the seals has to be able to go on with it, should a deployment be taken back: it writes none. */
const TABLE = `CREATE TABLE journal
  (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, events TEXT NOT NULL, seal TEXT NOT NULL DEFAULT '')`;

/** SQLite's, here. */
const PAGE_BYTES = 4_096;

/** Below the platform's 2 MB for a value. */
const MAX_BLANK_PAGES = 400;

/**
 * A blob that fills so many pages to the last byte: SQLite keeps four bytes of each for itself, and 485 bytes of the blob stand with its row.
 * https://www.sqlite.org/fileformat2.html#cell_payload_overflow_pages
 */
const blankBytes = (pages: number): number => pages * (PAGE_BYTES - 4) + 485;
