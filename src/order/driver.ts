/**
 * Does what the core says is owed: makes the calls, hands over to the queues, and brings every answer back as a command.
 * It decides nothing. What it remembers is only of this life of the object: after a crash it knows nothing, and the core is asked anew.
 */

import type { ParticipantClient } from '../participants/client.ts';
import type { CapabilitiesOf } from '../participants/capabilities.ts';
import type { Answer } from '../saga/answer.ts';
import type { Command, Report } from '../saga/command.ts';
import type { Participant, SagaDefinition } from '../saga/definition.ts';
import type { SagaEvent } from '../saga/event.ts';
import { attemptTimes, next, type Owed } from '../saga/next.ts';
import { isOf, operationParts, stepOf, type Direction, type OperationId } from '../saga/operation.ts';
import { requestOf } from '../saga/request.ts';
import { scaledMs } from '../saga/retry.ts';
import type { SagaState } from '../saga/state.ts';
import { orderOf } from './log.ts';

/** How long a crash may go unnoticed: the alarm stands no further out than this while anything is under way. */
const WATCH_MS = 3_000;

/** A message that nobody delivers is sent again, at ever longer intervals up to this. */
const MAX_RESEND_MS = 300_000;

export interface DriverPorts {
  readonly current: () => { readonly definition: SagaDefinition; readonly state: SagaState };
  /** Decides on the commands one after the other and writes what follows in one transaction. */
  readonly submit: (...commands: readonly Command[]) => void;
  readonly capabilities: CapabilitiesOf;
  readonly client: (participant: Participant) => ParticipantClient;
  readonly hand: (step: string, direction: Direction) => Promise<void>;
}

/** `done`: the message is no longer needed, be it that the work is settled or that a person has to settle it. */
export type Delivery = { readonly type: 'done' } | { readonly type: 'again'; readonly delayMs: number };

interface Handed {
  readonly resendAt: number;
  readonly times: number;
}

export class Driver {
  readonly #ports: DriverPorts;
  /** Calls and probes under way. */
  readonly #flights = new Map<OperationId, Promise<void>>();
  /** Attempts that were started in this life and not called yet: nobody can have been called before. */
  readonly #fresh = new Set<OperationId>();
  readonly #handed = new Map<string, Handed>();

  constructor(ports: DriverPorts) {
    this.#ports = ports;
  }

  /** To be told of every event that is written. */
  noticed(event: SagaEvent): void {
    if (event.type === 'OperationStarted' || event.type === 'AttemptStarted') this.#fresh.add(event.operation);
    if (event.type === 'OperationRetried') this.#forgetHanded(event.operation);
  }

  /** When the alarm has to wake the order at the latest; null where nothing needs it. */
  wakeAt(now: number): number | null {
    const { definition, state } = this.#ports.current();
    const { owed, wakeAt } = next(definition, state, now);
    const times = owed.map((item) => {
      const isWaitedFor = item.type === 'hand' && !this.isCalling(item.step, item.direction);
      return isWaitedFor ? this.#resendAt(item, now) : now + WATCH_MS;
    });
    if (wakeAt !== null) times.push(wakeAt);
    return times.length > 0 ? Math.max(now, Math.min(...times)) : null;
  }

  /** Starts whatever is owed and not under way. Returns at once; may be called at any time, as often as one likes. */
  advance(): void {
    const { definition, state } = this.#ports.current();
    const now = Date.now();
    const [ready, lost]: [OperationId[], OperationId[]] = [[], []];
    for (const owed of next(definition, state, now).owed) {
      if (owed.type === 'hand') this.#hand(owed, now);
      else if (this.#flights.has(owed.operation)) continue;
      else if (owed.type === 'probe') this.#fly([owed.operation], () => this.#probe(owed.operation));
      else if (owed.type === 'call' && this.#fresh.delete(owed.operation)) ready.push(owed.operation);
      else lost.push(owed.operation);
    }
    // What a step is answered in its channels is one row.
    for (const ids of Map.groupBy(ready, (id) => operationParts(id).step).values()) this.#fly(ids, () => this.#call(ids));
    if (lost.length === 0) return;
    this.#ports.submit(...lost.map((operation) => ({ type: 'interrupted' as const, operation })));
    this.advance();
  }

  /** A queue message has come: makes the calls that it is about, if they are still owed, and says what becomes of the message. */
  async deliver(step: string, direction: Direction): Promise<Delivery> {
    const before = new Set(this.#flights.values());
    this.#ports.submit({ type: 'deliver', step, direction });
    const lost = this.#calling(step, direction).filter((id) => !this.#flights.has(id) && !this.#fresh.has(id));
    if (lost.length > 0) this.#ports.submit(...lost.map((operation) => ({ type: 'interrupted' as const, operation })));
    const ready = this.#calling(step, direction).filter((id) => !this.#flights.has(id) && this.#fresh.delete(id));
    if (ready.length > 0) this.#fly(ready, () => this.#call(ready));
    this.advance();
    const flights = [...this.#flights].flatMap(([id, flight]) => (isOf(id, step, direction) ? [flight] : []));
    await Promise.all(flights);
    this.advance();
    const isOwn = flights.some((flight) => !before.has(flight));
    return this.#delivery(step, direction, isOwn);
  }

  /** A person waits: the message goes out now, whatever was sent before. */
  #forgetHanded(id: OperationId): void {
    const { step, direction } = operationParts(id);
    this.#handed.delete(`${step}.${direction}`);
  }

  /** Whether a call of this step is under way in this life. */
  isCalling(step: string, direction: Direction): boolean {
    return [...this.#flights.keys()].some((id) => isOf(id, step, direction));
  }

  /**
   * What becomes of the message, of several channels by the one that is due first. One that began no call is let go where another is known to
   * come: the alarm stands behind both.
   */
  #delivery(step: string, direction: Direction, isOwn: boolean): Delivery {
    const now = Date.now();
    const times = this.#timesToHand(step, direction);
    const key = `${step}.${direction}`;
    if (times.length === 0) {
      this.#handed.delete(key);
      return { type: 'done' };
    }
    if (!isOwn && (this.#handed.get(key)?.resendAt ?? 0) > now) return { type: 'done' };
    const due = Math.min(...times);
    const at = Math.max(due, this.#isReady(step, direction) || due > now ? now : now + WATCH_MS);
    this.#handed.set(key, { resendAt: at + WATCH_MS, times: 0 });
    return { type: 'again', delayMs: at - now };
  }

  /** An attempt waits to be made: the other way to undo, most likely. Without one, something of our own went wrong. */
  #isReady(step: string, direction: Direction): boolean {
    return [...this.#fresh].some((id) => isOf(id, step, direction));
  }

  /** When what a queue has to bring of this step is due, of each of its operations. */
  #timesToHand(step: string, direction: Direction): readonly number[] {
    const { definition, state } = this.#ports.current();
    return next(definition, state, Date.now()).owed.flatMap((item) =>
      item.type === 'hand' && item.step === step && item.direction === direction ? [item.at] : [],
    );
  }

  #calling(step: string, direction: Direction): readonly OperationId[] {
    if (this.#timesToHand(step, direction).length === 0) return [];
    const { operations } = this.#ports.current().state;
    return Object.keys(operations).filter((id) => isOf(id, step, direction) && operations[id]?.phase === 'calling');
  }

  /** What nobody has handed over in this life goes out at its time. */
  #resendAt({ step, direction, at }: Extract<Owed, { type: 'hand' }>, now: number): number {
    const handed = this.#handed.get(`${step}.${direction}`);
    if (!handed) return at > now ? at : now + WATCH_MS;
    return Math.max(handed.resendAt, at + WATCH_MS);
  }

  /** Sends the message, unless it was sent in this life and there is still time for it to come. */
  #hand(owed: Extract<Owed, { type: 'hand' }>, now: number): void {
    const { step, direction, at } = owed;
    const handed = this.#handed.get(`${step}.${direction}`);
    if (this.isCalling(step, direction) || (handed ? now < this.#resendAt(owed, now) : now < at)) return;
    const times = handed ? handed.times + 1 : 0;
    this.#handed.set(`${step}.${direction}`, { resendAt: now + Math.min(WATCH_MS * 2 ** times, MAX_RESEND_MS), times });
    this.#ports.hand(step, direction).catch((error: unknown) => {
      // The alarm will send it again: nothing is lost but time.
      console.error(
        JSON.stringify({ message: 'A message could not be handed to its queue', ...this.#order(), step, direction, error: String(error) }),
      );
    });
  }

  #fly(ids: readonly OperationId[], work: () => Promise<readonly Report[]>): void {
    const flight = this.#land(ids, work);
    for (const id of ids) this.#flights.set(id, flight);
  }

  /** Whatever comes back is a command like any other: the order may have moved on meanwhile. */
  async #land(ids: readonly OperationId[], work: () => Promise<readonly Report[]>): Promise<void> {
    try {
      const reports = await work();
      for (const id of ids) this.#flights.delete(id);
      this.#ports.submit(...reports);
      this.advance();
    } catch (error) {
      for (const id of ids) this.#flights.delete(id);
      // The alarm stands: it finds a call that nobody makes, and takes it up again.
      console.error(
        JSON.stringify({ message: 'A call could not be brought to its end', ...this.#order(), operations: ids, error: String(error) }),
      );
    }
  }

  #order(): ReturnType<typeof orderOf> {
    return orderOf(this.#ports.current().state);
  }

  async #call(ids: readonly OperationId[]): Promise<readonly Report[]> {
    const { state } = this.#ports.current();
    return Promise.all(
      ids.map(async (id): Promise<Report> => {
        const attempt = state.operations[id]?.attempt ?? 1;
        return { type: 'answered', operation: id, attempt, answer: await this.#answer(id, attempt) };
      }),
    );
  }

  /** A call that can't be made counts as one without an answer, so it is tried with pauses and comes to an end. */
  async #answer(id: OperationId, attempt: number): Promise<Answer> {
    try {
      const { definition, state } = this.#ports.current();
      const request = requestOf(definition, state, id);
      const times = attemptTimes(definition, state, id, { now: Date.now(), capabilities: this.#ports.capabilities });
      return await this.#ports.client(request.participant).call(request, { ...identity(state), ...times, attempt });
    } catch (error) {
      console.error(JSON.stringify({ message: 'A call could not be made', ...this.#order(), operation: id, error: String(error) }));
      return { type: 'unanswered', code: 'coordinator_error', message: 'The coordinator could not make the call', mayHaveHappened: true };
    }
  }

  /** Likewise. */
  async #probe(id: OperationId): Promise<readonly Report[]> {
    try {
      const { definition, state } = this.#ports.current();
      const request = requestOf(definition, state, id);
      if (!this.#ports.capabilities(request.participant).probe) return [{ type: 'probed', operation: id, answer: { type: 'no_probe' } }];
      const timeoutMs = scaledMs(stepOf(definition, id).timeoutMs, state.settings.timeScale);
      const answer = await this.#ports.client(request.participant).probe(request, { ...identity(state), timeoutMs });
      return [{ type: 'probed', operation: id, answer }];
    } catch (error) {
      console.error(JSON.stringify({ message: 'A probe could not be made', ...this.#order(), operation: id, error: String(error) }));
      return [{ type: 'probed', operation: id, answer: { type: 'unanswered' } }];
    }
  }
}

const identity = ({ order, traceId }: SagaState) => ({ tenant: order.tenant, orderId: order.orderId, traceId });
