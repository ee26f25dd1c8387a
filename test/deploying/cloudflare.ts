/**
 * As much of Cloudflare's API as wrangler needs to deploy with, kept in memory: an account with queues, databases and Workers. Refuses what
 * it does not know, and keeps what it was asked.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

export const ACCOUNT = '0123456789abcdef0123456789abcdef';

interface Worker {
  readonly secrets: Map<string, string>;
  /** The metadata of each version that was uploaded, the newest last. */
  readonly versions: string[];
}

interface Asked {
  readonly method: string;
  /** Behind the account's own part. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

type Reply =
  | { readonly result: unknown; readonly info?: unknown }
  | { readonly status: number; readonly code: number; readonly message: string };

const newQueue = z.object({ queue_name: z.string() });
const newConsumer = z.looseObject({ script_name: z.string() });
const newDatabase = z.object({ name: z.string() });
const query = z.object({ sql: z.string() });
const newSecrets = z.object({ secrets: z.record(z.string(), z.object({ text: z.string() })) });

const missing = (code: number, message: string): Reply => ({ status: 404, code, message });

export class FakeCloudflare {
  readonly queues = new Map<string, { readonly consumers: unknown[] }>();
  readonly databases = new Map<string, { readonly migrated: string[] }>();
  readonly workers = new Map<string, Worker>();
  readonly schedules = new Map<string, unknown>();
  /** What changed something, in its order. */
  readonly changes: string[] = [];
  readonly unknown: string[] = [];
  accounts: readonly { readonly id: string; readonly name: string }[] = [{ id: ACCOUNT, name: 'Acme' }];
  /** Requests whose `METHOD /path` has this in it are answered 500. */
  broken: string | null = null;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('It does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    // What was deployed answers here as well.
    if (pathname === '/healthz') return void response.writeHead(200).end();
    if (pathname === '/api/v1/orders') return void response.writeHead(this.#hasTokens() ? 401 : 503).end();
    const body = await text(request);
    const asked = {
      method: request.method ?? 'GET',
      path: pathname.replace(`/client/v4`, '').replace(`/accounts/${ACCOUNT}`, ''),
      query: searchParams,
      body,
    };
    const what = `${asked.method} ${asked.path}`;
    if (asked.method !== 'GET' && !what.endsWith('/query')) this.changes.push(what);
    const reply =
      this.broken !== null && what.includes(this.broken) ? { status: 500, code: 1, message: 'Out of order' } : this.#reply(asked);
    const [status, answer] =
      'result' in reply
        ? [200, { success: true, errors: [], messages: [], result: reply.result, result_info: reply.info }]
        : [reply.status, { success: false, errors: [{ code: reply.code, message: reply.message }], messages: [], result: null }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #hasTokens(): boolean {
    return [...this.workers.values()].some(({ secrets }) => secrets.has('API_TOKENS'));
  }

  #reply(asked: Asked): Reply {
    const [, kind = '', ...rest] = asked.path.split('/');
    switch (kind) {
      case 'user':
        return rest[0] === 'tokens' ? { result: { id: 't', status: 'active' } } : { result: { email: 'ann@example.com' } };
      case 'accounts':
        return { result: this.accounts, info: { page: 1, per_page: 50, total_pages: 1, count: 1 } };
      case 'memberships':
        return { result: this.accounts.map((account) => ({ id: account.id, account })) };
      case 'queues':
        return this.#queue(asked, rest);
      case 'd1':
        return this.#database(asked, rest.slice(1));
      case 'workers':
        return this.#worker(asked, rest);
      default:
        return this.#strange(asked);
    }
  }

  #strange({ method, path, query }: Asked): Reply {
    this.unknown.push(`${method} ${path}?${query.toString()}`);
    return missing(7003, `No such route: ${method} ${path}`);
  }

  #queue(asked: Asked, [id, part]: readonly string[]): Reply {
    const told = (name: string) => ({
      queue_id: name,
      queue_name: name,
      producers_total_count: 0,
      producers: [],
      consumers_total_count: this.queues.get(name)?.consumers.length ?? 0,
      consumers: this.queues.get(name)?.consumers ?? [],
    });
    if (asked.method === 'GET' && id === undefined) {
      const names = asked.query.getAll('name');
      return { result: [...this.queues.keys()].filter((name) => names.includes(name)).map(told), info: { page: 1, total_pages: 1 } };
    }
    if (asked.method === 'POST' && id === undefined) {
      const { queue_name: name } = newQueue.parse(JSON.parse(asked.body));
      this.queues.set(name, { consumers: [] });
      return { result: told(name) };
    }
    const queue = this.queues.get(id ?? '');
    if (part === 'consumers' && queue) {
      if (asked.method === 'GET') return { result: queue.consumers };
      const consumer = { ...newConsumer.parse(JSON.parse(asked.body)), consumer_id: `c-${id}`, queue_name: id };

      queue.consumers.splice(0, 1, consumer);
      return { result: consumer };
    }
    return queue ? { result: told(id ?? '') } : this.#strange(asked);
  }

  #database(asked: Asked, [id, part]: readonly string[]): Reply {
    const told = (name: string) => ({ uuid: name, name, version: 'production' });
    if (id === undefined) {
      if (asked.method === 'GET') return { result: [...this.databases.keys()].map(told) };
      const { name } = newDatabase.parse(JSON.parse(asked.body));
      this.databases.set(name, { migrated: [] });
      return { result: told(name) };
    }
    const database = this.databases.get(id);
    if (!database) return missing(7404, 'The database could not be found');
    return part === 'query' ? this.#query(database.migrated, asked.body) : { result: told(id) };
  }

  /** Understands nothing but wrangler's own table of what was applied. */
  #query(migrated: string[], body: string): Reply {
    const { sql } = query.parse(JSON.parse(body));
    const applied = /INSERT INTO "?d1_migrations"? \(name\)\s*values \('(.+?)'\)/i.exec(sql)?.[1];
    if (applied !== undefined) {
      migrated.push(applied);
      this.changes.push(`migrated ${applied}`);
    }
    const isAsked = /SELECT \*\s+FROM "?d1_migrations/i.test(sql);
    const results = isAsked ? migrated.map((name, index) => ({ id: index + 1, name, applied_at: '2026-11-21 12:00:00' })) : [];
    return { result: [{ success: true, results, meta: { duration: 1 } }] };
  }

  #worker(asked: Asked, [kind, name = '', part]: readonly string[]): Reply {
    if (kind === 'subdomain') return { result: { subdomain: 'acme' } };
    if (kind === 'services') return this.#service(name);
    if (kind === 'workers') return { result: { id: name, name, subdomain: { enabled: true, previews_enabled: false } } };
    if (kind !== 'scripts') return this.#strange(asked);
    const worker = this.workers.get(name);
    if (asked.method === 'PUT' && part === undefined) return this.#upload(name, asked.body);
    if (!worker) return missing(10007, 'This Worker does not exist on your account.');
    switch (part) {
      case 'secrets':
        return { result: [...worker.secrets.keys()].map((secret) => ({ name: secret, type: 'secret_text' })) };
      case 'secrets-bulk':
        return this.#setSecrets(worker, asked.body);
      case 'subdomain':
        return { result: { enabled: true, previews_enabled: false } };
      case 'deployments':
        return { result: { deployments: [] } };
      case 'settings':
      case 'script-settings':
        return { result: { bindings: [] } };
      case 'schedules':
        this.schedules.set(name, JSON.parse(asked.body));
        return { result: { schedules: [] } };
      default:
        return this.#strange(asked);
    }
  }

  #service(name: string): Reply {
    if (!this.workers.has(name)) return missing(10090, 'workers.api.error.service_not_found');
    return {
      result: {
        id: name,
        default_environment: { environment: 'production', script: { last_deployed_from: 'wrangler', tag: name, tags: null } },
      },
    };
  }

  #upload(name: string, body: string): Reply {
    const worker = this.workers.get(name) ?? { secrets: new Map<string, string>(), versions: [] };
    worker.versions.push(/name="metadata"\r\n\r\n(.*?)\r\n--/s.exec(body)?.[1] ?? '');
    this.workers.set(name, worker);
    return { result: { id: name, etag: 'e', deployment_id: 'f'.repeat(32), startup_time_ms: 50 } };
  }

  #setSecrets({ secrets }: Worker, body: string): Reply {
    const { secrets: given } = newSecrets.parse(JSON.parse(body));
    for (const [name, { text }] of Object.entries(given)) secrets.set(name, text);
    return { result: Object.keys(given).map((name) => ({ name, type: 'secret_text' })) };
  }
}
