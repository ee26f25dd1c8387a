/** The tester against what is meant to pass it: the simulated services, and a service made with the kit on D1, as the README shows it. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unstable_startWorker } from 'wrangler';
import { freePort, LocalWorker, prepare } from '../../../src/local/local-worker.ts';
import { newScratch, removeScratch } from '../../../src/local/scratch.ts';
import { WRANGLER } from '../../../src/local/wrangler.ts';
import { tried } from './tried.ts';

const directory = newScratch('conformance');
afterAll(() => removeScratch(directory));

describe('the simulated services', () => {
  let worker: LocalWorker;
  beforeAll(async () => {
    await prepare(directory);
    worker = new LocalWorker({ port: await freePort(), directory, vars: {} });
    await worker.whenReady();
  });
  afterAll(() => worker.stop());

  it.each(['inventory', 'payment', 'shipping'])('%s passes all of it', async (name) => {
    const outcome = await tried('--url', `${worker.url}/simulated/services/${name}`, '--service', name);
    expect(outcome).toMatchObject({ fault: [], lacking: [], unseen: [], checks: 17, declaration: { fences: true, probe: true } });
    expect(outcome.printed).toContain(`PARTICIPANTS='{"${name}":{"fences":true,"probe":true}}'`);
  });

  it('notification passes what can be seen of it', async () => {
    const outcome = await tried('--url', `${worker.url}/simulated/services/notification`, '--service', 'notification');
    expect(outcome).toMatchObject({ fault: [], lacking: [], checks: 8, declaration: { probe: true } });
    expect(outcome.unseen).toHaveLength(3);
  });
});

const FOLDER = fileURLToPath(new URL('./inventory', import.meta.url));
const CONFIG = join(FOLDER, 'wrangler.toml');

describe('a service made with the kit on D1', () => {
  let worker: Awaited<ReturnType<typeof unstable_startWorker>>;
  beforeAll(async () => {
    const persist = join(directory, 'inventory');
    const migrating = ['d1', 'migrations', 'apply', 'DB', '--local', '--config', CONFIG, '--persist-to', persist];
    const { status, stderr } = spawnSync(process.execPath, [WRANGLER, ...migrating], { env: { ...process.env, CI: 'true' } });
    expect(status, stderr.toString()).toBe(0);
    const dev = {
      server: { port: await freePort() },
      inspector: false,
      persist,
      logLevel: 'none',
      watch: false,
    } as const;
    worker = await unstable_startWorker({ config: CONFIG, dev });
    await worker.ready;
  });
  afterAll(() => worker.dispose());

  it('passes all of it, by the paths of the participant API and by its own', async () => {
    const body = '{"items": [{"sku": "LAPTOP-X1", "quantity": 1}]}';
    const { origin } = await worker.url;
    const passed = { fault: [], lacking: [], unseen: [], checks: 17, declaration: { fences: true, probe: true } };
    expect(await tried('--url', origin, '--service', 'inventory', '--body', body)).toMatchObject(passed);
    const own = ['--name', 'stock', '--do', '/reservations', '--undo', '/reservations/release'];
    expect(await tried('--url', origin, ...own, '--body', body)).toMatchObject(passed);
    // Nothing was taken twice, nothing given back twice: what it began with is there, and no more.
    expect([await isThere(origin, 100), await isThere(origin, 101)]).toEqual([{ available: true }, { available: false }]);
  });
});

async function isThere(origin: string, quantity: number): Promise<unknown> {
  const body = JSON.stringify({ items: [{ sku: 'LAPTOP-X1', quantity }] });
  const headers = { 'idempotency-key': `is-there-${quantity}` };
  return (await fetch(`${origin}/availability`, { method: 'POST', headers, body })).json();
}

it('is shown as it is', () => {
  const shown = readFileSync(fileURLToPath(new URL('../../../README.md', import.meta.url)), 'utf8').replaceAll(/^ {4}/gm, '');
  const source = readFileSync(join(FOLDER, 'index.ts'), 'utf8').replace(/'[./]*src\/participants\/kit\/index\.ts'/, "'./kit/index.ts'");
  expect(shown).toContain(source);
  expect(shown).toContain(readFileSync(join(FOLDER, 'migrations', '0001_stock.sql'), 'utf8'));
});
