import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { catchUp, movedLast } from '../../src/local/catching-up.ts';
import type { Fetch } from '../../src/local/requests.ts';

const id = (nth: number): string => nth.toString(16).padStart(64, '0');

const MINUTE = 60_000;

describe('after a crash', () => {
  it('the orders that moved last are those whose files were written last, each once', () => {
    const files = [
      { name: `${id(1)}.sqlite`, at: 0 },
      { name: `${id(2)}.sqlite`, at: 0 },
      { name: `${id(2)}.sqlite-wal`, at: 9 * MINUTE },
      { name: `${id(3)}.sqlite`, at: 10 * MINUTE },
      { name: `${id(3)}.sqlite-shm`, at: 10 * MINUTE },
      { name: 'metadata.sqlite', at: 99 * MINUTE },
    ];
    expect(movedLast(files)).toEqual([id(2), id(3)]);
    expect(movedLast([])).toEqual([]);
  });

  it('are asked where they stand, a hundred at a time', async () => {
    const asked: string[][] = [];
    const taking: Fetch = async (_, { body }) => {
      asked.push(z.object({ object_ids: z.array(z.string()) }).parse(JSON.parse(z.string().parse(body))).object_ids);
      return new Response('{}');
    };
    const ids = Array.from({ length: 250 }, (_, nth) => id(nth));
    expect(await catchUp(taking, 'http://here', ids)).toBe(true);
    expect(asked.map(({ length }) => length)).toEqual([100, 100, 50]);
    expect(asked.flat()).toEqual(ids);
  });

  it('are left where the coordinator has other tokens', async () => {
    expect(await catchUp(async () => new Response('{}', { status: 401 }), 'http://here', [id(1)])).toBe(false);
  });
});
