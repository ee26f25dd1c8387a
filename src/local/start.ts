/**
 * `npm start`: makes the tables of the read model, then runs `wrangler dev` with the flags that it was given, keeps its cron, brings the read
 * model up to date after a crash, and says where the dashboard is.
 */

import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { dirname, join } from 'node:path';
import { catchUp, movedLast, orderFiles } from './catching-up.ts';
import { keepCron } from './cron.ts';
import { freePort } from './local-worker.ts';
import { OPERATOR } from './requests.ts';
import { CONFIG, migrate, NO_TRACES, WRANGLER } from './wrangler.ts';

/** Wrangler's own, which takes another one unasked where it is taken. */
const USUAL_PORT = 8787;

const flags = process.argv.slice(2);
const options = { 'persist-to': { type: 'string' }, ip: { type: 'string' }, port: { type: 'string' } } as const;
const { values } = parseArgs({ args: flags, options, strict: false });
const given = (value: string | boolean | undefined): string | null => (typeof value === 'string' ? value : null);

const host = given(values.ip);
const port = given(values.port) ?? String(await freePort(USUAL_PORT));

const persistTo = given(values['persist-to']);
await migrate(persistTo);
const moved = movedLast(orderFiles(persistTo ?? join(dirname(CONFIG), '.wrangler', 'state')));

const child = spawn(
  process.execPath,
  [WRANGLER, 'dev', '--config', CONFIG, ...flags, ...(values.port === undefined ? ['--port', port] : [])],
  { stdio: 'inherit', env: { ...process.env, ...NO_TRACES } },
);
// The terminal tells them both; a supervisor tells only this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
child.once('exit', (status, signal) => {
  process.exitCode = status ?? (signal === null ? 1 : 0);
});

const url = `http://${host === null || host === '*' || host === '0.0.0.0' ? 'localhost' : host}:${port}`;
keepCron(url, () => {
  console.log(`\nDashboard: ${url}/dashboard/try-it (sign in with the token ${OPERATOR})\n`);
  void bringUpToDate();
});

async function bringUpToDate(): Promise<void> {
  const isDone = await catchUp(fetch, url, moved).catch(() => false);
  if (!isDone) console.warn('Lists may lack what moved just before the last end; `npm run rebuild` makes them anew');
}
