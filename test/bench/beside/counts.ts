/**
 * What can be counted of an order, one fate at a time, with nothing timed: rows written, in a Worker that counts them, and how often it waits
 * for the disk, where `strace` is there. Of Workflows, whose engine can't be opened, the rows that are left at its end are counted: it has
 * written those at least.
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

export interface Counts {
  readonly contestant: Name;
  readonly fate: Fates;
  readonly rows: number;
  /** Rows may have been written that are not there any more. */
  readonly atLeast: boolean;
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
  await rowsOf(running);
  const counts: Counts[] = [];
  for (const fate of ['good', 'declined'] as const) {
    const load: Load = { inFlight: 4, orders: ORDERS, items: 2, fates: fate };
    const trace = canCountFsyncs() ? await traceFsyncs(running.workerd, join(stage.directory, `${contestant.name}-${fate}.strace`)) : null;
    await rightRound(stage, running, `counted-${fate}`, load);
    const fsyncs = trace ? (await trace()) / ORDERS : null;
    counts.push({ contestant: contestant.name, fate, rows: (await rowsOf(running)) / ORDERS, atLeast: entry === undefined, fsyncs });
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

const toldRows = z.object({ rows: z.number() });

/** Since it was asked last. */
async function rowsOf(running: Running): Promise<number> {
  if (running.contestant.name === 'workflows') return rowsLeft(running);
  const response = await fetch(`${running.url}/rows`);
  return toldRows.parse(await response.json()).rows;
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
