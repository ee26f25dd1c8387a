/** The door to the simulated services over HTTP: below `/simulated/services/<service>` each has its participant API, for another process. */

import type { SimulatedEnv } from './entrypoint.ts';
import { serviceNamed } from './services.ts';

const BELOW = /^\/simulated\/services\/([^/]*)(.*)$/;

export async function serviceOverHttp({ SIMULATED_LEDGERS }: SimulatedEnv, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const [, name, path] = BELOW.exec(url.pathname) ?? [];
  const service = serviceNamed(name);
  if (!service) return Response.json({ code: 'unknown_service', message: `There is no simulated service ${name}` }, { status: 404 });
  try {
    return await SIMULATED_LEDGERS.getByName(service).fetch(new Request(`https://${service}${path}${url.search}`, request));
  } catch {
    return broken();
  }
}

/** Long enough for the beginning to have left this process. */
const BREAK_MS = 5;

/**
 * A Worker can't drop a connection, and its exception would be answered with a 500. An answer that breaks off says as little as none:
 * its beginning has to be on its way, or a proxy makes a 500 of it too.
 */
function broken(): Response {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const breakOff = async () => {
    await writer.write(new TextEncoder().encode('{'));
    await scheduler.wait(BREAK_MS);
    await writer.abort(new Error('The simulated connection broke'));
  };
  // Where the reader went away first, it is broken already.
  breakOff().catch(() => undefined);
  return new Response(readable, { headers: { 'content-type': 'application/json' } });
}
