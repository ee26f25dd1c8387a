/**
 * The one table of the kit, in SQLite as D1 and Durable Objects both have it: a row for each key that came or was undone. The statements
 * are the same for both; each list of them is run in one transaction, all or nothing.
 */

import * as z from 'zod';
import type { Answer } from './answer.ts';

/** `guard` is null for no longer than it takes to fail: that is how a transaction is called off from within. */
export const SCHEMA = `create table if not exists participant_operations (idempotency_key text primary key, path text, body text,
  undoes text, claim text not null, lease_until integer not null, accepted integer not null default 0, status integer, answer text,
  fenced integer not null default 0, undone_by text, guard integer not null default 0, seen_at integer not null) without rowid`;

export interface Statement {
  readonly sql: string;
  readonly values: readonly (string | number | null)[];
}

/** Statements that stand or fall together, and what is read from the rows that each of them returned. */
export interface Transaction<Result> {
  readonly statements: readonly Statement[];
  readonly read: (rows: readonly (readonly unknown[])[]) => Result;
}

/** The right to perform an operation, for as long as nobody may take it over. */
export interface Claim {
  readonly key: string;
  readonly id: string;
  /** The key of the operation that it undoes. */
  readonly undoes: string | null;
}

export interface Lease {
  readonly now: number;
  readonly until: number;
}

/** Neither time nor anybody else ends it: only `settling` does. */
const FOR_EVER = Number.MAX_SAFE_INTEGER;

const flag = z.int().transform((value) => value === 1);

const rowSchema = z
  .object({
    idempotency_key: z.string(),
    path: z.string().nullable(),
    body: z.string().nullable(),
    claim: z.string(),
    lease_until: z.int(),
    accepted: flag,
    status: z.int().nullable(),
    answer: z.string().nullable(),
    fenced: flag,
    undone_by: z.string().nullable(),
  })
  .transform((row) => ({
    key: row.idempotency_key,
    request: row.path === null || row.body === null ? null : { path: row.path, body: row.body },
    claim: row.claim,
    leaseUntil: row.lease_until,
    isAccepted: row.accepted,
    answer: row.status === null || row.answer === null ? null : { status: row.status, body: z.json().parse(JSON.parse(row.answer)) },
    isFenced: row.fenced,
    undoneBy: row.undone_by,
  }));

/** What is known of a key. Without a request it never came: its undo did. */
export type Known = Readonly<z.output<typeof rowSchema>>;

export const rowsOf = (rows: readonly unknown[] | undefined): readonly Known[] => (rows ?? []).map((row) => rowSchema.parse(row));

export const reading = (keys: readonly string[]): Statement => ({
  sql: `select * from participant_operations where idempotency_key in (${keys.map(() => '?').join(', ')})`,
  values: keys,
});

/** Takes the key where it is new, or where whoever had it did not end in time. */
export const claiming = ({ key, id, undoes }: Claim, { path, body }: Request, { now, until }: Lease): Statement => ({
  sql: `insert into participant_operations (idempotency_key, path, body, undoes, claim, lease_until, seen_at) values (?, ?, ?, ?, ?, ?, ?)
    on conflict (idempotency_key) do update set claim = excluded.claim, lease_until = excluded.lease_until
    where status is null and accepted = 0 and fenced = 0 and lease_until <= excluded.seen_at and path = excluded.path and body = excluded.body`,
  values: [key, path, body, undoes, id, until, now],
});

interface Request {
  readonly path: string;
  readonly body: string;
}

/** Fences what is undone, and keeps others from undoing it at the same time: unless it is under way, or undone. */
export const fencing = ({ key, id, undoes }: Claim, { now, until }: Lease): readonly Statement[] =>
  undoes === null
    ? []
    : [
        {
          sql: `insert into participant_operations (idempotency_key, fenced, claim, lease_until, seen_at)
            select ?, 1, ?, ?, ? where exists (select 1 from participant_operations where idempotency_key = ? and claim = ?)
            on conflict (idempotency_key) do update set fenced = 1, claim = excluded.claim, lease_until = excluded.lease_until
            where undone_by is null and lease_until <= excluded.seen_at`,
          values: [undoes, id, until, now, key, id],
        },
      ];

const nothing = () => undefined;

/** From now on the operation under this key is refused, should it not have happened yet. */
export const fence = (key: string, now: number): Transaction<void> => ({
  statements: [
    {
      sql: `insert into participant_operations (idempotency_key, fenced, claim, lease_until, seen_at) values (?, 1, '', 0, ?)
        on conflict (idempotency_key) do update set fenced = 1`,
      values: [key, now],
    },
  ],
  read: nothing,
});

/** Keeps the answer. Fails as a whole, with whatever is written beside it, where the claim is no longer good. */
export const ending = ({ key, id, undoes }: Claim, answer: Answer, hasUndone: boolean): Transaction<void> => ({
  statements: [
    {
      sql: `update participant_operations set guard = case when claim = ? and status is null then 0 end, lease_until = 0, status = ?, answer = ?
        where idempotency_key = ?`,
      values: [id, answer.status, JSON.stringify(answer.body), key],
    },
    ...(undoes === null ? [] : [undoing(id, undoes, hasUndone ? key : null)]),
  ],
  read: nothing,
});

const undoing = (id: string, undoes: string, by: string | null): Statement => ({
  sql: `update participant_operations set guard = case when claim = ? then 0 end, lease_until = 0, undone_by = ? where idempotency_key = ?`,
  values: [id, by, undoes],
});

/** The answer comes later. Until then nobody else undoes what this undoes. */
export const accepting = ({ key, id, undoes }: Claim): Transaction<void> => ({
  statements: [
    {
      sql: `update participant_operations set guard = case when claim = ? and status is null then 0 end, lease_until = 0, accepted = 1
        where idempotency_key = ?`,
      values: [id, key],
    },
    ...(undoes === null ? [] : [{ sql: HOLD, values: [id, FOR_EVER, undoes] }]),
  ],
  read: nothing,
});

const HOLD = 'update participant_operations set guard = case when claim = ? then 0 end, lease_until = ? where idempotency_key = ?';

/** Gives an accepted operation its answer. Fails as a whole where none is owed; or, unless it may be, where it is fenced. */
export const settling = (key: string, answer: Answer, by: { hasUndone: boolean; mayBeFenced: boolean }): Transaction<void> => ({
  statements: [
    {
      sql: `insert into participant_operations (idempotency_key, claim, lease_until, seen_at, guard) select ?, '', 0, 0, (select 0
        from participant_operations where idempotency_key = ? and accepted = 1 and status is null and fenced <= ?) where true
        on conflict (idempotency_key) do update set status = ?, answer = ?`,
      values: [key, key, by.mayBeFenced ? 1 : 0, answer.status, JSON.stringify(answer.body)],
    },
    {
      sql: `update participant_operations set lease_until = 0, undone_by = ? where idempotency_key =
        (select undoes from participant_operations where idempotency_key = ?)`,
      values: [by.hasUndone ? key : null, key],
    },
  ],
  read: nothing,
});

export const looking = (key: string): Transaction<Known | undefined> => ({
  statements: [reading([key])],
  read: (rows) => rowsOf(rows[0])[0],
});

/** Gives the key up without an answer: it has begun, and the next attempt may have it at once. */
export const releasing = ({ key, id, undoes }: Claim): Transaction<void> => ({
  statements: [
    {
      sql: 'update participant_operations set lease_until = 0 where idempotency_key in (?, ?) and claim = ?',
      values: [key, undoes, id],
    },
  ],
  read: nothing,
});

/** As if it had never come. */
export const withdrawing = ({ key, id }: Claim): Transaction<void> => ({
  statements: [{ sql: 'delete from participant_operations where idempotency_key = ? and claim = ?', values: [key, id] }],
  read: nothing,
});

/** Forgets what was first seen before that time, and is over. Reads the whole table. Returns how many there were. */
export const forgetting = (seenBefore: number, now: number): Transaction<number> => ({
  statements: [
    {
      sql: `delete from participant_operations where seen_at < ? and lease_until <= ? and (accepted = 0 or status is not null)
        returning idempotency_key`,
      values: [seenBefore, now],
    },
  ],
  read: (rows) => (rows[0] ?? []).length,
});

/** Whether a transaction failed because its claim was no longer good. */
export const isClaimLost = (error: unknown): boolean => error instanceof Error && error.message.includes('participant_operations.guard');
