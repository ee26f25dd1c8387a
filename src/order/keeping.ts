/**
 * For how long an order at rest is kept, and its end: its object keeps nothing of it but what accounting needs, and tells the read model so.
 * That stands for the order from then on: its id and its key are never another's, and what comes about it late is refused, not lost in silence.
 */

import { refuse, type Result } from '../saga/result.ts';
import { accountOf } from './account.ts';
import type { CoordinatorEnv } from './configuration.ts';
import { orderSummary, type OrderSummary } from './order-message.ts';
import type { OrderRecord } from './order-record.ts';
import { readRetention } from './retention.ts';

const ACCOUNT = 'account';

/** How soon the read model is told again, where it is not known to have been. */
const AGAIN_MS = 60_000;

/** An order that this deployment can't drive is kept until one can: looked at again after this time. */
const STRANDED_MS = 24 * 3_600_000;

interface KeepingPorts {
  readonly env: () => CoordinatorEnv;
  readonly storage: DurableObjectStorage;
  readonly record: OrderRecord;
  readonly summary: () => OrderSummary | null;
  /** The alarm will stand though nothing is left to publish. */
  readonly noteAll: () => void;
  /** Nothing is remembered of what was published. */
  readonly forget: () => unknown;
}

export class Keeping {
  readonly #ports: KeepingPorts;
  #isGone: boolean;
  #account: OrderSummary | null;

  constructor(ports: KeepingPorts) {
    this.#ports = ports;
    const { record, storage } = ports;
    this.#isGone = record.isEmptied;
    this.#account = this.#isGone ? (orderSummary.safeParse(storage.kv.get(ACCOUNT)).data ?? null) : null;
  }

  /** There was an order here, and its time is over. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** What is left of it; null where nothing is gone. */
  get account(): OrderSummary | null {
    return this.#account;
  }

  /** News of an order that is gone. Nothing can be done about it here: a person has to know, should it be that money was taken after all. */
  tooLate(about: Readonly<Record<string, string>>): Result<never, { readonly reason: 'erased' }> | null {
    if (!this.#isGone) return null;
    console.error(JSON.stringify({ message: 'News of an order whose time is over', order: this.#ports.record.name, ...about }));
    return refuse({ reason: 'erased' });
  }

  /** To be called when everything is published: where its time is over, this is its end. Gives the time at which to look again; null: never. */
  async keep(): Promise<number | null> {
    if (this.#account) return this.#tell(this.#account);
    const { endsAt } = this;
    if (endsAt === null) return null;
    const now = Date.now();
    const account = now >= endsAt ? this.#end(now) : null;
    if (account) return this.#tell(account);
    this.#ports.noteAll();
    return now >= endsAt ? now + STRANDED_MS : endsAt;
  }

  /** Null: it is not at rest, or kept for ever. */
  get endsAt(): number | null {
    const { restedAt } = this.#ports.record;
    const retention = readRetention(this.#ports.env());
    return restedAt === null || !retention.ok || retention.value === null ? null : restedAt + retention.value;
  }

  /** In one turn, so that it is all durable or nothing is. Null where this deployment can't tell what the order came to. */
  #end(now: number): OrderSummary | null {
    const { record, storage, summary, forget } = this.#ports;
    const told = record.standing.type === 'driven' ? summary() : null;
    if (!told) return null;
    const account = accountOf(told);
    storage.transactionSync(() => {
      const names = [...storage.kv.list()].map(([name]) => name);
      for (const name of names) storage.kv.delete(name);
      storage.kv.put(ACCOUNT, account);
      // Last, since it is what the record remembers then.
      record.empty();
    });
    void storage.setAlarm(now + AGAIN_MS);
    forget();
    this.#isGone = true;
    this.#account = account;
    return account;
  }

  /** The alarm goes when it is told; a crash before that leaves it standing. */
  async #tell(account: OrderSummary): Promise<number | null> {
    const { env, storage, record } = this.#ports;
    await storage.sync();
    record.tidy();
    await env().ORDER_EVENTS.send({ order: account, events: [] });
    await storage.deleteAlarm();
    return null;
  }
}
