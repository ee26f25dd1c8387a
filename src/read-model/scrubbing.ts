/**
 * Writes the read model's tables anew and fills the pages that they stood on with zeros. SQLite leaves what was overwritten in free places
 * of its pages, where no query finds it, but a look at the file does. It costs a written row for each row and index that there is, and the
 * file grows by what it holds: so it is for small databases. A large one can be exported, and imported into a new one.
 */

import * as z from 'zod';

const PAGE_BYTES = 4_096;

/** Some thousand orders. */
const MOST_PAGES = 500;
const MOST_FILE_BYTES = 32_000_000;

const stored = z.object({ type: z.enum(['table', 'index']), name: z.string(), sql: z.string() });

type Stored = z.infer<typeof stored>;

const ALL = `SELECT type, name, sql FROM sqlite_master
  WHERE sql IS NOT NULL AND substr(tbl_name, 1, 3) NOT IN ('_cf', 'd1_') AND substr(tbl_name, 1, 7) <> 'sqlite_'`;

/** Whether it was done. */
export async function scrub(database: D1Database): Promise<boolean> {
  const { results, meta } = await database.prepare(ALL).run();
  if (meta.size_after > MOST_FILE_BYTES) return false;
  const all = z.array(stored).parse(results);
  const tables = all.filter(({ type, name }) => type === 'table' && !isZeroed(name));
  const indexes = all.filter(({ type }) => type === 'index');
  await drop(database, all.map(({ name }) => name).filter(isZeroed));
  const { names, pages } = await fillFree(database, meta.size_after);
  try {
    if (pages > MOST_PAGES) return false;
    const last = `zeroed_${names.length}`;
    names.push(last);
    // Whatever is written here stands on new pages, or on such as are zeros by then.
    const statements = [...tables.flatMap(copied), ...tables.map(({ name }) => `DROP TABLE ${name}`), ...zeroed(last, pages)];
    const renamed = tables.map(({ name }) => `ALTER TABLE ${name}_anew RENAME TO ${name}`);
    await run(database, [...statements, ...renamed, ...indexes.map(({ sql }) => sql)]);
    return true;
  } finally {
    // Not in the same transaction: a page that is free by its end is not written.
    await drop(database, names);
  }
}

/** Fills all pages that are free, and tells how many are not. */
async function fillFree(database: D1Database, fileBytes: number): Promise<{ readonly names: string[]; readonly pages: number }> {
  const names: string[] = [];
  let size = fileBytes;
  for (;;) {
    const name = `zeroed_${names.length}`;
    names.push(name);
    const grown = await run(database, zeroed(name, STEP_PAGES));
    // Nothing was free any more, so the file had to grow.
    if (grown > size) return { names, pages: Math.ceil(grown / PAGE_BYTES) - names.length * (STEP_PAGES + 1) };
    size = grown;
  }
}

/** As one transaction; gives the size of the file after it. */
async function run(database: D1Database, statements: readonly string[]): Promise<number> {
  const done = await database.batch(statements.map((sql) => database.prepare(sql)));
  return done.at(-1)?.meta.size_after ?? 0;
}

const drop = (database: D1Database, names: readonly string[]): Promise<unknown> =>
  names.length === 0
    ? Promise.resolve()
    : run(
        database,
        names.map((name) => `DROP TABLE IF EXISTS ${name}`),
      );

const copied = ({ name, sql }: Stored): readonly string[] => [
  sql.replace(/^CREATE TABLE "?\w+"?/, `CREATE TABLE ${name}_anew`),
  `INSERT INTO ${name}_anew SELECT * FROM ${name}`,
];

const isZeroed = (name: string): boolean => name.startsWith('zeroed_');

const STEP_PAGES = 64;

/**
 * A table that fills so many pages, and its own, to the last byte. Of the blob's pages, SQLite keeps four bytes each for itself; its first
 * 489 bytes stand in the table's page, and the second row fills that. https://www.sqlite.org/fileformat2.html#b_tree_pages
 */
const zeroed = (name: string, pages: number): readonly string[] => [
  `CREATE TABLE ${name} (bytes BLOB)`,
  `INSERT INTO ${name} VALUES (zeroblob(${pages * (PAGE_BYTES - 4) + 485})), (zeroblob(3581))`,
];
