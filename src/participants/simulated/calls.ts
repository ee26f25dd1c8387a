/** Every request that reached a service, with what was answered. For tests and the demonstration; no service acts on it. */

import * as z from 'zod';
import type { ParticipantName } from '../../saga/definition.ts';
import { SERVICE_NAMES } from './services.ts';

/** A request to an operation or to the probe, as read from HTTP. Stored while it waits to be processed, hence a schema. */
export const callSchema = z.object({
  route: z.string(),
  key: z.string(),
  /** The body, byte for byte: that is what makes two requests the same. */
  text: z.string(),
  tenant: z.string(),
  orderId: z.string(),
  step: z.string(),
  direction: z.string(),
  attempt: z.int().nullable(),
  notAfter: z.string().nullable(),
});

export type Call = Readonly<z.output<typeof callSchema>>;

const namesOrder = z.object({ order_id: z.string() });

/** Reads the headers of the participant API. The order is taken from the body where no header names it, else it is the empty string. */
export function readCall(headers: Headers, route: string, key: string, text: string): Call {
  const attempt = z.coerce
    .number()
    .int()
    .safeParse(headers.get('saga-attempt') ?? undefined);
  return {
    route,
    key,
    text,
    tenant: headers.get('saga-tenant') ?? '',
    orderId: headers.get('saga-order-id') ?? namesOrder.safeParse(jsonOf(text)).data?.order_id ?? '',
    step: headers.get('saga-step') ?? '',
    direction: headers.get('saga-direction') ?? '',
    attempt: attempt.data ?? null,
    notAfter: headers.get('saga-not-after'),
  };
}

/** Undefined where the text is not JSON: every schema refuses that. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const recordSchema = z.object({
  service: z.enum(SERVICE_NAMES),
  route: z.string(),
  idempotency_key: z.string(),
  tenant: z.string(),
  order_id: z.string(),
  step: z.string(),
  direction: z.string(),
  attempt: z.int().nullable(),
  at: z.string(),
  /** Null while there is no answer, and for ever where there never is one. What arrived late tells it though nobody may listen. */
  status: z.int().nullable(),
  /** The stored answer was given again. */
  duplicate: z.int().transform((flag) => flag === 1),
  /** The kind of the fault that struck it. */
  fault: z.string().nullable(),
});

export type CallRecord = Readonly<z.output<typeof recordSchema>>;

export class CallLog {
  readonly #service: ParticipantName;
  readonly #sql: SqlStorage;

  constructor(service: ParticipantName, sql: SqlStorage) {
    this.#service = service;
    this.#sql = sql;
    sql.exec(`create table if not exists calls (id integer primary key, route text not null, idempotency_key text not null,
      tenant text not null, order_id text not null, step text not null, direction text not null, attempt integer, at text not null,
      status integer, duplicate integer not null default 0, fault text)`);
    sql.exec('create index if not exists calls_of_order on calls (order_id, tenant)');
  }

  /** Returns the row's id, to say later what was answered. */
  add(call: Call, fault: string | null, now: number): number {
    const values = [
      call.route,
      call.key,
      call.tenant,
      call.orderId,
      call.step,
      call.direction,
      call.attempt,
      new Date(now).toISOString(),
      fault,
    ];
    const row = this.#sql
      .exec(
        `insert into calls (route, idempotency_key, tenant, order_id, step, direction, attempt, at, fault)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?) returning id`,
        ...values,
      )
      .one();
    return z.int().parse(row['id']);
  }

  answered(id: number, status: number): void {
    this.#sql.exec('update calls set status = ? where id = ?', status, id);
  }

  wasDuplicate(id: number): void {
    this.#sql.exec('update calls set duplicate = 1 where id = ?', id);
  }

  of(tenant: string, orderId: string): readonly CallRecord[] {
    return this.#sql
      .exec('select * from calls where order_id = ? and tenant = ? order by id', orderId, tenant)
      .toArray()
      .map((row) => recordSchema.parse(Object.assign(row, { service: this.#service })));
  }
}
