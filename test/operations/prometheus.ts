/**
 * `npm run test:prometheus`: a real Prometheus scrapes the coordinator as `npm start` runs it, with a bearer token; promtool reads what it
 * tells and the alert rules; each query of the Grafana dashboard is asked. Says so, and ends well, where Prometheus is not installed.
 */

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { endWith } from '../../src/local/ending.ts';
import { freePort, LocalWorker, prepare } from '../../src/local/local-worker.ts';
import { CLIENT, exchange, startRequest } from '../../src/local/requests.ts';
import { newScratch, removeScratch } from '../../src/local/scratch.ts';

const METRICS = 'local-metrics';
const WAIT_MS = 60_000;
const POLL_MS = 500;

const inProject = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const RULES = inProject('src/operations/alert-rules.yml');
const RULE_TESTS = inProject('test/operations/alert-rules.test.yml');
const DASHBOARD = inProject('src/operations/grafana-dashboard.json');

const dashboard = z.object({ panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })) });
const targets = z.object({ data: z.object({ activeTargets: z.array(z.object({ health: z.string(), lastError: z.string() })) }) });
const queried = z.object({ status: z.string(), error: z.string().optional(), data: z.object({ result: z.array(z.unknown()) }).optional() });
const rules = z.object({
  data: z.object({
    groups: z.array(z.object({ rules: z.array(z.object({ name: z.string(), health: z.string(), lastError: z.string().optional() })) })),
  }),
});

async function run(): Promise<void> {
  promtool(['check', 'rules', RULES]);
  promtool(['test', 'rules', RULE_TESTS]);
  const directory = newScratch('prometheus');
  await prepare(directory);
  const worker = new LocalWorker({ port: await freePort(), directory, vars: { TIME_SCALE: '0.02' } });
  let prometheus: ChildProcess | null = null;
  const stop = async () => {
    prometheus?.kill('SIGKILL');
    await worker.stop();
    removeScratch(directory);
  };
  endWith({ stop, stopNow: () => worker.stopNow() }, new AbortController());
  try {
    await worker.whenReady();
    await placeOrders(worker.url);
    await toldBy(worker.url);
    const port = await freePort();
    prometheus = startPrometheus(directory, worker.url, port);
    await scraped(worker.url, `http://127.0.0.1:${port}`);
  } finally {
    await stop();
  }
}

function promtool(args: readonly string[], input?: string): void {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8', ...(input !== undefined && { input }) });
  if (status !== 0) throw new Error(`promtool ${args.join(' ')} ended with status ${status}:\n${stdout}${stderr}`);
  console.log(`promtool ${args.slice(0, 2).join(' ')}: passed`);
}

/** One that goes well, and one that is rolled back. */
async function placeOrders(url: string): Promise<void> {
  const fault = {
    service: 'payment',
    route: '/charges',
    order_id: 'declined',
    fault: { kind: 'refuse', status: 402, code: 'card_declined', message: 'No' },
  };
  await exchange(fetch, url, 'PUT', '/simulated/faults', { body: fault });
  for (const id of ['good', 'declined']) {
    const body = startRequest(id, [{ sku: 'LAPTOP-X1', name: 'Laptop', quantity: 1, unit_price: '1299.99' }]);
    const headers = { prefer: 'wait=20' };
    const response = await exchange(fetch, url, 'POST', '/api/v1/orders', { token: CLIENT, body, headers });
    console.log(`Order ${id}: ${response.status}`);
    await response.text();
  }
}

async function metricsOf(url: string): Promise<string> {
  return (await exchange(fetch, url, 'GET', '/metrics', { token: METRICS })).text();
}

/** Its metrics, once they tell of both orders. */
async function toldBy(url: string): Promise<void> {
  await until('both orders in the metrics', async () => /^saga_executions_total\{.*status="compensated"\} 1$/m.test(await metricsOf(url)));
  promtool(['check', 'metrics'], await metricsOf(url));
}

function startPrometheus(directory: string, url: string, port: number): ChildProcess {
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [RULES],
    scrape_configs: [
      {
        job_name: 'backstitch',
        authorization: { type: 'Bearer', credentials: METRICS },
        static_configs: [{ targets: [new URL(url).host] }],
      },
    ],
  };
  // JSON is YAML, too.
  const file = join(directory, 'prometheus.yml');
  writeFileSync(file, JSON.stringify(config));
  const flags = [`--config.file=${file}`, `--storage.tsdb.path=${join(directory, 'tsdb')}`, `--web.listen-address=127.0.0.1:${port}`];
  return spawn('prometheus', [...flags, '--log.level=warn'], { stdio: ['ignore', 'inherit', 'inherit'] });
}

async function scraped(url: string, prometheus: string): Promise<void> {
  const ask = async (path: string): Promise<unknown> => {
    const answer: unknown = await (await fetch(prometheus + path)).json();
    return answer;
  };
  const has = async (expr: string): Promise<boolean> => {
    const { status, error, data } = queried.parse(await ask(`/api/v1/query?query=${encodeURIComponent(expr)}`));
    if (status !== 'success') throw new Error(`${expr}: ${error}`);
    return (data?.result.length ?? 0) > 0;
  };
  await until('a scrape that went well', async () => {
    const [target] = targets.parse(await ask('/api/v1/targets')).data.activeTargets;
    if (target?.lastError) console.log(target.lastError);
    return target?.health === 'up';
  });
  console.log(`Prometheus scrapes ${url}/metrics`);
  for (const { title, exprs } of panels()) {
    // Where nothing waits for a person there is nothing to show of it.
    if (!/review/i.test(title)) for (const expr of exprs) await until(`${title}: ${expr}`, () => has(expr));
  }
  console.log('Each panel of the dashboard has data');
  await until('each alarm evaluated', async () => {
    const all = rules.parse(await ask('/api/v1/rules')).data.groups.flatMap((group) => group.rules);
    const failing = all.find(({ health }) => health === 'err');
    if (failing) throw new Error(`${failing.name}: ${failing.lastError}`);
    return all.length > 0 && all.every(({ health }) => health === 'ok');
  });
  console.log('Each alarm is evaluated');
}

const panels = (): readonly { readonly title: string; readonly exprs: readonly string[] }[] =>
  dashboard
    .parse(JSON.parse(readFileSync(DASHBOARD, 'utf8')))
    .panels.map(({ title, targets: all }) => ({ title, exprs: all.map(({ expr }) => expr.replaceAll('$saga_type', 'order_fulfillment')) }));

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + WAIT_MS;
  const attempt = async () => {
    try {
      return await isSo();
    } catch (error) {
      // Nobody listens yet: fetch tells that as a TypeError.
      if (error instanceof TypeError) return false;
      throw error;
    }
  };
  while (!(await attempt())) {
    if (Date.now() > end) throw new Error(`Not within ${WAIT_MS / 1_000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

const isInstalled = ['prometheus', 'promtool'].every((name) => spawnSync(name, ['--version']).status === 0);
if (isInstalled) await run();
else console.log('Skipped: Prometheus is not installed here (Debian: apt-get install prometheus)');
