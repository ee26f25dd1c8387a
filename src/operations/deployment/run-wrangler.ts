/** Wrangler as a function: what it is asked on its command line, what is told to it alone by its standard input, what it answered. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { WRANGLER } from '../../local/wrangler.ts';

export interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  /** Both streams, as they came; wrangler tells its errors on either. */
  readonly said: string;
}

interface Asking {
  /** Secrets: never on a command line, where other processes could read them, and never in a file. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Has a person watch a long one. */
  readonly tell?: (text: string) => void;
}

export type RunWrangler = (args: readonly string[], asking?: Asking) => Promise<Answer>;

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

/** `''` is the environment at the top of the file, which wrangler wants to be told as well. */
export const wranglerIn =
  (environment: string): RunWrangler =>
  async (args, { input = '', env, tell } = {}) => {
    const child = spawn(process.execPath, [WRANGLER, ...args, `--env=${environment}`], {
      cwd: PROJECT,
      // Questions are asked here, once and for all, and not by wrangler.
      env: { ...process.env, CI: 'true', NO_COLOR: '1', FORCE_COLOR: '0', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        tell?.(chunk.toString());
      });
    }
    // One that ends before it has read everything says so by its status.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { status, stdout, said };
  };
