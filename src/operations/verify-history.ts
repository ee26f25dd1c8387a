/**
 * `npm run verify-history -- FILE`: says whether an exported history is whole, or where it is broken, and ends with status 1 then. It needs
 * no coordinator and no network.
 */

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { verify, type Verdict } from './verification.ts';

const USAGE = `npm run verify-history -- FILE [--hash HASH]

  FILE           the answer of GET /api/v1/orders/{order_id}/events; - reads it from the standard input
  --hash HASH    a seal that is known from elsewhere, as the journalhash of a domain event: the history has to hold it
`;

function main(): 0 | 1 {
  const { values, positionals } = parseArgs({
    options: { hash: { type: 'string' }, help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [file, another] = positionals;
  if (values.help || file === undefined || another !== undefined) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 1;
  }
  const verdict = verify(JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8')), values.hash ?? null);
  process.stdout.write(`${wordsOf(verdict)}\n`);
  return verdict.type === 'verified' ? 0 : 1;
}

function wordsOf(verdict: Verdict): string {
  if (verdict.type === 'broken') return `Broken. ${verdict.why}`;
  const { from, to, rows, erased, hash } = verdict;
  const part = from === 1 ? '' : `\nWhat came before event ${from} is not in it`;
  const gone = erased === 0 ? '' : `\nPersonal data is erased from ${erased} of its rows`;
  return `Verified: events ${from} to ${to}, in ${rows} rows${part}${gone}\nSeal: ${hash}`;
}

try {
  process.exitCode = main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
