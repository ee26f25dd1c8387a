/**
 * The cron of local use: `wrangler dev` keeps no time, so what is scheduled is called here, at once and then each minute.
 * https://developers.cloudflare.com/workers/configuration/cron-triggers/#test-cron-triggers-locally
 */

const MINUTE_MS = 60_000;
const PATIENCE_MS = 500;

/**
 * For as long as this process runs, without keeping it running. Where nobody answers yet it waits, and tells of the first answer; what the
 * Worker says of it is in its log.
 */
export function keepCron(url: string, whenAnswered: () => void): void {
  void fire(url, whenAnswered);
}

async function fire(url: string, whenAnswered: (() => void) | null): Promise<void> {
  const isTaken = await call(url);
  if (isTaken) whenAnswered?.();
  const inMs = isTaken ? MINUTE_MS - (Date.now() % MINUTE_MS) : PATIENCE_MS;
  setTimeout(() => void fire(url, isTaken ? null : whenAnswered), inMs).unref();
}

async function call(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/cdn-cgi/local/scheduled`, { signal: AbortSignal.timeout(MINUTE_MS) });
    await response.text();
    return true;
  } catch {
    // It starts, or it ends.
    return false;
  }
}
