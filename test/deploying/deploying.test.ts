/**
 * `npm run test:deploy`: the command that deploys, with the real wrangler, against as much of Cloudflare's API as that needs. What is held
 * true is what stands in the account afterwards.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { ACCOUNT, FakeCloudflare } from './cloudflare.ts';

const DEPLOY = fileURLToPath(new URL('../../src/operations/deploy.ts', import.meta.url));
const CONFIG = fileURLToPath(new URL('../../wrangler.toml', import.meta.url));

const MIGRATIONS = readdirSync(fileURLToPath(new URL('../../src/read-model/migrations', import.meta.url))).toSorted();

const QUEUES = ['backstitch-compensations', 'backstitch-notifications', 'order-events'].flatMap((queue) => [queue, `${queue}-dead`]);

let cloudflare: FakeCloudflare;
let scratch: string;
let secretsFile: string;
const config = readFileSync(CONFIG, 'utf8');

beforeEach(async () => {
  cloudflare = new FakeCloudflare();
  await cloudflare.listen();
  scratch = mkdtempSync(join(tmpdir(), 'backstitch-deploying-'));
  secretsFile = join(scratch, 'secrets');
});

afterEach(() => {
  cloudflare.close();
  rmSync(scratch, { recursive: true });
  assert.equal(readFileSync(CONFIG, 'utf8'), config, 'wrangler.toml is left as it is');
  assert.deepEqual(cloudflare.unknown, [], 'wrangler asked what this account does not know');
});

interface Ended {
  readonly status: number | null;
  readonly said: string;
}

async function deploy(
  args: readonly string[],
  env: Readonly<Record<string, string>> = { CLOUDFLARE_API_TOKEN: 'an API token' },
): Promise<Ended> {
  const { CLOUDFLARE_API_TOKEN: _token, CLOUDFLARE_ACCOUNT_ID: _account, ...inherited } = process.env;
  const child = spawn(process.execPath, [DEPLOY, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A login of whoever runs this is none of its business.
    env: { ...inherited, CLOUDFLARE_API_BASE_URL: cloudflare.url, XDG_CONFIG_HOME: scratch, WRANGLER_SEND_METRICS: 'false', ...env },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, said };
}

const first = () => deploy(['--yes', '--secrets-to', secretsFile, '--url', cloudflare.url]);

describe('a first deployment', () => {
  it('makes everything that the Worker refers to, then deploys it, and its tokens are good', async () => {
    const { status, said } = await first();
    assert.equal(status, 0, said);
    assert.deepEqual([...cloudflare.queues.keys()].toSorted(), QUEUES.toSorted());
    assert.deepEqual(cloudflare.databases.get('backstitch')?.migrated, MIGRATIONS);
    for (const { consumers } of cloudflare.queues.values()) assert.equal(consumers.length, 1);
    assert.deepEqual(cloudflare.schedules.get('backstitch'), [{ cron: '* * * * *' }]);
    const [metadata = ''] = cloudflare.workers.get('backstitch')?.versions.slice(-1) ?? [];
    assert.match(metadata, /"code_update_strategy":\{"mode":"deferred","max_delay":300\}/);
    assert.match(metadata, /"keep_bindings":\["secret_text"/);
    assert.match(metadata, /"exports":\{"OrderSaga":\{"type":"durable-object","storage":"sqlite"\}\}/);
    const [, ...shown] =
      /client token of main {2}(\w+)\noperator token {2}(\w+)\nmetrics token {2}(\w+)\n/.exec(readFileSync(secretsFile, 'utf8')) ?? [];
    assert.deepEqual(JSON.parse(secretOf('API_TOKENS')), [
      { token: digestOf(shown[0]), role: 'client', tenant: 'main' },
      { token: digestOf(shown[1]), role: 'operator' },
      { token: digestOf(shown[2]), role: 'metrics' },
    ]);
    assert.equal(statSync(secretsFile).mode & 0o777, 0o600);
    for (const secret of [...shown, secretOf('CALLBACK_SECRET'), secretOf('PARTICIPANT_SECRET')]) assert.ok(!said.includes(secret), said);
    assert.match(secretOf('CALLBACK_SECRET'), /^whsec_[A-Za-z0-9+/]{43}=$/);
    assert.notEqual(secretOf('CALLBACK_SECRET'), secretOf('PARTICIPANT_SECRET'));
  });

  it('goes on, when it broke off, where it was', async () => {
    cloudflare.broken = 'PUT /workers/scripts/backstitch/schedules';
    const { status, said } = await first();
    assert.equal(status, 1);
    assert.match(said, /Out of order/);
    const made = new Map(cloudflare.workers.get('backstitch')?.secrets);
    cloudflare.broken = null;
    cloudflare.changes.length = 0;
    const again = await deploy(['--yes', '--url', cloudflare.url]);
    assert.equal(again.status, 0, again.said);
    assert.deepEqual(cloudflare.schedules.get('backstitch'), [{ cron: '* * * * *' }]);
    assert.deepEqual(cloudflare.workers.get('backstitch')?.secrets, made);
    // A queue that is there is told its consumer anew; none is made.
    assert.deepEqual(
      cloudflare.changes.filter((change) => /^POST \/(queues|d1\/database)$|secrets|migrated/.test(change)),
      [],
    );
  });
});

describe('nothing is done', () => {
  afterEach(() => assert.deepEqual(cloudflare.changes, []));

  it('in a dry run, which tells everything that it would do', async () => {
    const { status, said } = await deploy(['--env', 'staging', '--dry-run']);
    assert.equal(status, 0, said);
    for (const queue of ['compensations', 'notifications', 'order-events-dead'])
      assert.match(said, new RegExp(`create +the queue backstitch-staging-${queue}\n`));
    assert.match(said, /create +the database backstitch-staging\n/);
    assert.ok(said.includes(`migrate  the database: ${MIGRATIONS.join(', ')}\n`), said);
    assert.match(said, /make +the secrets API_TOKENS, PARTICIPANT_SECRET, CALLBACK_SECRET\n/);
    assert.match(said, /deploy +the Worker backstitch-staging, for the first time\n/);
    assert.match(said, /No address is given for INVENTORY_URL, PAYMENT_URL, SHIPPING_URL, NOTIFICATION_URL/);
  });

  it('where nobody can be asked, and where nobody would see the secrets', async () => {
    assert.match((await deploy(['--secrets-to', secretsFile])).said, /nobody to ask/);
    assert.match((await deploy(['--yes'])).said, /where no terminal is/);
    writeFileSync(secretsFile, 'others');
    assert.match((await deploy(['--yes', '--secrets-to', secretsFile])).said, /is there already/);
    assert.equal(readFileSync(secretsFile, 'utf8'), 'others');
  });

  it('where it can not be found out what is there', async () => {
    cloudflare.broken = 'GET /queues';
    const { status, said } = await first();
    assert.equal(status, 1);
    assert.match(said, /queues info .* ended with status 1/);
  });

  it('without a login, and where an account has to be chosen', async () => {
    assert.match((await deploy(['--yes'], {})).said, /not logged in/);
    cloudflare.accounts = [...cloudflare.accounts, { id: 'f'.repeat(32), name: 'Other' }];
    assert.match((await deploy(['--yes'])).said, new RegExp(`say in CLOUDFLARE_ACCOUNT_ID[^]*${ACCOUNT} {2}Acme`));
    const chosen = await deploy(['--dry-run'], { CLOUDFLARE_API_TOKEN: 'an API token', CLOUDFLARE_ACCOUNT_ID: ACCOUNT });
    assert.match(chosen.said, /in the account Acme/);
  });

  it('for an environment that there is not', async () => {
    const { status, said } = await deploy(['--env', 'stagign']);
    assert.equal(status, 1);
    assert.match(said, /There is no environment stagign/);
  });
});

function secretOf(name: string): string {
  const secret = cloudflare.workers.get('backstitch')?.secrets.get(name);
  assert.ok(secret !== undefined, `${name} is not set`);
  return secret;
}

const digestOf = (token = ''): string => `sha256:${createHash('sha256').update(token).digest('hex')}`;
