import { defineConfig } from 'vitest/config';

/** In Node: the services under test are processes and servers of their own. */
export default defineConfig({
  test: { include: ['test/local/conformance/*.test.ts'], fileParallelism: false, testTimeout: 180_000, hookTimeout: 120_000 },
});
