/** How local tools run wrangler, and what it needs before `wrangler dev`: the tables of the read model. */

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const CONFIG = fileURLToPath(new URL('./wrangler.toml', import.meta.url));

export const WRANGLER = join(dirname(createRequire(import.meta.url).resolve('wrangler/package.json')), 'bin', 'wrangler.js');

/** Wrangler would keep the address of every request beside the state, and some name a customer. */
export const NO_TRACES = { X_LOCAL_OBSERVABILITY: 'false' } as const;

type Environment = Readonly<Record<string, string>>;

/** Makes the tables in the state that this directory keeps (null: where wrangler keeps it unasked). Harmless where they are there. */
export async function migrate(persistTo: string | null, options: { env?: Environment; signal?: AbortSignal } = {}): Promise<void> {
  const where = persistTo === null ? [] : ['--persist-to', persistTo];
  const child = spawn(process.execPath, [WRANGLER, 'd1', 'migrations', 'apply', 'READ_MODEL', '--local', '--config', CONFIG, ...where], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Else it asks whether it may.
    env: { ...process.env, CI: 'true', ...options.env },
    ...(options.signal && { signal: options.signal }),
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== 0) throw new Error(`The tables of the read model could not be made:\n${said}`);
}
