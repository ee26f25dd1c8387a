/** Reads from wrangler.toml what has to exist for one of its environments, as wrangler itself reads it. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unstable_readConfig as readConfig } from 'wrangler';
import * as z from 'zod';
import type { Wanted } from './plan.ts';

const CONFIG = fileURLToPath(new URL('../../../wrangler.toml', import.meta.url));

const queue = z.string().optional();

const read = z.object({
  name: z.string(),
  account_id: z.string().optional(),
  vars: z.record(z.string(), z.unknown()),
  services: z.array(z.object({ binding: z.string() })).optional(),
  queues: z.object({
    producers: z.array(z.object({ queue })).default([]),
    consumers: z.array(z.object({ queue, dead_letter_queue: queue })).default([]),
  }),
  d1_databases: z.tuple([z.object({ database_name: z.string(), migrations_dir: z.string() })]),
});

const SERVICES = ['INVENTORY', 'PAYMENT', 'SHIPPING', 'NOTIFICATION'];

export interface Target extends Wanted {
  /** Null: wrangler finds it out, or CLOUDFLARE_ACCOUNT_ID says it. */
  readonly account: string | null;
  /** Those in the folder, in their order. */
  readonly migrations: readonly string[];
}

/** Throws where the file does not name what it has to; `''` is the environment at its top. */
export function wantedIn(environment: string): Target {
  const config = read.parse(readConfig({ config: CONFIG, env: environment }));
  const [database] = config.d1_databases;
  const { producers, consumers } = config.queues;
  const queues = [...producers.map(({ queue }) => queue), ...consumers.flatMap(({ queue, dead_letter_queue: dead }) => [queue, dead])];
  const given = (name: string): boolean => typeof config.vars[name] === 'string' && config.vars[name] !== '';
  const bound = new Set((config.services ?? []).map(({ binding }) => binding));
  return {
    worker: config.name,
    account: config.account_id ?? null,
    queues: [...new Set(queues.filter((queue) => queue !== undefined))],
    database: database.database_name,
    migrations: readdirSync(join(CONFIG, '..', database.migrations_dir))
      .filter((file) => file.endsWith('.sql'))
      .toSorted(),
    secrets: ['API_TOKENS', 'PARTICIPANT_SECRET', 'CALLBACK_SECRET', ...(given('EVENT_WEBHOOK_URL') ? ['EVENT_WEBHOOK_SECRET'] : [])],
    missingAddresses: SERVICES.filter((name) => !given(`${name}_URL`) && !bound.has(name)).map((name) => `${name}_URL`),
  };
}
