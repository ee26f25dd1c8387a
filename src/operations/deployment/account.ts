/** What the account has of what is wanted, asked through wrangler. Changes nothing. What can't be found out throws: it is never taken for missing. */

import * as z from 'zod';
import type { Found } from './plan.ts';
import type { Answer, RunWrangler } from './run-wrangler.ts';
import type { Target } from './wanted.ts';

const whoami = z.discriminatedUnion('loggedIn', [
  z.object({ loggedIn: z.literal(true), accounts: z.array(z.object({ id: z.string(), name: z.string() })) }),
  z.object({ loggedIn: z.literal(false) }),
]);
const databases = z.array(z.object({ name: z.string() }));
const secrets = z.array(z.object({ name: z.string() }));

export interface Account {
  readonly id: string;
  readonly name: string;
}

/** `named`: the account that the environment or the file names, where there are several. */
export async function accountFor(wrangler: RunWrangler, named: string | null): Promise<Account> {
  const { stdout, status, said } = await wrangler(['whoami', '--json']);
  const answer = whoami.safeParse(jsonIn(stdout));
  if (!answer.success) throw new Error(`wrangler whoami ended with status ${status}:\n${said}`);
  if (!answer.data.loggedIn) throw new Error('You are not logged in: npx wrangler login, or set CLOUDFLARE_API_TOKEN');
  const { accounts } = answer.data;
  const [account, ...others] = named === null ? accounts : accounts.filter(({ id }) => id === named);
  if (!account) throw new Error(named === null ? 'This login has no account' : `This login has no account ${named}`);
  if (others.length === 0) return account;
  const all = accounts.map(({ id, name }) => `  ${id}  ${name}`).join('\n');
  throw new Error(`This login has several accounts: say in CLOUDFLARE_ACCOUNT_ID which is meant\n${all}`);
}

export async function lookInto(wrangler: RunWrangler, wanted: Target): Promise<Found> {
  const [queues, hasDatabase, names] = await Promise.all([
    queuesThere(wrangler, wanted.queues),
    databaseThere(wrangler, wanted.database),
    secretsThere(wrangler, wanted.worker),
  ]);
  return {
    queues,
    hasDatabase,
    newMigrations: hasDatabase ? await newMigrations(wrangler, wanted.migrations) : wanted.migrations,
    secrets: names,
  };
}

async function queuesThere(wrangler: RunWrangler, queues: readonly string[]): Promise<ReadonlySet<string>> {
  const answers = await Promise.all(queues.map(async (queue) => ({ queue, answer: await wrangler(['queues', 'info', queue]) })));
  return new Set(
    answers.flatMap(({ queue, answer }) => {
      if (answer.status === 0) return [queue];
      if (answer.said.includes(`Queue "${queue}" does not exist`)) return [];
      throw failed(`queues info ${queue}`, answer);
    }),
  );
}

async function databaseThere(wrangler: RunWrangler, database: string): Promise<boolean> {
  const answer = await wrangler(['d1', 'list', '--json']);
  if (answer.status !== 0) throw failed('d1 list', answer);
  return databases.parse(jsonIn(answer.stdout)).some(({ name }) => name === database);
}

async function newMigrations(wrangler: RunWrangler, migrations: readonly string[]): Promise<readonly string[]> {
  const answer = await wrangler(['d1', 'migrations', 'list', 'READ_MODEL', '--remote']);
  if (answer.status !== 0) throw failed('d1 migrations list', answer);
  return migrations.filter((file) => answer.said.includes(file));
}

/** Null where there is no such Worker. */
async function secretsThere(wrangler: RunWrangler, worker: string): Promise<ReadonlySet<string> | null> {
  const answer = await wrangler(['secret', 'list', '--format', 'json']);
  if (answer.status === 0) return new Set(secrets.parse(jsonIn(answer.stdout)).map(({ name }) => name));
  if (answer.said.includes(`Worker "${worker}"`) && answer.said.includes('not found')) return null;
  throw failed('secret list', answer);
}

/** Null where it is none: wrangler may tell something else in its stead. */
function jsonIn(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch {
    return null;
  }
}

export const failed = (what: string, { status, said }: Answer): Error =>
  new Error(`wrangler ${what} ended with status ${status}:\n${said.trim()}`);
