/** A contestant that runs: its Worker is bundled as for a deployment, and served from a process and a directory of its own. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { WRANGLER } from '../../../src/local/wrangler.ts';
import type { Contestant } from './contestant.ts';
import { residentKib } from './resources.ts';
import { Child, fromHost, type FromHost, type HostAsked } from './processes.ts';

export interface Running {
  readonly contestant: Contestant;
  readonly url: string;
  readonly workerd: number;
  /** What its process held before the first order. */
  readonly emptyKib: number;
  readonly bundle: string;
  readonly state: string;
  /** Where its inspector listens; null: it has none. */
  readonly inspector: string | null;
  readonly child: Child<FromHost>;
}

const run = promisify(execFile);

/** `entry`: another one than its configuration names. */
export async function start(
  contestant: Contestant,
  directory: string,
  participants: string,
  more: { readonly entry?: string; readonly vars?: Readonly<Record<string, string>>; readonly isInspected?: boolean } = {},
): Promise<Running> {
  const [bundle, state] = [join(directory, contestant.name, 'bundle'), join(directory, contestant.name, 'state')];
  const { config } = contestant;
  const entry = more.entry === undefined ? [] : [more.entry];
  await run(process.execPath, [WRANGLER, 'deploy', ...entry, '--dry-run', '--env=', '--config', config, '--outdir', bundle], {
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  });
  const vars = { ...contestant.vars(participants), ...more.vars };
  const asked: HostAsked = { config, bundle, state, vars, isInspected: more.isInspected ?? false };
  const child = new Child<FromHost>('host.ts', fromHost, [JSON.stringify(asked)]);
  const { url, workerd, inspector } = await child.next('ready');
  return { contestant, url, workerd, emptyKib: residentKib(workerd), bundle, state, inspector, child };
}
