/**
 * What can be counted of an order, one fate at a time, with nothing timed: what its Worker and its object do, in a Worker that counts it, and
 * how often they wait for the disk, where `strace` is there. Of Workflows, whose engine can't be opened, only the rows that are left at its
 * end are counted: it has written those at least.
 */

import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { rightRound, type Stage } from './beside.ts';
import { CONTESTANTS, type Contestant, type Name } from './contestant.ts';
import type { Load } from './load.ts';
import type { Fates } from './order.ts';
import { start, type Running } from './running.ts';

export interface Work {
  readonly rows: number;
  readonly statements: number;
  /** Texts made into JSON, or read from it. */
  readonly json: number;
  /** Requests, calls of an object, batches and alarms. */
  readonly begun: number;
}

/** Of all `orders` together. */
export interface Counts {
  readonly contestant: Name;
  readonly fate: Fates;
  readonly orders: number;
  /** Of one that can't be looked into, only the rows that are left. */
  readonly work: Pick<Work, 'rows'> & Partial<Work>;
  /** Null without `strace`. */
  readonly fsyncs: number | null;
}

const ORDERS = 40;

const COUNTED: Readonly<Partial<Record<Name, string>>> = {
  backstitch: fileURLToPath(new URL('workers/counted-backstitch.ts', import.meta.url)),
  floor: fileURLToPath(new URL('workers/counted-floor.ts', import.meta.url)),
};

const canCountFsyncs = (): boolean => spawnSync('strace', ['-V']).status === 0;

export async function countAll(stage: Stage): Promise<readonly Counts[]> {
  const counts: Counts[] = [];
  for (const contestant of CONTESTANTS) {
    stage.say(`what ${contestant.title} writes is counted`);
    counts.push(...(await countOne(stage, contestant)));
  }
  return counts;
}

async function countOne(stage: Stage, contestant: Contestant): Promise<readonly Counts[]> {
  const entry = COUNTED[contestant.name];
  const running = await start(contestant, join(stage.directory, 'counted'), stage.participantsUrl, entry === undefined ? {} : { entry });
  stage.running.push(running);
  await rightRound(stage, running, 'counted-warm', { inFlight: 4, orders: 8, items: 2 });
  await workOf(running);
  const counts: Counts[] = [];
  for (const fate of ['good', 'declined'] as const) {
    const load: Load = { inFlight: 4, orders: ORDERS, items: 2, fates: fate };
    const trace = canCountFsyncs() ? await traceFsyncs(running.workerd, join(stage.directory, `${contestant.name}-${fate}.strace`)) : null;
    await rightRound(stage, running, `counted-${fate}`, load);
    const fsyncs = trace ? await trace() : null;
    counts.push({ contestant: contestant.name, fate, orders: ORDERS, work: await workOf(running), fsyncs });
  }
  return counts;
}

/** Ends with the number of calls. */
async function traceFsyncs(pid: number, file: string): Promise<() => Promise<number>> {
  const child = spawn('strace', ['-f', '-c', '-e', 'trace=fsync,fdatasync', '-o', file, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // It says so when it is attached.
  await new Promise((resolve) => child.stderr.once('data', resolve));
  return async () => {
    child.kill('SIGINT');
    await new Promise((resolve) => child.once('exit', resolve));
    const lines = readFileSync(file, 'utf8').matchAll(/^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s.*f(?:data)?sync$/gm);
    return [...lines].reduce((sum, [, calls]) => sum + Number(calls), 0);
  };
}

const work = z.object({ rows: z.number(), statements: z.number(), json: z.number(), begun: z.number() }) satisfies z.ZodType<Work>;

/** Since it was asked last. */
async function workOf(running: Running): Promise<Counts['work']> {
  if (running.contestant.name === 'workflows') return { rows: rowsLeft(running) };
  const response = await fetch(`${running.url}/counted`);
  return work.parse(await response.json());
}

const seen = new Set<string>();

/** In databases that were not there before. */
function rowsLeft({ state }: Running): number {
  const files = readdirSync(state, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sqlite') && !seen.has(file));
  for (const file of files) seen.add(file);
  return files.map((file) => rowsIn(join(state, file))).reduce((sum, rows) => sum + rows, 0);
}

const table = z.object({ name: z.string() });
const counted = z.object({ rows: z.number() });

function rowsIn(file: string): number {
  const database = new DatabaseSync(file);
  try {
    const tables = z.array(table).parse(database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all());
    const rows = tables.map(({ name }) => counted.parse(database.prepare(`SELECT count(*) AS rows FROM "${name}"`).get()).rows);
    // A table is a row itself.
    return rows.reduce((sum, count) => sum + count, tables.length);
  } finally {
    database.close();
  }
}
