import { cloudflareTest } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';
import { EVENT_SECRET, eventReceiver, QUEUE_READER, RECEIVER } from './order/event-receiver.ts';

/** Half a minute becomes 600 ms: short enough to wait for, long enough for a healthy call on a busy machine. */
const TIME_SCALE = '0.02';

const outboundService = eventReceiver();

export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: './src/local/wrangler.toml' },
      miniflare: {
        bindings: { TIME_SCALE, EVENT_WEBHOOK_URL: `${RECEIVER}/webhook`, EVENT_WEBHOOK_SECRET: EVENT_SECRET },
        outboundService,
        workers: [
          {
            name: 'reader-of-order-events',
            modules: true,
            script: QUEUE_READER,
            compatibilityDate: '2026-10-20',
            queueConsumers: { 'order-events': { maxBatchTimeout: 0 } },
            outboundService,
          },
        ],
      },
    }),
  ],
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, maxConcurrency: 50 },
});
