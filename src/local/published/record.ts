/** `npm run record-saga`: records every version in the registry that is not recorded yet. What is recorded it never changes. */

import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SAGAS } from '../../sagas/registry.ts';
import { problemsOf, recordName, RECORDS } from './guard.ts';
import { shapeOf } from './shape.ts';

const DIRECTORY = fileURLToPath(new URL('../../sagas/published/', import.meta.url));

function main(): 0 | 1 {
  for (const saga of SAGAS) {
    const file = join(DIRECTORY, recordName(saga));
    if (existsSync(file)) continue;
    writeFileSync(file, `${JSON.stringify(shapeOf(saga), null, 2)}\n`);
    process.stdout.write(`Recorded ${saga.name} version ${saga.version}: commit ${RECORDS}/${recordName(saga)}\n`);
  }
  const records = Object.fromEntries(readdirSync(DIRECTORY).map((name) => [name, parsed(name)]));
  const problems = problemsOf(SAGAS, records);
  for (const problem of problems) process.stderr.write(`${problem}\n\n`);
  if (problems.length === 0) process.stdout.write(`All ${SAGAS.length} versions in the registry are as recorded\n`);
  return problems.length === 0 ? 0 : 1;
}

function parsed(name: string): unknown {
  return JSON.parse(readFileSync(join(DIRECTORY, name), 'utf8'));
}

process.exitCode = main();
