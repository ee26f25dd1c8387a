import type { D1Migration } from 'cloudflare:test';

declare module 'vitest' {
  interface ProvidedContext {
    readonly migrations: D1Migration[];
  }
}
