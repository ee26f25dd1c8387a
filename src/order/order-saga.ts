/**
 * The order's own object: it keeps the journal, folds it, lets the core decide and the driver act, and sees to it that an alarm stands
 * as long as the order is under way. An order that nobody asks about any more still ends, whatever instruction the process died at.
 */

import { DurableObject } from 'cloudflare:workers';
import type { CapabilitiesOf } from '../participants/capabilities.ts';
import { readCallback, type Callback } from '../saga/callback.ts';
import type { Command, Refusal as Refused } from '../saga/command.ts';
import type { SagaDefinition } from '../saga/definition.ts';
import type { SagaEvent } from '../saga/event.ts';
import type { Direction } from '../saga/operation.ts';
import { ok, refuse, type Result } from '../saga/result.ts';
import type { SagaState } from '../saga/state.ts';
import { newestSaga } from '../sagas/registry.ts';
import { usableConfiguration, type Configuration, type CoordinatorEnv } from './configuration.ts';
import type { Delivery, Driver } from './driver.ts';
import { openDriver } from './driving.ts';
import { Keeping } from './keeping.ts';
import { claimKey, isClaimed, type KeyClaim } from './key-claim.ts';
import type { OrderSummary } from './order-message.ts';
import { logDecision } from './log.ts';
import { OrderRecord } from './order-record.ts';
import type { Outbox } from './outbox.ts';
import type * as Port from './orders-port.ts';
import { openOutbox } from './publishing.ts';
import { RestWatch } from './rest-watch.ts';
import { logStranded, StrandedNote } from './stranded.ts';
import { Telling, type Watched } from './telling.ts';
import { traceIdFrom } from './trace.ts';

/** Where driving fails for a reason of our own, the order is looked at again after this time, for ever. */
const TROUBLE_MS = 60_000;

/** An alarm that comes so much before its time is another. */
const EARLY_MS = 1_000;

/** An order at rest that begins a new life sees after this time to how long it is kept. */
const KEEPING_MS = 5_000;

export class OrderSaga extends DurableObject<CoordinatorEnv> {
  readonly #record: OrderRecord;
  readonly #driver: Driver;
  #outbox: Outbox;
  readonly #stranded: StrandedNote;
  readonly #telling: Telling;
  readonly #keeping: Keeping;
  /** When the alarm stands, as far as this life knows; null: none does. */
  #alarmAt: number | null = null;
  readonly #rest = new RestWatch();

  constructor(ctx: DurableObjectState, env: CoordinatorEnv) {
    super(ctx, env);
    this.#record = new OrderRecord(ctx.storage, ctx.id.name ?? ctx.id.toString());
    this.#driver = openDriver(() => this.env, this.#record, {
      configured: () => this.#configured(),
      submit: (commands) => this.#submit(commands),
    });
    this.#outbox = this.#openOutbox();
    this.#stranded = new StrandedNote(ctx.storage.kv);
    this.#telling = new Telling(this.#record, this.#stranded, () => ctx.storage.sync());
    this.#keeping = new Keeping({
      env: () => this.env,
      storage: ctx.storage,
      record: this.#record,
      summary: () => this.#telling.summary(),
      noteAll: () => this.#outbox.noteAll(),
      forget: () => (this.#outbox = this.#openOutbox()),
    });
    if (this.#record.exists) void ctx.blockConcurrencyWhile(() => this.#wake());
  }

  /** Places the order, durably, and answers; the first participant is called after that. Placing it again changes nothing. */
  start({ order, saga, idempotencyKey, keyOrderId, traceparent }: Port.StartOrder): Result<Port.Started, Port.Refusal> {
    if (this.#keeping.isGone) return refuse({ reason: 'erased' });
    if (keyOrderId === order.orderId && isClaimed(this.ctx.storage.kv)) return refuse({ reason: 'idempotency_key_reused' });
    const { standing } = this.#record;
    if (standing.type === 'stranded' && !standing.state) return refuse(standing.why);
    const definition = newestSaga(saga);
    if (!definition) throw new Error(`There is no saga ${saga}`);
    // Of the order that is here, whichever saga was asked for.
    const configuration = standing.type === 'driven' ? this.#configured() : this.#configured(definition);
    const settings = configuration.settingsFor(definition, order);
    const place: Command = { type: 'place', saga, order, settings, idempotencyKey, traceId: traceIdFrom(traceparent) };
    const decision = this.#submit([place], definition);
    if (!decision.ok) return decision;
    const replayed = decision.value.length === 0;
    // A turn of its own, so that the answer is on its way before the first call is.
    if (!replayed) setTimeout(() => this.#advance(), 0);
    return ok({ view: this.#view(), replayed });
  }

  /** This object is the one that the key alone leads to. */
  claimKey(orderId: string): KeyClaim {
    const isOwn = this.#record.exists || this.#keeping.isGone;
    return claimKey(this.ctx.storage.kv, isOwn ? this.ctx.id.name?.split('/').at(1) : undefined, orderId);
  }

  view(): Port.OrderView | Port.Unreadable | null {
    return this.#telling.view();
  }

  status(): Port.OrderStatus | Port.Unreadable | null {
    return this.#telling.status();
  }

  events(afterSeq: number): Port.History | Port.Unreadable | null {
    return this.#telling.events(afterSeq);
  }

  /** The history after this event, as it happens, until the order is at rest for good; `over` where it is, and nothing is left to tell. */
  async watch(afterSeq: number): Promise<Watched> {
    return this.#telling.watch(afterSeq);
  }

  journal(): Port.OrderJournal | null {
    return this.#telling.journal();
  }

  cancel(reason: string | null): Result<Port.Cancelled, Port.Refusal> | null {
    return this.#asked((_, { ending }) => {
      const cancelled = this.#command({ type: 'cancel', reason });
      return cancelled.ok ? ok({ view: cancelled.value, already: ending === 'compensated' }) : cancelled;
    });
  }

  /** Erases what tells who the customer is, everywhere in this object, and answers where the order stands without it. */
  erase(): Result<OrderSummary, Port.Refusal> | null {
    if (this.#keeping.account) return ok(this.#keeping.account);
    return this.#asked(() => {
      const erasure = this.#submit([{ type: 'erase' }]);
      if (!erasure.ok) return erasure;
      const summary = this.#telling.summary();
      return summary ? ok(summary) : refuse({ reason: 'not_at_rest' });
    });
  }

  approve(decided: Port.ApprovalDecision): Result<Port.OrderView, Port.Refusal> | null {
    return this.#asked(() => this.#command({ type: 'approve', ...decided }));
  }

  review({ action, step, by, note }: Port.ReviewAction): Result<Port.OrderView, Port.Refusal> | null {
    return this.#asked(() => this.#command({ type: action, step, by, note }));
  }

  callBack(callback: Callback): Result<Port.OrderView, Port.Refusal> | null {
    return this.#asked(
      (definition, state) => {
        const read = readCallback(definition, state, callback);
        return read.ok ? this.#command(read.value) : read;
      },
      { step: callback.step, outcome: callback.outcome.type },
    );
  }

  reportShipment(report: Port.ShipmentReport): Result<Port.OrderView, Port.Refusal> | null {
    return this.#asked(() => this.#command({ type: 'report_shipment', ...report }));
  }

  /** Does what its alarm would, and tells where it stands: for those who keep an eye on many orders. Null where nothing can be told. */
  look(): OrderSummary | null {
    if (this.#isDriven()) {
      this.#submit([{ type: 'tick' }]);
      this.#advance();
    }
    return this.#keeping.account ?? this.#telling.summary();
  }

  /** Answers when the order is at rest, or after `waitMs`; at once where it is stranded. */
  async whenAtRest(waitMs: number): Promise<Port.OrderView | null> {
    if (this.#isDriven()) await this.#rest.wait(waitMs);
    const told = this.view();
    return told === 'unreadable' ? null : told;
  }

  /**
   * A queue brings its message: does what of it is still owed, and says what becomes of the message. A stranded order needs none: what is
   * owed is handed over anew once it can be driven.
   */
  async deliver(step: string, direction: Direction): Promise<Delivery> {
    if (!this.#isDriven()) return { type: 'done' };
    this.#configured();
    const delivery = this.#driver.deliver(step, direction);
    // A call is under way from here on.
    this.#arm();
    return delivery;
  }

  /** A queue has given its message up: what it was about goes to a person, unless it is settled or being done right now. */
  giveUp(step: string, direction: Direction): Delivery {
    if (!this.#isDriven()) return { type: 'done' };
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
      if (!this.#record.isUnderWay && this.#outbox.wakeAt(Date.now()) === null) return await this.#keep();
      const { standing } = this.#record;
      if (standing.type === 'stranded') {
        logStranded(this.ctx.id.name, standing.why);
        return await this.#setAlarm(this.#stranded.looked(Date.now(), Math.random()));
      }
      this.#configured();
      if (this.#record.isUnderWay) {
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
    const now = Date.now();
    const isAwaited = this.#record.isUnderWay || this.#alarmAt !== null;
    if (this.#record.standing.type === 'stranded') {
      if (isAwaited) this.#stranded.begin(now);
      // Nobody tells an object of a deployment: without an alarm it would not notice that it can go on.
      if (this.#alarmAt === null && isAwaited) await this.#setAlarm(now + TROUBLE_MS);
    } else if (this.#stranded.end() || (this.#record.isUnderWay && this.#alarmAt === null)) {
      await this.#setAlarm(now);
    }
    if (this.#alarmAt !== null) return;
    this.#outbox.assumePublished();
    // Noted as published it would be lost, should an alarm be on its way that nobody sees: the one set here comes after that.
    if (this.#keeping.endsAt !== null) await this.#setAlarm(now + KEEPING_MS);
  }

  /** Of an order at rest of which everything is published. */
  async #keep(): Promise<void> {
    const until = await this.#keeping.keep();
    if (until !== null) await this.#setAlarm(until);
  }

  readonly #openOutbox = (): Outbox =>
    openOutbox(this.ctx, () => this.env, this.#record, { configured: () => this.#configured(), arm: () => this.#arm() });

  #isDriven(): boolean {
    const { standing } = this.#record;
    return standing.type === 'driven' && standing.state.ending === null;
  }

  /** `about`: for the log, where it comes too late. */
  #asked<Answer>(
    ask: (definition: SagaDefinition, state: SagaState) => Result<Answer, Port.Refusal>,
    about: Readonly<Record<string, string>> = {},
  ): Result<Answer, Port.Refusal> | null {
    const { standing } = this.#record;
    if (standing.type === 'none') return this.#keeping.tooLate(about);
    return standing.type === 'driven' ? ask(standing.definition, standing.state) : refuse(standing.why);
  }

  #command(command: Command): Result<Port.OrderView, Refused> {
    const decision = this.#submit([command]);
    if (!decision.ok) return decision;
    this.#advance();
    return ok(this.#view());
  }

  #view(): Port.OrderView {
    const view = this.view();
    if (view === null || view === 'unreadable') throw new Error(`There is no order ${this.ctx.id.name}`);
    return view;
  }

  #configured(definition = this.#record.current().definition): Configuration {
    return usableConfiguration(this.env, definition);
  }

  /** The alarm is set in the turn that writes the row: both are durable, or neither. */
  #submit(commands: readonly Command[], definition = this.#record.current().definition): Result<readonly SagaEvent[], Refused> {
    const capabilities: CapabilitiesOf = (participant) => this.#configured().capabilities(participant);
    const written = this.#record.write(commands, definition, { now: Date.now(), random: Math.random, capabilities });
    if (!written.ok || written.value.length === 0) return written;
    if (this.#record.state) logDecision(definition, this.#record.state, this.#record.lastSeq, written.value);
    for (const event of written.value) this.#driver.noticed(event);
    this.#arm();
    this.#outbox.written();
    this.#telling.written();
    if (written.value.some(({ type }) => type === 'OrderErased')) void this.ctx.storage.sync().then(() => this.#record.tidy());
    if (this.#record.state?.ending) this.#rest.rested();
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
}
