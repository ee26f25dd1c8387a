/**
 * The order's own object: it keeps the journal, folds it, lets the core decide and the driver act, and sees to it that an alarm stands
 * as long as the order is under way. An order that nobody asks about any more still ends, whatever instruction the process died at.
 */

import { DurableObject } from 'cloudflare:workers';
import type { CapabilitiesOf } from '../participants/capabilities.ts';
import { readCallback, type Callback } from '../saga/callback.ts';
import type { Command, Refusal } from '../saga/command.ts';
import type { SagaEvent } from '../saga/event.ts';
import type { Direction } from '../saga/operation.ts';
import { ok, refuse, type Result } from '../saga/result.ts';
import { newestSaga } from '../sagas/registry.ts';
import { readConfiguration, type Configuration, type CoordinatorEnv } from './configuration.ts';
import { Driver, type Delivery } from './driver.ts';
import { historyOf } from './history.ts';
import { OrderRecord } from './order-record.ts';
import { Outbox } from './outbox.ts';
import type {
  ApprovalDecision,
  Cancelled,
  History,
  OrderStatus,
  OrderView,
  ReviewAction,
  ShipmentReport,
  Started,
  StartOrder,
} from './orders-port.ts';
import { traceIdFrom } from './trace.ts';
import { statusOf, viewOf } from './view.ts';

/** Where driving fails for a reason of our own, the order is looked at again after this time, for ever. */
const TROUBLE_MS = 60_000;

/** An alarm that comes so much before its time is another. */
const EARLY_MS = 1_000;

const CLAIMED_BY = 'claimed_by';
const PUBLISHED = 'published';

type KeyClaim = 'new' | 'held' | 'taken';

export class OrderSaga extends DurableObject<CoordinatorEnv> {
  readonly #record: OrderRecord;
  readonly #driver: Driver;
  readonly #outbox: Outbox;
  /** When the alarm stands, as far as this life knows; null: none does. */
  #alarmAt: number | null = null;
  #configuration: Configuration | undefined;
  readonly #watchers = new Set<() => void>();

  constructor(ctx: DurableObjectState, env: CoordinatorEnv) {
    super(ctx, env);
    this.#record = new OrderRecord(ctx.storage.sql, ctx.id.name ?? ctx.id.toString());
    this.#driver = new Driver({
      current: () => this.#record.current(),
      submit: (...commands) => void this.#submit(commands),
      capabilities: (participant) => this.#configured().capabilities(participant),
      client: (participant) => this.#configured().client(participant),
      hand: (step, direction) => this.#hand(step, direction),
    });
    this.#outbox = this.#makeOutbox();
    if (this.#record.exists) void ctx.blockConcurrencyWhile(() => this.#wake());
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
   * This object is the one that the key alone leads to. An order with an id of its own is kept elsewhere, and only notes here that the
   * key is its own: `new` now, `held` before.
   */
  claimKey(orderId: string): KeyClaim {
    const { kv } = this.ctx.storage;
    const owner = this.#record.state ? this.#record.state.order.orderId : kv.get(CLAIMED_BY);
    if (owner === undefined) kv.put(CLAIMED_BY, orderId);
    if (owner === undefined) return 'new';
    return owner === orderId ? 'held' : 'taken';
  }

  view(): OrderView | null {
    return this.#record.state && this.#view();
  }

  status(): OrderStatus | null {
    if (!this.#record.state) return null;
    const { definition, state } = this.#record.current();
    return statusOf(definition, state);
  }

  events(afterSeq: number): History | null {
    if (!this.#record.state) return null;
    const { definition, state } = this.#record.current();
    const events = historyOf(definition, state.order.orderId, this.#record.entries(), afterSeq);
    return { events, next_after: events.at(-1)?.seq ?? afterSeq };
  }

  cancel(reason: string | null): Result<Cancelled, Refusal> | null {
    if (!this.#record.state) return null;
    const already = this.#record.state.ending === 'compensated';
    const cancelled = this.#command({ type: 'cancel', reason });
    return cancelled.ok ? ok({ view: cancelled.value, already }) : cancelled;
  }

  approve(decided: ApprovalDecision): Result<OrderView, Refusal> | null {
    if (!this.#record.state) return null;
    return this.#command({ type: 'approve', ...decided });
  }

  review({ action, step, by, note }: ReviewAction): Result<OrderView, Refusal> | null {
    if (!this.#record.state) return null;
    return this.#command({ type: action, step, by, note });
  }

  callBack(callback: Callback): Result<OrderView, Refusal> | null {
    if (!this.#record.state) return null;
    const { definition, state } = this.#record.current();
    const read = readCallback(definition, state, callback);
    return read.ok ? this.#command(read.value) : read;
  }

  reportShipment(report: ShipmentReport): Result<OrderView, Refusal> | null {
    if (!this.#record.state) return null;
    return this.#command({ type: 'report_shipment', ...report });
  }

  /** Answers when the order is at rest, or after `waitMs`. */
  async whenAtRest(waitMs: number): Promise<OrderView | null> {
    if (this.#record.state && !this.#record.state.ending) {
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
    if (!this.#record.state || this.#record.state.ending) return { type: 'done' };
    this.#configured();
    return this.#driver.deliver(step, direction);
  }

  /** A queue has given its message up: what it was about goes to a person, unless it is settled or being done right now. */
  giveUp(step: string, direction: Direction): Delivery {
    if (!this.#record.state || this.#record.state.ending) return { type: 'done' };
    this.#configured();
    if (this.#driver.isCalling(step, direction)) return { type: 'again', delayMs: TROUBLE_MS };
    this.#submit([{ type: 'give_up', step, direction }]);
    this.#advance();
    return { type: 'done' };
  }

  /** Never throws: the platform drops an alarm for good after six failures. Early, late, twice or beside a call, it does no harm. */
  override async alarm(): Promise<void> {
    // While an alarm is being delivered `getAlarm` knows of none, so a life that began just then took everything for published.
    if (this.#alarmAt === null || Date.now() + EARLY_MS < this.#alarmAt) this.#outbox.assumeNothing();
    this.#alarmAt = null;
    try {
      if (!this.#record.state || (this.#record.state.ending && this.#outbox.wakeAt(Date.now()) === null)) return;
      this.#configured();
      if (!this.#record.state.ending) {
        this.#submit([{ type: 'tick' }]);
        this.#driver.advance();
      }
      this.#outbox.publish();
      this.#arm();
      if (this.#alarmAt !== null) this.#outbox.beforeSleep(this.#alarmAt, Date.now());
    } catch (error) {
      console.error(JSON.stringify({ message: 'An order could not be driven', order: this.ctx.id.name, error: String(error) }));
      await this.#setAlarm(Date.now() + TROUBLE_MS);
    }
  }

  /** An order under way without an alarm would sleep for ever. One at rest without an alarm has published everything. */
  async #wake(): Promise<void> {
    this.#alarmAt = await this.ctx.storage.getAlarm();
    if (this.#alarmAt !== null) return;
    if (this.#record.isUnderWay) await this.#setAlarm(Date.now());
    else this.#outbox.assumePublished();
  }

  #command(command: Command): Result<OrderView, Refusal> {
    const decision = this.#submit([command]);
    if (!decision.ok) return decision;
    this.#advance();
    return ok(this.#view());
  }

  #view(): OrderView {
    const { definition, state } = this.#record.current();
    return viewOf(definition, state);
  }

  #configured(): Configuration {
    if (this.#configuration) return this.#configuration;
    const read = readConfiguration(this.env);
    if (!read.ok) throw new Error(`${read.refusal.setting}: ${read.refusal.detail}`);
    this.#configuration = read.value;
    return read.value;
  }

  /** The alarm is set in the turn that writes the row: both are durable, or neither. */
  #submit(commands: readonly Command[], definition = this.#record.current().definition): Result<readonly SagaEvent[], Refusal> {
    const capabilities: CapabilitiesOf = (participant) => this.#configured().capabilities(participant);
    const written = this.#record.write(commands, definition, { now: Date.now(), random: Math.random, capabilities });
    if (!written.ok || written.value.length === 0) return written;
    for (const event of written.value) this.#driver.noticed(event);
    this.#arm();
    this.#outbox.written();
    if (this.#record.state?.ending) for (const watcher of this.#watchers) watcher();
    return written;
  }

  #advance(): void {
    this.#configured();
    this.#driver.advance();
    this.#arm();
  }

  /** Moves the alarm only to an earlier time: each move is a row, and an alarm that finds nothing to do is none. */
  #arm(): void {
    const now = Date.now();
    const times = [this.#driver.wakeAt(now), this.#outbox.wakeAt(now)].filter((at) => at !== null);
    const at = Math.min(...times, this.#alarmAt ?? Number.POSITIVE_INFINITY);
    if (at !== (this.#alarmAt ?? Number.POSITIVE_INFINITY)) void this.#setAlarm(at);
  }

  #setAlarm(at: number): Promise<void> {
    this.#alarmAt = at;
    return this.ctx.storage.setAlarm(at);
  }

  #hand(step: string, direction: Direction): Promise<void> {
    const { order } = this.#record.current().state;
    const message = { tenant: order.tenant, order_id: order.orderId, step, direction };
    return (direction === 'undo' ? this.env.COMPENSATIONS : this.env.NOTIFICATIONS).send(message).then(() => undefined);
  }

  #makeOutbox(): Outbox {
    const { storage } = this.ctx;
    return new Outbox({
      order: this.ctx.id.name ?? this.ctx.id.toString(),
      journal: () => ({ definition: this.#record.current().definition, entries: this.#record.entries() }),
      lastSeq: () => this.#record.lastSeq,
      isAtRest: () => this.#record.state?.ending !== null,
      queue: (batch) => this.env.ORDER_EVENTS.send(batch),
      webhook: () => this.#configured().eventWebhook,
      readNote: () => (this.#record.exists ? storage.kv.get(PUBLISHED) : undefined),
      writeNote: (note) => storage.kv.put(PUBLISHED, note),
      arm: () => this.#arm(),
    });
  }
}
