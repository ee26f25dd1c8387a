import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';
import { EVENT_SECRET, eventReceiver, RECEIVER } from './order/event-receiver.ts';

/** Half a minute becomes 600 ms: short enough to wait for, long enough for a healthy call on a busy machine. */
const TIME_SCALE = '0.02';

export default defineConfig(async () => ({
  plugins: [
    cloudflareTest({
      main: './test/worker.ts',
      wrangler: { configPath: './src/local/wrangler.toml' },
      miniflare: {
        bindings: { TIME_SCALE, EVENT_WEBHOOK_URL: `${RECEIVER}/webhook`, EVENT_WEBHOOK_SECRET: EVENT_SECRET },
        outboundService: eventReceiver(),
      },
    }),
  ],
  test: {
    include: ['test/**/*.test.ts'],
    // What needs a real browser, other processes or real HTTP between them runs elsewhere.
    exclude: ['test/browser/**', 'test/deploying/**', 'test/local/conformance/**', 'test/local/erasing/**'],
    setupFiles: ['test/migrated.ts'],
    provide: { migrations: await readD1Migrations('src/read-model/migrations') },
    // What objects say is told by the runtime itself: through the test runner, a line that got lost would hold the whole run up.
    disableConsoleIntercept: true,
    testTimeout: 60_000,
    // Thousands of decisions would hide everything else.
    onConsoleLog: (log: string) => !log.includes('"message":"Decided"'),
    maxConcurrency: 50,
  },
}));
