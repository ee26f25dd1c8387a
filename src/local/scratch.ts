/** A temporary directory of one's own, and its end. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const newScratch = (name: string): string => mkdtempSync(join(tmpdir(), `backstitch-${name}-`));

/** A process that has just been killed may still be writing into it. */
export const removeScratch = (directory: string): void =>
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
