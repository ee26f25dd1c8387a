/**
 * Work with a due time, kept in a table: it survives the object's abort, and is done at least once. Timers run it on time; the
 * alarm only wakes an object that is no longer there to have timers.
 */

import * as z from 'zod';
import { callSchema } from './calls.ts';

const deferredSchema = z.discriminatedUnion('kind', [
  /** A request that was on its way for long. */
  z.object({ kind: z.literal('arrive'), call: callSchema, logId: z.int() }),
  /** An accepted operation, to be done now; or refused, where `refused` says how. */
  z.object({
    kind: z.literal('settle'),
    call: callSchema,
    refused: z.object({ code: z.string(), message: z.string() }).nullable(),
    callbackUrl: z.string().nullable(),
  }),
  z.object({ kind: z.literal('call_back'), id: z.string(), url: z.string(), body: z.string(), triesLeft: z.int() }),
]);

export type Deferred = z.output<typeof deferredSchema>;

const rowSchema = z.object({
  id: z.int(),
  due_at: z.int(),
  work: z.string().transform((text) => deferredSchema.parse(JSON.parse(text))),
});

export class Later {
  readonly #storage: DurableObjectStorage;
  /** Has to call `done` in the transaction that makes the work's effect, or after it. */
  readonly #run: (id: number, work: Deferred) => void;
  readonly #running = new Set<number>();
  /** As far as this life of the object knows. It is only moved earlier, and may find nothing to do. */
  #alarmAt = Number.POSITIVE_INFINITY;

  constructor(storage: DurableObjectStorage, run: (id: number, work: Deferred) => void) {
    this.#storage = storage;
    this.#run = run;
    storage.sql.exec(
      'create table if not exists later (id integer primary key autoincrement, due_at integer not null, work text not null)',
    );
  }

  /** Returns the row's id. */
  add(work: Deferred, delayMs: number, now: number): number {
    const row = this.#storage.sql
      .exec('insert into later (due_at, work) values (?, ?) returning id', now + delayMs, JSON.stringify(work))
      .one();
    const id = z.int().parse(row['id']);
    this.#arm(id, delayMs);
    return id;
  }

  done(id: number): void {
    this.#storage.sql.exec('delete from later where id = ?', id);
    this.#running.delete(id);
  }

  /** Sets a timer for all that is owed: for the constructor. */
  resume(now: number): void {
    for (const { id, due_at } of this.#owed()) this.#arm(id, Math.max(0, due_at - now));
  }

  /** For the alarm. Mostly the timers were there before it. */
  runDue(now: number): void {
    this.#alarmAt = Number.POSITIVE_INFINITY;
    const due = this.#owed().filter(({ due_at }) => due_at <= now);
    for (const { id } of due) this.#start(id);
    this.#wakeAfter(now);
  }

  #arm(id: number, delayMs: number): void {
    setTimeout(() => this.#start(id), delayMs);
    this.#wakeAfter(-1);
  }

  #start(id: number): void {
    const [row] = this.#storage.sql.exec('select * from later where id = ?', id).toArray();
    if (!row || this.#running.has(id)) return;
    this.#running.add(id);
    this.#run(id, rowSchema.parse(row).work);
  }

  /** What is due already has been started by whoever calls this with the present time. */
  #wakeAfter(time: number): void {
    const row = this.#storage.sql.exec('select min(due_at) as next from later where due_at > ?', time).one();
    const next = z.int().nullable().parse(row['next']);
    if (next === null || next >= this.#alarmAt) return;
    this.#alarmAt = next;
    void this.#storage.setAlarm(next);
  }

  #owed() {
    const rows = this.#storage.sql.exec('select * from later order by due_at, id').toArray();
    return rows.map((row) => rowSchema.parse(row));
  }
}
