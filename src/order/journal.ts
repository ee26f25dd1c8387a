/**
 * The order's journal: one append-only table, one row for each transaction. The state is a fold over it, the history is it.
 * Rows are what an order costs, so it has no index and no column that is not needed.
 */

import type { SagaEvent } from '../saga/event.ts';
import { journalRow } from './journal-schema.ts';

export interface JournalEntry {
  /** The sequence number of its first event; the others follow on. */
  readonly seq: number;
  readonly at: number;
  readonly events: readonly SagaEvent[];
}

export interface JournalRead {
  readonly entries: readonly JournalEntry[];
  /** Where the first entry that can't be read begins. */
  readonly unreadable: { readonly seq: number; readonly why: string } | null;
}

export class Journal {
  readonly #sql: SqlStorage;
  #exists: boolean;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#exists = sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'journal'").toArray().length > 0;
  }

  /** Oldest first, up to the first that can't be read: nothing is ever skipped. */
  read(): JournalRead {
    const entries: JournalEntry[] = [];
    if (!this.#exists) return { entries, unreadable: null };
    for (const row of this.#sql.exec('SELECT seq, at, events FROM journal ORDER BY seq').toArray()) {
      const entry = journalRow.safeParse(row);
      if (!entry.success) return { entries, unreadable: { seq: Number(row['seq']), why: entry.error.message } };
      entries.push(entry.data);
    }
    return { entries, unreadable: null };
  }

  /** One row, durable together with whatever else is written in the same turn. The table is made with the first: looking at an order that does not exist writes nothing. */
  append({ seq, at, events }: JournalEntry): void {
    if (!this.#exists) this.#sql.exec('CREATE TABLE journal (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, events TEXT NOT NULL)');
    this.#exists = true;
    this.#sql.exec('INSERT INTO journal (seq, at, events) VALUES (?, ?, ?)', seq, at, JSON.stringify(events));
  }
}
