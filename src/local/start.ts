/** `npm start`: makes the tables of the read model, then runs `wrangler dev` with the flags that it was given. */

import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { CONFIG, migrate, WRANGLER } from './wrangler.ts';

const flags = process.argv.slice(2);
const { values } = parseArgs({ args: flags, options: { 'persist-to': { type: 'string' } }, strict: false });
const persistTo = values['persist-to'];

await migrate(typeof persistTo === 'string' ? persistTo : null);

const child = spawn(process.execPath, [WRANGLER, 'dev', '--config', CONFIG, ...flags], { stdio: 'inherit' });
// The terminal tells them both; a supervisor tells only this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
child.once('exit', (status, signal) => {
  process.exitCode = status ?? (signal === null ? 1 : 0);
});
