/** Looks through every byte of every file in a directory for words that only one person's data holds. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Trace {
  readonly file: string;
  readonly word: string;
  /** What stands around it. */
  readonly found: string;
}

/** In whatever case, as bytes and as UTF-16, which is how a runtime may store a text. */
export function tracesIn(directory: string, words: readonly string[]): readonly Trace[] {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const bytes = bytesOf(path);
    return words.flatMap((word) => traceOf(bytes, word).map((found) => ({ file: relative(directory, path), word, found })));
  });
}

/** A file may go while one looks, as a write-ahead log does: then it keeps nothing. */
function bytesOf(path: string): string {
  try {
    return readFileSync(path).toString('latin1').toLowerCase();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function traceOf(bytes: string, word: string): readonly string[] {
  const wide = Array.from(word, (letter) => `${letter}\0`).join('');
  const at = [word, wide].map((form) => bytes.indexOf(form)).find((index) => index !== -1);
  return at === undefined ? [] : [bytes.slice(Math.max(0, at - 60), at + 60).replaceAll(/[^ -~]+/g, ' ')];
}
