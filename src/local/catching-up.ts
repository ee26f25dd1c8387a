/**
 * What local use loses in a crash: `wrangler dev` keeps queues in memory, so what was on its way to the read model is gone, where Cloudflare's
 * queues would have kept it. So the orders that moved last before it ended are asked where they stand, as `npm run rebuild` would ask them.
 */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { exchange, OPERATOR, type Fetch } from './requests.ts';

/** Longer than any message is on its way. */
const LATELY_MS = 120_000;

/** As many as the coordinator takes at once. */
const BATCH = 100;

export interface WrittenFile {
  readonly name: string;
  readonly at: number;
}

/** In which local use keeps the orders' objects. */
export function orderFiles(state: string): readonly WrittenFile[] {
  const directory = join(state, 'v3', 'do', 'backstitch-OrderSaga');
  if (!existsSync(directory)) return [];
  return readdirSync(directory).flatMap((name) => {
    const file = statSync(join(directory, name), { throwIfNoEntry: false });
    return file ? [{ name, at: file.mtimeMs }] : [];
  });
}

/** Ids of the objects that were written shortly before the last of them was. */
export function movedLast(files: readonly WrittenFile[]): readonly string[] {
  const objects = files.flatMap(({ name, at }) => {
    const [id] = /^[0-9a-f]{64}(?=\.)/.exec(name) ?? [];
    return id === undefined ? [] : [{ id, at }];
  });
  const last = objects.reduce((latest, { at }) => Math.max(latest, at), 0);
  return [...new Set(objects.filter(({ at }) => at >= last - LATELY_MS).map(({ id }) => id))];
}

/** Whether the coordinator took them all; it does not where it has other tokens than those of local use. */
export async function catchUp(fetch: Fetch, url: string, objectIds: readonly string[]): Promise<boolean> {
  for (let from = 0; from < objectIds.length; from += BATCH) {
    const body = { object_ids: objectIds.slice(from, from + BATCH) };
    const response = await exchange(fetch, url, 'POST', '/api/v1/read-model/rebuild', { token: OPERATOR, body });
    await response.text();
    if (!response.ok) return false;
  }
  return true;
}
