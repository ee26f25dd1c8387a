/** Where a page of a list ends, as a word that only this file can read. */

import type * as z from 'zod';

/** Null where the word is none of ours. */
export function readCursor<Place>(place: z.ZodType<Place>, cursor: string): Place | null {
  try {
    return place.safeParse(JSON.parse(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')))).data ?? null;
  } catch {
    return null;
  }
}

/** `place` holds nothing but ASCII. */
export const writeCursor = (place: unknown): string =>
  btoa(JSON.stringify(place)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
