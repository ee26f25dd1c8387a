/**
 * `npm run rebuild`: makes the read model anew from the orders' journals, through the routes of a running coordinator, local or deployed.
 * Orders go on meanwhile. Ends with status 1 where an order could not be taken.
 */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { objectIdsIn, rebuildAll, type Post, type Which } from './rebuild-all.ts';

const USAGE = `npm run rebuild -- [options]      the token of an operator in BACKSTITCH_TOKEN

  --url URL              the coordinator; http://localhost:8787 unless given
  --order ID             this order alone; may be repeated
  --tenant NAME          its tenant; needed where there are several
  --objects FILE         the orders of these Durable Objects: a file with their ids anywhere in it, as Cloudflare's API lists them,
                         or the folder in which local use keeps them; - reads them from the standard input

Without --order and --objects, all orders that the read model knows.
`;

const values = optionsGiven();
const isLocal = ['localhost', '127.0.0.1'].includes(new URL(values.url).hostname);
const token = process.env['BACKSTITCH_TOKEN'] ?? (isLocal ? 'local-operator' : null);

if (values.help) process.stdout.write(USAGE);
else if (token === null) fail('There is no token: set BACKSTITCH_TOKEN to an operator’s');
else if (values.order && values.objects !== undefined) fail('Give --order or --objects, not both');
else await run(token);

function optionsGiven() {
  try {
    const { values: given } = parseArgs({
      options: {
        url: { type: 'string', default: 'http://localhost:8787' },
        tenant: { type: 'string' },
        order: { type: 'string', multiple: true },
        objects: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    return given;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return process.exit(1);
  }
}

async function run(operator: string): Promise<void> {
  try {
    const done = await rebuildAll(postTo(operator), which(), (line) => process.stdout.write(`${line}\n`));
    if (done.failed.length > 0) process.exitCode = 1;
  } catch (error) {
    // fetch hides in the cause why it could not reach the coordinator.
    const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
    fail(cause instanceof Error ? `${message}: ${cause.message || String(cause)}` : message);
  }
}

function which(): Which {
  if (values.order) return { type: 'orders', ids: values.order };
  if (values.objects === undefined) return { type: 'known' };
  const path = values.objects === '-' ? 0 : values.objects;
  const text = path !== 0 && statSync(path).isDirectory() ? readdirSync(path).join('\n') : readFileSync(path, 'utf8');
  return { type: 'objects', ids: objectIdsIn(text) };
}

function postTo(operator: string): Post {
  return async (path, body) => {
    const url = new URL(path, values.url);
    if (values.tenant !== undefined) url.searchParams.set('tenant', values.tenant);
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${url.pathname} answered ${response.status}: ${text}`);
    const answer: unknown = text === '' ? null : JSON.parse(text);
    return answer;
  };
}

function fail(why: string): void {
  process.stderr.write(`${why}\n`);
  process.exitCode = 1;
}
