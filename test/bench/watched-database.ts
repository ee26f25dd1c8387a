/** A D1 database that notes what is asked of it: the rows that each statement read, and its plan. */

export interface Watched {
  readonly database: D1Database;
  readonly rowsRead: () => number;
  /** Of the statements since it was last told to forget, each once. */
  readonly plans: () => Promise<readonly string[]>;
  readonly forget: () => void;
}

export function watched(database: D1Database): Watched {
  let rows = 0;
  const asked = new Map<string, readonly unknown[]>();
  const noted = <Row>(result: D1Result<Row>): D1Result<Row> => {
    rows += result.meta.rows_read;
    return result;
  };
  const wrap = (sql: string, statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get: (target, name): unknown => {
        if (name === 'bind')
          return (...parameters: readonly unknown[]) => {
            asked.set(sql, parameters);
            return wrap(sql, target.bind(...parameters));
          };
        if (name === 'all') return async () => noted(await target.all());
        return Reflect.get(target, name);
      },
    });
  return {
    database: new Proxy(database, {
      get: (target, name): unknown => {
        if (name === 'prepare')
          return (sql: string) => {
            if (!asked.has(sql)) asked.set(sql, []);
            return wrap(sql, target.prepare(sql));
          };
        if (name === 'batch')
          return async (statements: D1PreparedStatement[]) => (await target.batch(statements)).map((result) => noted(result));
        return Reflect.get(target, name);
      },
    }),
    rowsRead: () => rows,
    plans: async () => {
      const plans = [...asked].map(async ([sql, parameters]) => {
        const { results } = await database
          .prepare(`EXPLAIN QUERY PLAN ${sql}`)
          .bind(...parameters)
          .all<{ detail: string }>();
        return results.map(({ detail }) => detail);
      });
      return (await Promise.all(plans)).flat();
    },
    forget: () => {
      rows = 0;
      asked.clear();
    },
  };
}
