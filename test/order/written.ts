/** Rows that an object writes, as the platform bills them: a statement's own figure, and one for each alarm and each value that is set. */

export interface Writing {
  /** Also of a statement that writes none. */
  readonly statement: (query: string, bindings: readonly SqlStorageValue[], rows: number) => void;
  /** One row. */
  readonly value: (what: string) => void;
}

/** Tells of each from now on. */
export function watchWriting(storage: DurableObjectStorage, { statement, value }: Writing): void {
  const exec = storage.sql.exec.bind(storage.sql);
  const setAlarm = storage.setAlarm.bind(storage);
  const put = storage.kv.put.bind(storage.kv);
  Object.assign(storage.sql, {
    exec: (query: string, ...bindings: SqlStorageValue[]) => {
      const cursor = exec(query, ...bindings);
      statement(query, bindings, cursor.rowsWritten);
      return cursor;
    },
  });
  Object.assign(storage, {
    setAlarm: (at: number) => {
      value('alarm');
      return setAlarm(at);
    },
  });
  Object.assign(storage.kv, {
    put: (key: string, content: unknown) => {
      value(`kv ${key}`);
      put(key, content);
    },
  });
}
