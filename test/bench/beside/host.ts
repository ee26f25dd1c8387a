/**
 * A process of its own, with one contestant in it: its Worker as it would be deployed, in workerd through Miniflare. Requests go to workerd
 * and past this process, which only tells where workerd is.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4MiniflareOptions } from 'miniflare';
import { unstable_getMiniflareWorkerOptions, unstable_splitSqlQuery } from 'wrangler';
import * as z from 'zod';
import { hostAsked, type FromHost } from './processes.ts';

const MIGRATIONS = new URL('../../../src/read-model/migrations/', import.meta.url);

const tell = (message: FromHost): void => void process.send?.(message);

const { config, bundle, state, vars, isInspected } = hostAsked.parse(JSON.parse(process.argv[2] ?? ''));

const { modulesRules: _rules, ...worker } = unstable_getMiniflareWorkerOptions(config).workerOptions;

/** Of all that wrangler reads from a configuration, what is looked at here. */
const { bindings, d1Databases } = z
  .object({
    bindings: z.record(z.string(), z.unknown()),
    d1Databases: z.record(z.string(), z.unknown()),
  })
  .parse(worker);

/** The script first; what is bundled beside it is text. */
function modulesIn(directory: string): { readonly type: 'ESModule' | 'Text'; readonly path: string }[] {
  const files = readdirSync(directory).filter((file) => /\.(?:css|js)$/.test(file));
  const texts = files.filter((file) => /\.(?:css|client\.js)$/.test(file));
  const scripts = files.filter((file) => !texts.includes(file));
  const of = (type: 'ESModule' | 'Text', names: readonly string[]) => names.map((name) => ({ type, path: join(directory, name) }));
  return [...of('ESModule', scripts), ...of('Text', texts)];
}

const options = Object.assign({}, worker, {
  name: 'contestant',
  modules: modulesIn(bundle),
  modulesRoot: bundle,
  bindings: { ...bindings, ...vars },
  // The limit for clients has no part in an order, and its local stand-in is an object that writes to the disk for each request.
  ratelimits: {},
  host: '127.0.0.1',
  port: 0,
  cf: false,
  log: new Log(LogLevel.ERROR),
  // Read and thrown away: elsewhere it would be carried off.
  handleStructuredLogs: ({ level, message }: { readonly level: string; readonly message: string }) =>
    void (level === 'error' && process.stderr.write(`${message}\n`)),
  resourcePersistencePath: state,
  ...(isInspected && { inspectorPort: 0 }),
});

/** It is checked there. */
const miniflare = new Miniflare(convertV4MiniflareOptions(z.custom<V4MiniflareOptions>().parse(options)));

const url = await miniflare.ready;

if ('READ_MODEL' in d1Databases) {
  const database = await miniflare.getD1Database('READ_MODEL');
  for (const file of readdirSync(MIGRATIONS).toSorted()) {
    const statements = unstable_splitSqlQuery(readFileSync(new URL(file, MIGRATIONS), 'utf8'));
    await database.batch(statements.map((statement) => database.prepare(statement)));
  }
}

/** workerd is this process's only child. */
const workerd = Number(readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ').at(-1));
const inspector = isInspected ? (await miniflare.getInspectorURL()).href : null;
tell({ type: 'ready', url: url.href.replace(/\/$/, ''), workerd, inspector });

process.on('message', () => {
  void miniflare.dispose().finally(() => process.exit());
});
process.once('disconnect', () => void miniflare.dispose().finally(() => process.exit()));
