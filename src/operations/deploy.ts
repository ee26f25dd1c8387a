/**
 * `npm run deploy`: makes what has to exist, sets the secrets that are missing, deploys, and asks whether it answers. It tells first what it
 * would do and does nothing until somebody says yes; run again, it only deploys.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { accountFor, lookInto } from './deployment/account.ts';
import { addressIn, answers } from './deployment/answering.ts';
import { carryOut } from './deployment/carry-out.ts';
import { lineOf, planOf, remarksOn, type Step } from './deployment/plan.ts';
import { wranglerIn } from './deployment/run-wrangler.ts';
import { wantedIn } from './deployment/wanted.ts';

const USAGE = `npm run deploy -- [options]

  --env staging       the staging environment; without it, production
  --dry-run           tells what it would do, and does nothing
  --yes               does not ask
  --tenant NAME       whose orders the client's token is for, where tokens are made; main unless given
  --secrets-to FILE   writes the secrets that it makes into this new file, for you alone, instead of showing them
  --url URL           where it answers, where that is not what wrangler tells
`;

const TENANT = /^[A-Za-z0-9_-]{1,64}$/;

const values = optionsGiven();
const tell = (line: string): void => void process.stdout.write(`${line}\n`);

if (values.help) process.stdout.write(USAGE);
else {
  try {
    await run();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

function optionsGiven() {
  try {
    const { values: given } = parseArgs({
      options: {
        env: { type: 'string', default: '' },
        'dry-run': { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        tenant: { type: 'string', default: 'main' },
        'secrets-to': { type: 'string' },
        url: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (given.env !== '' && given.env !== 'staging') throw new Error(`There is no environment ${given.env}`);
    if (!TENANT.test(given.tenant)) throw new Error('A tenant has 1 to 64 of A-Z, a-z, 0-9, _ and -');
    return given;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return process.exit(1);
  }
}

async function run(): Promise<void> {
  refuseWithoutAsking();
  const wrangler = wranglerIn(values.env);
  const wanted = wantedIn(values.env);
  const account = await accountFor(wrangler, process.env['CLOUDFLARE_ACCOUNT_ID'] ?? wanted.account);
  const found = await lookInto(wrangler, wanted);
  const plan = planOf(wanted, found);
  tell(`\n${wanted.worker}, in the account ${account.name} (${account.id})\n`);
  for (const step of plan) tell(`  ${lineOf(step)}`);
  for (const remark of remarksOn(wanted, found)) tell(`\n${remark}`);
  if (values['dry-run']) return tell('\nThis was a dry run: nothing was done.');
  refuseToShowUnseen(plan);
  if (!(await isWanted())) return tell('\nNothing was done.');
  tell('');
  const address = await carriedOut(plan, wrangler);
  if (address === null) return tell('\nDeployed. Wrangler tells no address to ask; give one with --url.');
  await answers(address);
  tell(`\nDeployed, and ${address} answers. The dashboard: ${new URL('/dashboard', address).href}`);
}

/** Where it answers; null where nobody knows. */
async function carriedOut(plan: readonly Step[], wrangler: ReturnType<typeof wranglerIn>): Promise<string | null> {
  const scratch = mkdtempSync(join(tmpdir(), 'backstitch-deploy-'));
  const outputFile = join(scratch, 'wrangler.ndjson');
  try {
    await carryOut(plan, { wrangler, tell, watch: (text) => void process.stdout.write(text), show, tenant: values.tenant, outputFile });
    return values.url ?? addressIn(readFileSync(outputFile, 'utf8'));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What can be seen without the account. */
function refuseWithoutAsking(): void {
  const { 'dry-run': isDryRun, yes, 'secrets-to': file } = values;
  if (!isDryRun && !yes && !process.stdin.isTTY) throw new Error('There is nobody to ask: give --yes or --dry-run');
  if (file !== undefined && existsSync(file)) throw new Error(`${file} is there already, and is not written over`);
}

/** What is written where nobody reads is kept somewhere, as a rule: in the log of a build. */
function refuseToShowUnseen(plan: readonly Step[]): void {
  if (plan.every(({ type }) => type !== 'make_secrets')) return;
  const file = values['secrets-to'];
  if (file === undefined && !process.stdout.isTTY) {
    throw new Error('\nThe secrets that are to be made would be shown here, where no terminal is. Give --secrets-to FILE.');
  }
}

async function isWanted(): Promise<boolean> {
  if (values.yes) return true;
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await asking.question('\nGo on? [y/N] ')).trim());
  } finally {
    asking.close();
  }
}

function show(lines: readonly string[]): void {
  const file = values['secrets-to'];
  if (file === undefined) {
    tell('\nShown this once. Keep them where you keep secrets:\n');
    for (const line of lines) tell(`  ${line}`);
    tell('');
  } else {
    writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
    tell(`         they are in ${file}`);
  }
}
