/** Has the coordinator ask one batch of orders after the other, and counts anew in the end where it was more than a few. */

import * as z from 'zod';

/** The coordinator's answer, already read; throws where it refuses. */
export type Post = (path: string, body: unknown) => Promise<unknown>;

export type Which =
  | { readonly type: 'orders' | 'objects'; readonly ids: readonly string[] }
  /** All that the read model knows. */
  | { readonly type: 'known' };

export interface Done {
  readonly rebuilt: number;
  readonly absent: readonly string[];
  readonly failed: readonly string[];
}

const REBUILD = '/api/v1/read-model/rebuild';
const RECOUNT = '/api/v1/read-model/recount';

/** As many as the coordinator takes. */
const BATCH = 100;

const answer = z.object({
  rebuilt: z.number(),
  absent: z.array(z.string()),
  failed: z.array(z.string()),
  next_cursor: z.string().nullable(),
});

/** Tells how far it is, and what it could not do. */
export async function rebuildAll(post: Post, which: Which, tell: (line: string) => void): Promise<Done> {
  const done = { rebuilt: 0, absent: [] as string[], failed: [] as string[] };
  const of = which.type === 'known' ? '' : ` of ${which.ids.length}`;
  for await (const { rebuilt, absent, failed } of batches(post, which)) {
    done.rebuilt += rebuilt;
    done.absent.push(...absent);
    done.failed.push(...failed);
    tell(`${done.rebuilt + done.absent.length + done.failed.length}${of} looked at, ${done.failed.length} failed`);
  }
  if (which.type !== 'orders') {
    await post(RECOUNT, {});
    tell('Counted anew');
  }
  tell(`${done.rebuilt} orders made anew, ${done.absent.length} ids without an order, ${done.failed.length} failed`);
  if (which.type === 'orders') for (const id of done.absent) tell(`There is no order ${id}`);
  for (const id of done.failed) tell(`Failed: ${id}`);
  return done;
}

async function* batches(post: Post, which: Which): AsyncGenerator<z.infer<typeof answer>> {
  if (which.type === 'known') {
    let cursor: string | null = null;
    do {
      const rebuilt: z.infer<typeof answer> = answer.parse(await post(REBUILD, cursor === null ? {} : { cursor }));
      yield rebuilt;
      cursor = rebuilt.next_cursor;
    } while (cursor !== null);
    return;
  }
  const name = which.type === 'orders' ? 'order_ids' : 'object_ids';
  for (let from = 0; from < which.ids.length; from += BATCH) {
    yield answer.parse(await post(REBUILD, { [name]: which.ids.slice(from, from + BATCH) }));
  }
}

/** Ids of Durable Objects, wherever they stand in a text, each once. */
export const objectIdsIn = (text: string): readonly string[] => [...new Set(text.match(/\b[0-9a-f]{64}\b/g))];
