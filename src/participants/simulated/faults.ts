/**
 * The switches that make a service misbehave: what can go wrong, for which order and route, and how often. They are rows, so they
 * survive the object's abort. A fault of the order itself goes before one for all orders; among equals the oldest goes first.
 */

import * as z from 'zod';
import { routeOf, PROBE_ROUTE, SERVICE_NAMES } from './services.ts';
import type { ParticipantName } from '../../saga/definition.ts';

const delay_ms = z.int().min(0).max(86_400_000);
const failingStatus = z.int().min(400).max(599).default(503);

const acceptSchema = z.object({
  kind: z.literal('accept'),
  delay_ms,
  /** `{tenant}`, `{order_id}` and `{step}` in it are filled in. The host `coordinator` means this same Worker. */
  callback_url: z.url().optional(),
  outcome: z.enum(['succeeded', 'refused']),
  code: z.string().default('refused'),
  message: z.string().default('Refused after it was accepted'),
});

const faultSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('refuse'), status: z.int().min(400).max(499).default(422), code: z.string(), message: z.string() }),
  z.object({ kind: z.literal('fail'), status: failingStatus, retry_after: z.string().optional(), code: z.string().optional() }),
  z.object({ kind: z.literal('fail_after'), status: failingStatus, retry_after: z.string().optional() }),
  /** What stands before the service answers for it, without a word. */
  z.object({ kind: z.literal('gateway'), status: z.int().min(400).max(599).default(404) }),
  /** The failure is stored under the key: every later attempt is answered the same, and so is the probe. */
  z.object({ kind: z.literal('replay'), status: z.int().min(500).max(599).default(500), effect: z.boolean() }),
  z.object({ kind: z.literal('hang') }),
  z.object({ kind: z.literal('lose_answer') }),
  z.object({ kind: z.literal('drop'), effect: z.boolean() }),
  z.object({ kind: z.literal('late'), delay_ms }),
  z.object({ kind: z.literal('slow'), delay_ms }),
  z.object({ kind: z.literal('garbage') }),
  acceptSchema,
  z.object({ kind: z.literal('no_probe') }),
  /** The undo does not refuse its operation for the time to come, and forgets that it found nothing. */
  z.object({ kind: z.literal('no_fence') }),
]);

export type Fault = z.output<typeof faultSchema>;

export type AcceptFault = z.output<typeof acceptSchema>;

const PROBE_FAULTS: ReadonlySet<Fault['kind']> = new Set(['fail', 'hang', 'drop', 'slow', 'garbage', 'no_probe']);

const UNDO_ROUTES: ReadonlySet<string> = new Set(['/reservations/release', '/refunds', '/shipments/cancel', '/shipments/return']);

const settingSchema = z.object({
  route: z.string(),
  /** Null: all orders. */
  order_id: z.string().nullable().default(null),
  /** Null: until cleared. */
  times: z.int().positive().nullable().default(null),
  fault: faultSchema,
});

/** What a ledger is told: it is one service already. */
export type FaultSetting = z.input<typeof settingSchema>;

/** What the control API is told. Refuses a route that the service does not have, and a fault that the route can't have. */
export const serviceFaultSchema = settingSchema.extend({ service: z.enum(SERVICE_NAMES) }).check(({ value, issues }) => {
  for (const { field, message } of misfits(value.service, value)) issues.push({ code: 'custom', path: [field], message, input: value });
});

function misfits(service: ParticipantName, { route, fault }: z.output<typeof settingSchema>) {
  if (route !== PROBE_ROUTE && !routeOf(service, route)) return [{ field: 'route', message: `${service} has no route ${route}` }];
  return fitsRoute(route, fault.kind) ? [] : [{ field: 'fault', message: `${fault.kind} does not fit ${route}` }];
}

function fitsRoute(route: string, kind: Fault['kind']): boolean {
  if (route === PROBE_ROUTE) return PROBE_FAULTS.has(kind);
  return kind === 'no_fence' ? UNDO_ROUTES.has(route) : kind !== 'no_probe';
}

export interface StandingFault {
  readonly service: ParticipantName;
  readonly route: string;
  readonly order_id: string | null;
  readonly times_left: number | null;
  readonly fault: Fault;
}

const rowSchema = z.object({
  id: z.int(),
  route: z.string(),
  order_id: z.string().nullable(),
  times_left: z.int().nullable(),
  fault: z.string().transform((text) => faultSchema.parse(JSON.parse(text))),
});

export class FaultSwitches {
  readonly #service: ParticipantName;
  readonly #sql: SqlStorage;

  constructor(service: ParticipantName, sql: SqlStorage) {
    this.#service = service;
    this.#sql = sql;
    sql.exec(
      'create table if not exists faults (id integer primary key, route text not null, order_id text, times_left integer, fault text not null)',
    );
  }

  /** Queues the fault behind those that stand for the same route and order. Throws on what the service can't do. */
  add(setting: FaultSetting): void {
    const { route, order_id, times, fault } = serviceFaultSchema.parse({ ...setting, service: this.#service });
    this.#sql.exec(
      'insert into faults (route, order_id, times_left, fault) values (?, ?, ?, ?)',
      route,
      order_id,
      times,
      JSON.stringify(fault),
    );
  }

  /** The only fault for that route and order from now on. */
  set(setting: FaultSetting): void {
    this.#sql.exec('delete from faults where route = ? and order_id is ?', setting.route, setting.order_id ?? null);
    this.add(setting);
  }

  /** Clears one order's faults, or with null all of them. Returns how many there were. */
  clear(orderId: string | null): number {
    const where = orderId === null ? '' : 'where order_id = ?';
    return this.#sql.exec(`delete from faults ${where} returning id`, ...(orderId === null ? [] : [orderId])).toArray().length;
  }

  /** The fault that strikes this request, or null. Counts it as used. */
  take(route: string, orderId: string): Fault | null {
    const [row] = this.#sql
      .exec(
        'select * from faults where route = ? and (order_id = ? or order_id is null) order by order_id is null, id limit 1',
        route,
        orderId,
      )
      .toArray();
    if (!row) return null;
    const { id, times_left, fault } = rowSchema.parse(row);
    if (times_left === 1) this.#sql.exec('delete from faults where id = ?', id);
    else if (times_left !== null) this.#sql.exec('update faults set times_left = ? where id = ?', times_left - 1, id);
    return fault;
  }

  list(): readonly StandingFault[] {
    return this.#sql
      .exec('select * from faults order by id')
      .toArray()
      .map((row) => rowSchema.parse(row))
      .map(({ route, order_id, times_left, fault }) => ({ service: this.#service, route, order_id, times_left, fault }));
  }
}
