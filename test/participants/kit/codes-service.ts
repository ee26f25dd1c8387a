/** A small service made with the kit, which gives out codes and takes them back: on D1, and in a Durable Object's storage. */

import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { Hono, type Context } from 'hono';
import * as z from 'zod';
import {
  D1Store,
  DurableStore,
  forget,
  participant,
  settle,
  type Answer,
  type Settled,
  type Store,
  type Variables,
} from '../../../src/participants/kit/index.ts';
import { simulated } from '../simulated/ledgers.ts';

export const SECRET = 'whsec_dGhlIGtpdCdzIG93biB0ZXN0cw==';

/** Storage is shared by the tests of a file: each takes keys of its own. */
let keys = 0;
export const newKey = (): string => `key-${++keys}`;

const gates = new Map<string, PromiseWithResolvers<void>>();

/** The first attempt under this key stands still in its handler until this is called. */
export function heldBack(key: string): () => void {
  const gate = Promise.withResolvers<void>();
  gates.set(key, gate);
  return gate.resolve;
}

interface Shelf<Write> {
  readonly add: (codeId: string, key: string) => Write;
  readonly remove: (codeId: string) => Write;
}

interface Body {
  readonly answer?: Answer;
  readonly throws?: boolean;
}

interface Manner {
  readonly leaseSeconds?: number;
  readonly secret?: string;
}

function appOn<Write>(store: Store<Write>, shelf: Shelf<Write>, { leaseSeconds, secret }: Manner) {
  const settings = {
    ...(leaseSeconds !== undefined && { leaseSeconds }),
    ...(secret !== undefined && { secret: () => secret || undefined }),
  };
  const app = new Hono<{ Variables: Variables<Write> }>();
  app.use(participant({ store: () => store, ...settings }));
  app.post('/codes', async (c) => give(c, shelf));
  app.post('/codes/return', (c) => takeBack(c, shelf));
  app.post('/later', (c) => {
    c.var.operation.accept();
    return c.json({}, 202);
  });
  app.get('/health', (c) => c.text('well'));
  return app;
}

async function give<Write>(c: Context<{ Variables: Variables<Write> }>, shelf: Shelf<Write>): Promise<Response> {
  const { operation } = c.var;
  const { answer, throws } = await c.req.json<Body>();
  const gate = gates.get(operation.key);
  gates.delete(operation.key);
  await gate?.promise;
  const codeId = `code_${crypto.randomUUID()}`;
  operation.write(shelf.add(codeId, operation.key));
  if (throws) throw new Error('A handler broke');
  return answer ? Response.json(answer.body, { status: answer.status }) : c.json({ code_id: codeId }, 201);
}

function takeBack<Write>(c: Context<{ Variables: Variables<Write> }>, shelf: Shelf<Write>): Response {
  const { undoing, write } = c.var.operation;
  if (!undoing?.output) return c.json({ undone: false, found: undoing?.state ?? null });
  write(shelf.remove(z.string().parse(undoing.output['code_id'])));
  return c.json({ undone: true });
}

export interface Said {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfter: string | null;
  readonly isReplay: boolean;
}

export interface Codes {
  send(path: string, init: RequestInit, manner?: Manner): Promise<Said>;
  /** How many codes are out that were given under this key. */
  given(key: string): Promise<number>;
  settle(key: string, answer: Answer, codeId: string): Promise<Settled>;
  forget(before: Date): Promise<number>;
}

async function said(response: Response): Promise<Said> {
  const { status, headers } = response;
  const text = await response.text();
  const body: unknown = headers.get('content-type')?.startsWith('application/json') && text !== '' ? JSON.parse(text) : text;
  return { status, body, retryAfter: headers.get('retry-after'), isReplay: headers.get('idempotency-replayed') === 'true' };
}

const TABLE = 'create table if not exists codes (code_id text primary key, given_under text not null)';

export function codesOnD1(): Codes {
  const database = env.READ_MODEL;
  const shelf: Shelf<D1PreparedStatement> = {
    add: (codeId, key) => database.prepare('insert into codes values (?, ?)').bind(codeId, key),
    remove: (codeId) => database.prepare('delete from codes where code_id = ?').bind(codeId),
  };
  const store = new D1Store(database);
  return {
    send: async (path, init, manner = {}) => {
      await database.prepare(TABLE).run();
      return said(await appOn(store, shelf, manner).request(path, init));
    },
    given: async (key) =>
      (await database.prepare('select count(*) as given from codes where given_under = ?').bind(key).first<number>('given')) ?? -1,
    settle: async (key, answer, codeId) => settle(store, key, answer, shelf.add(codeId, key)),
    forget: async (before) => forget(store, before),
  };
}

export function codesInObject(): Codes {
  const inside = <Result>(work: (storage: DurableObjectStorage, shelf: Shelf<() => void>) => Promise<Result> | Result): Promise<Result> =>
    runInDurableObject(simulated.SIMULATED_LEDGERS.getByName('payment'), (_, { storage }) => {
      storage.sql.exec(TABLE);
      return work(storage, {
        add: (codeId, key) => () => void storage.sql.exec('insert into codes values (?, ?)', codeId, key),
        remove: (codeId) => () => void storage.sql.exec('delete from codes where code_id = ?', codeId),
      });
    });
  return {
    send: (path, init, manner = {}) =>
      inside(async (storage, shelf) => said(await appOn(new DurableStore(storage), shelf, manner).request(path, init))),
    given: (key) => inside(({ sql }) => Number(sql.exec('select count(*) as given from codes where given_under = ?', key).one()['given'])),
    settle: (key, answer, codeId) => inside((storage, shelf) => settle(new DurableStore(storage), key, answer, shelf.add(codeId, key))),
    forget: (before) => inside((storage) => forget(new DurableStore(storage), before)),
  };
}
