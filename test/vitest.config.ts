import { cloudflareTest } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [cloudflareTest({ wrangler: { configPath: './src/local/wrangler.toml' } })],
  test: { include: ['test/**/*.test.ts'] },
});
