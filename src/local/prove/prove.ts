/**
 * `npm run prove`: goes through everything that can happen to an order of each saga, shipped or there to show a shape that sagas can have,
 * and tells the shortest story that breaks a law.
 * Exit status 1 where one is broken. `--saga NAME` takes one saga, `--states N` stops each configuration there, `--twins` shows that
 * broken twins of the core are found.
 */

import { parseArgs } from 'node:util';
import { SAGAS } from '../../sagas/registry.ts';
import { paintFor } from '../demo/paint.ts';
import { SHAPES } from './shapes.ts';
import { proveAll, proveTwins, type Terminal } from './report.ts';

async function main(): Promise<0 | 1> {
  const { values } = parseArgs({
    options: { saga: { type: 'string' }, states: { type: 'string' }, twins: { type: 'boolean', default: false } },
  });
  const all = [...SAGAS, ...SHAPES];
  const sagas = all.filter(({ name }) => values.saga === undefined || name === values.saga);
  const maxStates = values.states === undefined ? Number.POSITIVE_INFINITY : Number(values.states);
  const terminal: Terminal = {
    print: (line) => void process.stdout.write(`${line}\n`),
    // Only where somebody watches: a log has no use for it.
    progress: (line) => void (process.stderr.isTTY && process.stderr.write(`\r\u001B[K${line}`)),
    paint: paintFor(process.stdout.isTTY, process.env['NO_COLOR']),
    now: () => Date.now(),
  };
  if (sagas.length === 0) {
    terminal.print(`There is no saga ${values.saga}. There are: ${all.map(({ name }) => name).join(', ')}`);
    return 1;
  }
  if (!(maxStates > 0)) {
    terminal.print(`--states has to be a number greater than 0, not ${values.states}`);
    return 1;
  }
  return (await (values.twins ? proveTwins : proveAll)(sagas, maxStates, terminal)) ? 0 : 1;
}

process.exitCode = await main();
