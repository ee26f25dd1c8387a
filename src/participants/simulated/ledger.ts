/**
 * One simulated service: a Durable Object, named after it, with its books, its idempotency keys and its faults. What it has
 * answered is durable; what it has promised is done after an abort too. For local use and tests: nothing in it is ever deleted.
 */

import { DurableObject } from 'cloudflare:workers';
import type { ParticipantName } from '../../saga/definition.ts';
import { decodedKey } from '../kit/admission.ts';
import { LedgerBooks } from './books.ts';
import { CALLBACK_TRIES, sendCallback, type CallbackEnv } from './callbacks.ts';
import { CallLog, readCall, type CallRecord } from './calls.ts';
import { FaultSwitches, type FaultSetting, type StandingFault } from './faults.ts';
import { Later, type Deferred } from './later.ts';
import { callbackBody, Operations } from './operations.ts';
import { Reception } from './reception.ts';
import { refusal } from './service.ts';
import { PROBE_ROUTE, routeOf, serviceNamed } from './services.ts';
import { summarize, type OrderSummary } from './summary.ts';
import type { Entry } from './entry.ts';

const PROBE_PATH = /^\/operations\/(.+)$/;

export class SimulatedLedger extends DurableObject<CallbackEnv> {
  readonly #service: ParticipantName;
  readonly #books: LedgerBooks;
  readonly #operations: Operations;
  readonly #faults: FaultSwitches;
  readonly #log: CallLog;
  readonly #later: Later;
  readonly #reception: Reception;

  constructor(ctx: DurableObjectState, env: CallbackEnv) {
    super(ctx, env);
    const service = serviceNamed(ctx.id.name);
    if (!service) throw new Error(`There is no simulated service named ${ctx.id.name}`);
    const { storage } = ctx;
    this.#service = service;
    this.#books = new LedgerBooks(storage.sql);
    this.#operations = new Operations(service, storage, this.#books);
    this.#faults = new FaultSwitches(service, storage.sql);
    this.#log = new CallLog(service, storage.sql);
    this.#later = new Later(storage, (id, work) => this.#run(id, work));
    const [operations, faults, log, later] = [this.#operations, this.#faults, this.#log, this.#later];
    this.#reception = new Reception({ storage, operations, faults, log, later });
    this.#later.resume(Date.now());
  }

  /** The participant API of this service. */
  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const text = await request.text();
    const probed = request.method === 'GET' ? PROBE_PATH.exec(pathname)?.[1] : undefined;
    if (probed !== undefined) return this.#reception.probe(readCall(request.headers, PROBE_ROUTE, decodedKey(probed), text));
    const key = request.headers.get('idempotency-key') ?? '';
    const call = readCall(request.headers, pathname, key, text);
    if (request.method !== 'POST' || !routeOf(this.#service, pathname)) {
      const route = `${request.method} ${pathname}`;
      return this.#reception.turnAway({ ...call, route }, refusal(404, 'unknown_route', `${this.#service} has no ${route}`));
    }
    if (key === '')
      return this.#reception.turnAway(call, refusal(400, 'idempotency_key_missing', 'Every operation needs an Idempotency-Key'));
    return this.#reception.operation(call);
  }

  override alarm(): void {
    this.#later.runDue(Date.now());
  }

  /** Replaces the fault for the same route and order. Throws on a route or fault that this service does not have. */
  setFault(setting: FaultSetting): void {
    this.ctx.storage.transactionSync(() => this.#faults.set(setting));
  }

  /** Like `setFault`, but behind the faults that stand already: first this goes wrong, then that. */
  addFault(setting: FaultSetting): void {
    this.#faults.add(setting);
  }

  /** Clears one order's faults, or with null all. Returns how many there were. */
  clearFaults(orderId: string | null = null): number {
    return this.#faults.clear(orderId);
  }

  faults(): readonly StandingFault[] {
    return this.#faults.list();
  }

  /** Sets how much of a SKU can be reserved from now on; with null, of every SKU that was never set or reserved. */
  setStock(sku: string | null, level: number): void {
    this.#books.setStock(sku, level);
  }

  /** Marks the order's live shipments as picked up. Returns how many that were. */
  dispatch(tenant: string, orderId: string): number {
    return this.#books.dispatch(tenant, orderId, Date.now());
  }

  /** What this service alone did for the order. */
  summary(tenant: string, orderId: string): OrderSummary {
    return summarize(this.entries(tenant, orderId), this.calls(tenant, orderId));
  }

  entries(tenant: string, orderId: string): readonly Entry[] {
    return this.#books.entriesOf(tenant, orderId);
  }

  /** Every request for the order, in the order of arrival. */
  calls(tenant: string, orderId: string): readonly CallRecord[] {
    return this.#log.of(tenant, orderId);
  }

  #run(id: number, work: Deferred): void {
    switch (work.kind) {
      case 'arrive':
        return this.#reception.arrive(id, work.call, work.logId);
      case 'settle':
        return this.#settle(id, work);
      case 'call_back':
        return void this.#callBack(id, work);
      default:
        return work satisfies never;
    }
  }

  #settle(id: number, { call, refused, callbackUrl: url }: Extract<Deferred, { kind: 'settle' }>): void {
    this.ctx.storage.transactionSync(() => {
      const answer = this.#operations.settle(call, refused && refusal(422, refused.code, refused.message), Date.now());
      this.#later.done(id);
      if (!answer || url === null) return;
      const body = JSON.stringify(callbackBody(call.key, answer));
      this.#later.add({ kind: 'call_back', id: `msg_${crypto.randomUUID()}`, url, body, triesLeft: CALLBACK_TRIES }, 0, Date.now());
    });
  }

  async #callBack(id: number, work: Extract<Deferred, { kind: 'call_back' }>): Promise<void> {
    const wasTaken = await sendCallback(this.env, work);
    const triesLeft = work.triesLeft - 1;
    this.ctx.storage.transactionSync(() => {
      this.#later.done(id);
      if (wasTaken || triesLeft === 0) return;
      this.#later.add({ ...work, triesLeft }, 200 * 2 ** (CALLBACK_TRIES - triesLeft), Date.now());
    });
  }
}
