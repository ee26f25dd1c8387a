import { cloudflareTest } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';

/** Half a minute becomes 600 ms: short enough to wait for, long enough for a healthy call on a busy machine. */
const TIME_SCALE = '0.02';

export default defineConfig({
  plugins: [cloudflareTest({ wrangler: { configPath: './src/local/wrangler.toml' }, miniflare: { bindings: { TIME_SCALE } } })],
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, maxConcurrency: 50 },
});
