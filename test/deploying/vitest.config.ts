import { defineConfig } from 'vitest/config';

/** In Node, and one after the other: each starts wrangler a dozen times. */
export default defineConfig({
  test: { include: ['test/deploying/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 60_000, fileParallelism: false },
});
