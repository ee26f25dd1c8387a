import { defineConfig } from 'vitest/config';

/** In Node, one file after the other: each starts the product and a browser of its own. */
export default defineConfig({
  test: { include: ['test/browser/*.test.ts'], fileParallelism: false, testTimeout: 60_000, hookTimeout: 120_000 },
});
