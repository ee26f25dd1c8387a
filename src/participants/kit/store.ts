/** Where the kit keeps its keys: beside the service's own data, so that an effect and its key stand or fall together. */

import { SCHEMA, type Transaction } from './key-table.ts';

export interface Store<Write> {
  /** Runs all of it in one transaction, with the service's own writes behind it, or nothing. */
  run<Result>(transaction: Transaction<Result>, writes?: readonly Write[]): Result | Promise<Result>;
}

/** In a D1 database. Its table is made when it is first missed. */
export class D1Store implements Store<D1PreparedStatement> {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async run<Result>({ statements, read }: Transaction<Result>, writes: readonly D1PreparedStatement[] = []): Promise<Result> {
    const prepared = statements.map(({ sql, values }) => this.#database.prepare(sql).bind(...values));
    const results = await this.#batch([...prepared, ...writes]);
    return read(results.slice(0, statements.length).map((result) => result.results));
  }

  async #batch(all: D1PreparedStatement[]): Promise<D1Result[]> {
    try {
      return await this.#database.batch(all);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes('no such table: participant_operations')) throw error;
      await this.#database.prepare(SCHEMA).run();
      return this.#database.batch(all);
    }
  }
}

/** In a Durable Object's SQLite storage. Synchronous; a write is a function that does it there and then. */
export class DurableStore implements Store<() => void> {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    storage.sql.exec(SCHEMA);
  }

  run<Result>({ statements, read }: Transaction<Result>, writes: readonly (() => void)[] = []): Result {
    return this.#storage.transactionSync(() => {
      const rows = statements.map(({ sql, values }) => this.#storage.sql.exec(sql, ...values).toArray());
      for (const write of writes) write();
      return read(rows);
    });
  }
}
