import { defineConfig } from 'vitest/config';

/** In Node: what is looked at are the files of a real local process. */
export default defineConfig({
  test: { include: ['test/local/erasing/*.test.ts'], fileParallelism: false, testTimeout: 180_000, hookTimeout: 120_000 },
});
