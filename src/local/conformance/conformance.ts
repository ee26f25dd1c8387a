/**
 * `npm run conformance`: tries a participant as a bad day would, and says what would go wrong with real orders. It makes real calls, and
 * undoes what it did where there is an undo. Exit status 1 where a fault is found.
 */

import { paintFor } from '../demo/paint.ts';
import { askedFor, USAGE, type Asked } from './options.ts';
import { printVerdict, tryAll, type Terminal } from './report.ts';
import { Service } from './service.ts';

async function main(): Promise<0 | 1> {
  const terminal: Terminal = {
    print: (line) => void process.stdout.write(`${line}\n`),
    // Only where somebody watches: a log has no use for it.
    progress: (line) => void (process.stderr.isTTY && process.stderr.write(`\r\u001B[K${line}`)),
    paint: paintFor(process.stdout.isTTY, process.env['NO_COLOR']),
  };
  const asked = askedFor(process.argv.slice(2), process.env);
  if (asked.ok) return conformance(asked.value, terminal);
  for (const line of [asked.refusal, '', ...USAGE]) terminal.print(line);
  return 1;
}

async function conformance({ url, subject, secret }: Asked, terminal: Terminal): Promise<0 | 1> {
  const { print, paint, progress } = terminal;
  if (!(await isThere(url))) {
    print(`Nobody answers at ${url}`);
    return 1;
  }
  const service = new Service(subject, url, secret);
  print(paint.bold(`${subject.name} at ${url}: ${subject.path}${subject.undo ? ` and ${subject.undo.path}` : ''}`));
  print(paint.dim(`These are real calls, of orders that begin with "${service.run}". Don't send them to where real customers are.`));
  const tried = await tryAll(service, terminal);
  progress('  ...     undoing what it did');
  const undone = await service.tidyUp();
  progress('');
  printVerdict(service, tried, terminal);
  if (undone > 0) print(paint.dim(`What was left of the checks is undone: ${undone}.`));
  return tried.some(({ finding }) => finding.kind === 'fault') ? 1 : 0;
}

async function isThere(url: string): Promise<boolean> {
  try {
    await (await fetch(url, { redirect: 'manual' })).body?.cancel();
    return true;
  } catch (error) {
    // How fetch tells that nobody listens.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

process.exitCode = await main();
