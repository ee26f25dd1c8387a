/**
 * Runs the Worker for local use as `npm start` does, in a process group of its own. Whatever it writes lies in the directory that it is
 * given; with the same one, it finds its state again.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OutputTail } from './output-tail.ts';
import { CONFIG, migrate, NO_TRACES, WRANGLER } from './wrangler.ts';

const HOST = '127.0.0.1';
const START_MS = 90_000;
const POLL_MS = 50;
const STOP_MS = 5_000;

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

export interface LocalWorkerOptions {
  readonly port: number;
  /** No other process may use it at the same time. */
  readonly directory: string;
  readonly vars: Readonly<Record<string, string>>;
}

/** What has to be there before its first start: the tables of the read model. */
export const prepare = (directory: string, signal?: AbortSignal): Promise<void> => {
  mkdirSync(join(directory, 'tmp'), { recursive: true });
  return migrate(join(directory, 'state'), { env: environment(directory), ...(signal && { signal }) });
};

export class LocalWorker {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #output = new OutputTail();
  readonly #exited: Promise<void>;
  #isGone = false;

  /** Starts it; `whenReady` says when it can be used. Whatever happens then, it has to be stopped or killed. */
  constructor({ port, directory, vars }: LocalWorkerOptions) {
    this.url = `http://${HOST}:${port}`;
    this.#child = spawn(process.execPath, [WRANGLER, ...commandLine(port, directory, vars)], {
      // A group of its own, so that wrangler's children can be stopped with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment(directory) },
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.once('error', (error) => {
        this.#output.add(String(error));
        resolve();
      });
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#output.add(chunk.toString()));
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#output.add(chunk.toString()));
  }

  /** Rejects where it ends instead, or takes too long. */
  async whenReady(onWait: () => void = () => undefined): Promise<void> {
    const giveUpAt = Date.now() + START_MS;
    while (!(await this.#answers())) {
      if (this.#hasExited()) throw new Error('The Worker ended instead of starting');
      if (Date.now() > giveUpAt) throw new Error(`The Worker did not answer on ${this.url}/healthz within ${START_MS / 1_000} s`);
      onWait();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** What it said last, for when something went wrong. */
  lastLines(): readonly string[] {
    return this.#output.lines();
  }

  /** Asks it to end, then makes sure of it: nothing of its process group is left. */
  async stop(): Promise<void> {
    this.#signal('SIGTERM');
    const timer = setTimeout(() => this.#signal('SIGKILL'), STOP_MS);
    await this.#exited;
    clearTimeout(timer);
    this.stopNow();
  }

  /** Ends it between two instructions, as a crash of the machine would. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.stopNow();
    await this.#exited;
  }

  /** The same without waiting, for when this process is about to end. */
  stopNow(): void {
    this.#signal('SIGKILL');
    this.#isGone = true;
  }

  async #answers(): Promise<boolean> {
    try {
      const response = await fetch(`${this.url}/healthz`, { signal: AbortSignal.timeout(START_MS) });
      await response.text();
      return response.ok;
    } catch (error) {
      // Nobody listens yet: fetch tells that as a TypeError, and nothing else as one.
      if (error instanceof TypeError) return false;
      throw error;
    }
  }

  #hasExited(): boolean {
    return this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    // Once it is gone, its number may become another process's.
    if (pid === undefined || this.#isGone) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
      if (!isGone) throw error;
    }
  }
}

/** Wrangler keeps temporary files beside its configuration, so it is given a copy. */
function commandLine(port: number, directory: string, vars: LocalWorkerOptions['vars']): readonly string[] {
  mkdirSync(join(directory, 'tmp'), { recursive: true });
  const config = join(directory, 'wrangler.toml');
  copyFileSync(CONFIG, config);
  const where = ['--ip', HOST, '--port', String(port), '--inspector-port', '0', '--persist-to', join(directory, 'state')];
  const settings = Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]);
  const manner = ['--show-interactive-dev-session=false', '--log-level', 'warn'];
  return ['dev', WORKER, '--config', config, ...where, ...settings, ...manner];
}

/** Its own registry keeps it from another such process on this machine; the rest keeps it from the network and from the home directory. */
const environment = (directory: string): Readonly<Record<string, string>> => ({
  TMPDIR: join(directory, 'tmp'),
  WRANGLER_REGISTRY_PATH: join(directory, 'registry'),
  WRANGLER_LOG_PATH: join(directory, 'logs'),
  WRANGLER_CACHE_DIR: join(directory, 'cache'),
  ...NO_TRACES,
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  NO_COLOR: '1',
});

/** The wanted port where nobody listens on it now, else any. */
export const freePort = async (wanted = 0): Promise<number> => (await portListenedOn(wanted)) ?? freePort();

/** Null where it is taken. */
async function portListenedOn(wanted: number): Promise<number | null> {
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve, reject) => {
    server.once('error', (error) => ('code' in error && error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
    server.listen(wanted, HOST, () => resolve(true));
  });
  if (!isFree) return null;
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The system gave no port');
  return address.port;
}
