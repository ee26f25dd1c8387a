/**
 * The order's own object: it keeps the journal, folds it, lets the core decide and the driver act, and sees to it that an alarm stands
 * as long as the order is under way. An order that nobody asks about any more still ends, whatever instruction the process died at.
 */

import { DurableObject } from 'cloudflare:workers';
import type { Command, Context, Refusal } from '../saga/command.ts';
import { decide } from '../saga/decide.ts';
import type { SagaDefinition } from '../saga/definition.ts';
import type { SagaEvent } from '../saga/event.ts';
import { evolve } from '../saga/evolve.ts';
import type { Direction } from '../saga/operation.ts';
import { ok, refuse, type Result } from '../saga/result.ts';
import type { SagaState } from '../saga/state.ts';
import { newestSaga, sagaVersion } from '../sagas/registry.ts';
import { readConfiguration, type Configuration, type CoordinatorEnv } from './configuration.ts';
import { Driver, type Delivery } from './driver.ts';
import { historyOf } from './history.ts';
import { Journal } from './journal.ts';
import type { ApprovalDecision, Cancelled, History, OrderStatus, OrderView, Started, StartOrder } from './orders-port.ts';
import { traceIdFrom } from './trace.ts';
import { statusOf, viewOf } from './view.ts';

/** Where driving fails for a reason of our own, the order is looked at again after this time, for ever. */
const TROUBLE_MS = 60_000;

const CLAIMED_BY = 'claimed_by';

export class OrderSaga extends DurableObject<CoordinatorEnv> {
  readonly #journal: Journal;
  readonly #driver: Driver;
  #state: SagaState | null = null;
  /** The last event's sequence number. */
  #seq = 0;
  /** When the alarm stands, as far as this life knows; null: none does. */
  #alarmAt: number | null = null;
  #configuration: Configuration | undefined;
  readonly #watchers = new Set<() => void>();

  constructor(ctx: DurableObjectState, env: CoordinatorEnv) {
    super(ctx, env);
    this.#journal = new Journal(ctx.storage.sql);
    for (const { seq, at, events } of this.#journal.read()) {
      this.#state = fold(this.#state, events, at);
      this.#seq = seq + events.length - 1;
    }
    this.#driver = new Driver({
      current: () => this.#current(),
      submit: (...commands) => void this.#submit(commands),
      capabilities: (participant) => this.#configured().capabilities(participant),
      client: (participant) => this.#configured().client(participant),
      hand: (step, direction) => this.#hand(step, direction),
    });
    if (this.#state && !this.#state.ending) void ctx.blockConcurrencyWhile(() => this.#rearm());
  }

  /** Places the order, durably, and answers; the first participant is called after that. Placing it again changes nothing. */
  start({ order, saga, idempotencyKey, keyOrderId, traceparent }: StartOrder): Result<Started, Refusal> {
    if (keyOrderId === order.orderId && this.ctx.storage.kv.get(CLAIMED_BY) !== undefined)
      return refuse({ reason: 'idempotency_key_reused' });
    const definition = newestSaga(saga);
    if (!definition) throw new Error(`There is no saga ${saga}`);
    const settings = this.#configured().settingsFor(definition, order);
    const place: Command = { type: 'place', saga, order, settings, idempotencyKey, traceId: traceIdFrom(traceparent) };
    const decision = this.#submit([place], definition);
    if (!decision.ok) return decision;
    const replayed = decision.value.length === 0;
    // A turn of its own, so that the answer is on its way before the first call is.
    if (!replayed) setTimeout(() => this.#advance(), 0);
    return ok({ view: this.#view(), replayed });
  }

  /**
   * This object is the one that the key alone leads to. An order with an id of its own is kept elsewhere, and only notes here that
   * the key is taken. False where the key belongs to another order.
   */
  claimKey(orderId: string): boolean {
    const { kv } = this.ctx.storage;
    const owner = this.#state ? this.#state.order.orderId : kv.get(CLAIMED_BY);
    if (owner === undefined) kv.put(CLAIMED_BY, orderId);
    return owner === undefined || owner === orderId;
  }

  view(): OrderView | null {
    return this.#state && this.#view();
  }

  status(): OrderStatus | null {
    if (!this.#state) return null;
    const { definition, state } = this.#current();
    return statusOf(definition, state);
  }

  events(afterSeq: number): History | null {
    if (!this.#state) return null;
    const { definition, state } = this.#current();
    const events = historyOf(definition, state.order.orderId, this.#journal.read(afterSeq), afterSeq);
    return { events, next_after: events.at(-1)?.seq ?? afterSeq };
  }

  cancel(reason: string | null): Result<Cancelled, Refusal> | null {
    if (!this.#state) return null;
    const already = this.#state.ending === 'compensated';
    const decision = this.#submit([{ type: 'cancel', reason }]);
    if (!decision.ok) return decision;
    this.#advance();
    return ok({ view: this.#view(), already });
  }

  approve(decided: ApprovalDecision): Result<OrderView, Refusal> | null {
    if (!this.#state) return null;
    const decision = this.#submit([{ type: 'approve', ...decided }]);
    if (!decision.ok) return decision;
    this.#advance();
    return ok(this.#view());
  }

  /** Answers when the order is at rest, or after `waitMs`. */
  async whenAtRest(waitMs: number): Promise<OrderView | null> {
    if (this.#state && !this.#state.ending) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#watchers.add(resolve);
      const timer = setTimeout(resolve, waitMs);
      await promise;
      clearTimeout(timer);
      this.#watchers.delete(resolve);
    }
    return this.view();
  }

  /** A queue brings its message: does what of it is still owed, and says what becomes of the message. */
  async deliver(step: string, direction: Direction): Promise<Delivery> {
    if (!this.#state || this.#state.ending) return { type: 'done' };
    this.#configured();
    return this.#driver.deliver(step, direction);
  }

  /** A queue has given its message up: what it was about goes to a person, unless it is settled or being done right now. */
  giveUp(step: string, direction: Direction): Delivery {
    if (!this.#state || this.#state.ending) return { type: 'done' };
    if (this.#driver.isCalling(step, direction)) return { type: 'again', delayMs: TROUBLE_MS };
    this.#submit([{ type: 'give_up', step, direction }]);
    this.#advance();
    return { type: 'done' };
  }

  /** Never throws: the platform drops an alarm for good after six failures. Early, late, twice or beside a call, it does no harm. */
  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    if (!this.#state || this.#state.ending) return;
    try {
      this.#configured();
      this.#submit([{ type: 'tick' }]);
      this.#advance();
    } catch (error) {
      console.error(JSON.stringify({ message: 'An order could not be driven', order: this.ctx.id.name, error: String(error) }));
      await this.#setAlarm(Date.now() + TROUBLE_MS);
    }
  }

  /** An order under way without an alarm would sleep for ever. */
  async #rearm(): Promise<void> {
    this.#alarmAt = await this.ctx.storage.getAlarm();
    if (this.#alarmAt === null) await this.#setAlarm(Date.now());
  }

  #view(): OrderView {
    const { definition, state } = this.#current();
    return viewOf(definition, state);
  }

  #current(): { readonly definition: SagaDefinition; readonly state: SagaState } {
    if (!this.#state) throw new Error(`There is no order ${this.ctx.id.name}`);
    const { saga, version } = this.#state;
    const definition = sagaVersion(saga, version);
    if (!definition) throw new Error(`Order ${this.ctx.id.name} runs on ${saga} version ${version}, which is not deployed`);
    return { definition, state: this.#state };
  }

  #configured(): Configuration {
    if (this.#configuration) return this.#configuration;
    const read = readConfiguration(this.env);
    if (!read.ok) throw new Error(`${read.refusal.setting}: ${read.refusal.detail}`);
    this.#configuration = read.value;
    return read.value;
  }

  /** Decides on the commands one after the other; what follows is one row, written with the alarm in the same turn. */
  #submit(commands: readonly Command[], definition = this.#current().definition): Result<readonly SagaEvent[], Refusal> {
    const now = Date.now();
    const context: Context = { now, random: Math.random, capabilities: (participant) => this.#configured().capabilities(participant) };
    const written: SagaEvent[] = [];
    let state = this.#state;
    for (const command of commands) {
      const decision = decide(definition, state, command, context);
      if (!decision.ok) return decision;
      state = fold(state, decision.value, now);
      written.push(...decision.value);
    }
    if (written.length > 0) this.#commit(state, written, now);
    return ok(written);
  }

  #commit(state: SagaState | null, events: readonly SagaEvent[], now: number): void {
    this.#journal.append({ seq: this.#seq + 1, at: now, events });
    this.#state = state;
    this.#seq += events.length;
    for (const event of events) this.#driver.noticed(event);
    this.#arm();
    if (state?.ending) for (const watcher of this.#watchers) watcher();
  }

  #advance(): void {
    this.#configured();
    this.#driver.advance();
    this.#arm();
  }

  /** Moves the alarm only to an earlier time: each move is a row, and an alarm that finds nothing to do is none. */
  #arm(): void {
    const at = this.#driver.wakeAt(Date.now());
    if (at !== null && (this.#alarmAt === null || at < this.#alarmAt)) void this.#setAlarm(at);
  }

  #setAlarm(at: number): Promise<void> {
    this.#alarmAt = at;
    return this.ctx.storage.setAlarm(at);
  }

  #hand(step: string, direction: Direction): Promise<void> {
    const { order } = this.#current().state;
    const message = { tenant: order.tenant, order_id: order.orderId, step, direction };
    return (direction === 'undo' ? this.env.COMPENSATIONS : this.env.NOTIFICATIONS).send(message).then(() => undefined);
  }
}

const fold = (state: SagaState | null, events: readonly SagaEvent[], at: number): SagaState | null =>
  events.reduce<SagaState | null>((folded, event) => evolve(folded, event, at), state);
