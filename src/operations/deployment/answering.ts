/** Whether what was deployed answers: its health, and that it knows tokens. A new address may take a while until it is known everywhere. */

import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

const WAIT_MS = 90_000;
const POLL_MS = 2_000;

const deployed = z.object({ type: z.literal('deploy'), targets: z.array(z.string()).optional() });

/** The address of what was deployed, in what wrangler wrote down of it; null where none of its addresses is one to ask. */
export function addressIn(output: string): string | null {
  const targets = output.split('\n').flatMap((line) => {
    if (line === '') return [];
    const entry = deployed.safeParse(JSON.parse(line));
    return entry.success ? (entry.data.targets ?? []) : [];
  });
  return targets.find((target) => target.startsWith('https://')) ?? null;
}

/** Throws with the last answer where it does not come to. */
export async function answers(url: string): Promise<void> {
  const until = Date.now() + WAIT_MS;
  for (;;) {
    const wrong = await whatIsWrongAt(url);
    if (wrong === null) return;
    if (Date.now() > until) throw new Error(wrong);
    await sleep(POLL_MS);
  }
}

async function whatIsWrongAt(url: string): Promise<string | null> {
  const health = await statusOf(new URL('/healthz', url));
  if (health !== 200) return `${url}/healthz answers ${health}`;
  // Without a token: 401 where there are tokens, and 503 where none is configured.
  const orders = await statusOf(new URL('/api/v1/orders', url));
  return orders === 401 ? null : `${url}/api/v1/orders answers ${orders} without a token, where 401 was to be expected`;
}

async function statusOf(url: URL): Promise<number | string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    return `not at all (${error instanceof Error ? error.message : String(error)})`;
  }
}
