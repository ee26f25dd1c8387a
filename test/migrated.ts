/** Before each test file: the read model's tables. */

import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { inject } from 'vitest';

await applyD1Migrations(env.READ_MODEL, inject('migrations'));
