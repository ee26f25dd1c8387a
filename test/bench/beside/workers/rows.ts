/** Counts the rows that an object writes, as the platform bills them: each cursor's own figure, and one for each alarm and each value set. */

let rows = 0;

/** Of all objects since this was asked last. */
function takeRows(): number {
  const taken = rows;
  rows = 0;
  return taken;
}

/** To be asked before the object's own constructor begins. */
export function countRows({ storage }: DurableObjectState): void {
  const exec = storage.sql.exec.bind(storage.sql);
  const setAlarm = storage.setAlarm.bind(storage);
  const put = storage.kv.put.bind(storage.kv);
  Object.assign(storage.sql, {
    exec: (query: string, ...bindings: SqlStorageValue[]) => {
      const cursor = exec(query, ...bindings);
      rows += cursor.rowsWritten;
      return cursor;
    },
  });
  Object.assign(storage, {
    setAlarm: (at: number) => {
      rows += 1;
      return setAlarm(at);
    },
  });
  Object.assign(storage.kv, {
    put: (key: string, value: unknown) => {
      rows += 1;
      put(key, value);
    },
  });
}

export const tellRows = (): Response => Response.json({ rows: takeRows() });

export const isAboutRows = (request: Request): boolean => new URL(request.url).pathname === '/rows';
