/**
 * Wrangler's configuration as the tables of its text, in no order: enough to compare two files that are written alike, and no reader of
 * TOML. Values stay as they are written.
 */

export interface Table {
  /** As written: `vars`, `[queues.producers]` for one of a list; empty for what stands above all tables. */
  readonly header: string;
  readonly values: Readonly<Record<string, string>>;
}

const HEADER = /^\[(.+)\]$/;
const PAIR = /^([A-Za-z_]+) = (.+)$/;

/** Throws at a line that it can't read: a file written otherwise has to be looked at, and not to pass unseen. */
export function tablesOf(text: string): readonly Table[] {
  const tables: { header: string; values: Record<string, string> }[] = [{ header: '', values: {} }];
  for (const line of linesOf(text)) {
    const [, header] = HEADER.exec(line) ?? [];
    const [, key, value] = PAIR.exec(line) ?? [];
    const table = tables.at(-1);
    if (header !== undefined) tables.push({ header, values: {} });
    else if (table && key !== undefined && value !== undefined) table.values[key] = value;
    else throw new Error(`The configuration has a line of an unknown form: ${line}`);
  }
  return tables;
}

/** Without comments and blank lines; a text in triple quotes is one line. */
const linesOf = (text: string): readonly string[] =>
  text
    .replaceAll(/'''(.*?)'''/gs, (_all, inner: string) => `'${inner.replaceAll('\n', ' ')}'`)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

/** The tables under a header, each without the keys that are left out. */
export const tablesUnder = (tables: readonly Table[], header: string): readonly Table['values'][] =>
  tables.filter((table) => table.header === header).map(({ values }) => values);
